"""What of an uploaded file Pillow gets to see: enough for the pixels, nothing that costs more.

Limits on bytes and pixels do not bound the work: Pillow walks metadata in Python, copies it and
follows its pointers, so that a file of 0.5 to 20 MB can cost a minute or gigabytes. Each rule
here answers a file of tests/support/photo_corpus.py that did.
"""

import io
import re
import struct
import time
from collections.abc import Iterator

from segdemo.errors import InputError

# Reads Pillow may make of one file: each costs it 0.5 to 3 microseconds of Python, and text that
# arrives in pieces before the pixels is joined in quadratic time.
HEADER_READS = 2_000  # a JPEG takes about 60, a GIF 10
PIXEL_READS = 500_000  # a PNG of 20 MB in chunks of 8 kB takes 10,000

# For what no other rule here foresees. Pillow reads most formats as it decodes them; AVIF has a
# process of its own; WebP and compressed TIFF are decoded in one go, work that pixels bound.
MAX_CPU_SECONDS = 2  # the costliest photo that is taken needs 1.1 s

MAX_SEGMENTS = 2_000  # JPEG, before the pixels: 20 MB of metadata in full segments are 320
# JPEG: each scan visits every coefficient again, 0.65 ns per pixel. 50 MP in 20 scans; encoders
# write 10 to 14.
MAX_SCAN_PIXELS = 1_000_000_000
MAX_COMPRESSED_CHUNKS = 100  # PNG: text and profiles, up to 1 MB each when unpacked
MAX_PROFILE_BYTES = 4 << 20  # profiles for printing presses reach 3 MB
MAX_TIFF_VALUES = 65_536  # per tag; one strip per row of the longest photo needs 20,000

# None, LZW, deflate, PackBits. Not fax (2, 3, 4) and JPEG (7): at damaged codes libtiff goes on
# without writing the pixels, and what is shown there is memory of photos decoded before.
TIFF_COMPRESSIONS = {1, 5, 8, 32773, 32946}
TIFF_BITS = {1, 2, 4, 8, 16, 32}  # others come out of Pillow unscaled
ORIENTATION, ICC_PROFILE = 274, 34675
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
TILE_WIDTH, TILE_HEIGHT = 322, 323
# What locates and describes pixels: also fill order, strips, samples, planes,
# predictor, colour map, tiles, chroma subsampling.
TIFF_TAGS = {
    *(WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, ORIENTATION, ICC_PROFILE, 266, 273),
    *(277, 278, 279, 284, 317, 320, TILE_WIDTH, TILE_HEIGHT, 324, 325, 338, 339),
    *(530, 531),
}
TIFF_TYPES = {1: "B", 3: "H", 4: "I", 7: "B"}  # byte, short, long, undefined

_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
_JPEG_NO_LENGTH = {0x01, *range(0xD0, 0xDA)}  # TEM, restarts, start and end of image
_JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_COMMON_FRAMES = {0xC0, 0xC1, 0xC2}  # not lossless, nor arithmetic coding at 10 MB/s
_JPEG_SCAN = 0xDA
# The type of an AVIF item, after version, flags, number (2 or 4 bytes) and protection.
_AVIF_EXIF_ITEM = re.compile(rb"(infe(?:\x02.{7}|\x03.{9}))Exif", re.DOTALL)
_PNG_COMPRESSED_CHUNK = re.compile(rb"iCCP|zTXt|iTXt")


class MeteredFile(io.BytesIO):
    """A file in memory that may be read `reads_left` times and for MAX_CPU_SECONDS.

    The seconds are the processor time of the thread that made it. Raises InputError after either.
    """

    def __init__(self, data: bytes, reads_left: int):
        super().__init__(data)
        self.reads_left = reads_left
        self._deadline = time.thread_time() + MAX_CPU_SECONDS

    def read(self, size: int | None = -1) -> bytes:
        self.reads_left -= 1
        if self.reads_left < 0 or time.thread_time() > self._deadline:
            raise InputError("photo.costly")
        return super().read(size)


def defuse(data: bytes, form: str, max_pixels: int) -> tuple[bytes, bytes]:
    """A file of Pillow's format `form` -> (the file without traps, its EXIF block if taken out).

    Raises InputError for a file whose work is out of proportion, and struct.error for one that
    ends too soon.
    """
    if form == "JPEG":
        return _trim_jpeg(data)
    if form == "TIFF":
        return _trim_tiff(data, max_pixels), b""
    if form == "PNG" and len(_PNG_COMPRESSED_CHUNK.findall(data)) > MAX_COMPRESSED_CHUNKS:
        raise InputError("photo.costly")
    if form == "AVIF":
        # Pillow would parse it on opening; the orientation is a property of its own in AVIF.
        return _AVIF_EXIF_ITEM.sub(rb"\1skip", data), b""
    return data, b""


def read_orientation(exif: bytes) -> int:
    """The orientation, 1 to 8, in an EXIF block; 1 where there is none or it makes no sense."""
    block = exif.removeprefix(b"Exif\0\0")
    try:
        for tag, kind, count, entry in _directory(block):
            if tag == ORIENTATION and kind in TIFF_TYPES:
                value = _first_value(block, kind, count, entry)
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _trim_jpeg(data: bytes) -> tuple[bytes, bytes]:
    """Leave out EXIF, previews, comments and further pictures; keep JFIF, profile and Adobe."""
    kept, exif, pixels, position = [data[:2]], b"", 0, 2
    for _ in range(MAX_SEGMENTS):
        found = _JPEG_MARKER.search(data, position)
        if found is None:
            raise struct.error("no scan")
        marker, position = found[1][0], found.end()
        if marker in _JPEG_NO_LENGTH:
            continue
        (length,) = struct.unpack_from(">H", data, position)
        payload = data[position + 2 : position + length]
        position += max(length, 2)
        if marker in _JPEG_FRAMES:
            if marker not in _JPEG_COMMON_FRAMES:
                raise InputError("photo.variant")
            height, width = struct.unpack_from(">HH", payload, 1)
            pixels = max(pixels, height * width)
        elif marker == 0xE1 and payload.startswith(b"Exif\0\0"):
            exif = exif or payload
        if marker == _JPEG_SCAN:
            break
        if _is_needed(marker, payload):
            kept.append(data[found.start() : position])
    else:
        raise InputError("photo.costly")
    # Compressed data never contains the two bytes of a marker, so this counts at least the scans.
    if data.count(bytes([0xFF, _JPEG_SCAN]), found.start()) * pixels > MAX_SCAN_PIXELS:
        raise InputError("photo.costly")
    return b"".join([*kept, data[found.start() :]]), exif


def _is_needed(marker: int, payload: bytes) -> bool:
    if marker == 0xE2:
        return payload.startswith(b"ICC_PROFILE\0")
    return marker in {0xE0, 0xEE} or not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _trim_tiff(data: bytes, max_pixels: int) -> bytes:
    """Keep of the first directory what describes its pixels, and of the directories the first."""
    if data[:4] not in (b"II*\0", b"MM\0*"):
        raise InputError("photo.variant")  # BigTIFF
    entries, values = {}, {}
    for tag, kind, count, entry in _directory(data):
        if tag not in TIFF_TAGS:
            continue
        if tag in entries or kind not in TIFF_TYPES:
            raise struct.error("a tag that is there twice or of a wrong type")
        if count > (MAX_PROFILE_BYTES if tag == ICC_PROFILE else MAX_TIFF_VALUES):
            raise InputError("photo.costly")
        entries[tag] = data[entry : entry + 12]
        values[tag] = _first_value(data, kind, count, entry)
    compression = values.get(COMPRESSION, 1)
    if compression not in TIFF_COMPRESSIONS or values.get(BITS, 1) not in TIFF_BITS:
        raise InputError("photo.variant")
    if compression == 1 and values.get(PHOTOMETRIC) == 6:
        raise InputError("photo.variant")  # YCbCr that Pillow takes for RGB with a fourth byte
    width, height = values.get(WIDTH, 0), values.get(HEIGHT, 0)
    tile_width, tile_height = values.get(TILE_WIDTH, 1), values.get(TILE_HEIGHT, 1)
    if not tile_width or not tile_height:
        raise struct.error("empty tiles")
    columns, rows = -(-width // tile_width), -(-height // tile_height)
    if columns * tile_width * rows * tile_height > max(2 * width * height, max_pixels):
        raise InputError("photo.costly")  # tiles far larger than what they show of the photo
    order = _byte_order(data)
    (start,) = struct.unpack_from(order + "I", data, 4)
    directory = struct.pack(order + "H", len(entries)) + b"".join(entries.values()) + bytes(4)
    return b"".join([data[:start], directory, data[start + len(directory) :]])


def _byte_order(block: bytes) -> str:
    return ">" if block.startswith(b"MM") else "<"


def _directory(block: bytes) -> Iterator[tuple[int, int, int, int]]:
    """The first directory of a TIFF or EXIF block: (tag, type, count, position of the entry)."""
    order = _byte_order(block)
    (start,) = struct.unpack_from(order + "I", block, 4)
    (length,) = struct.unpack_from(order + "H", block, start)
    for entry in range(start + 2, start + 2 + 12 * length, 12):
        yield *struct.unpack_from(order + "HHI", block, entry), entry


def _first_value(block: bytes, kind: int, count: int, entry: int) -> int:
    order, letter, position = _byte_order(block), TIFF_TYPES[kind], entry + 8
    if count * struct.calcsize(letter) > 4:  # the entry holds not the values but where they are
        (position,) = struct.unpack_from(order + "I", block, position)
    return struct.unpack_from(order + letter, block, position)[0]
