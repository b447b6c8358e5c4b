"""Files to throw at the decoder, all made here: good ones, damaged ones, impostors."""

import io
import random
import struct
import zlib
from collections.abc import Iterator

import numpy as np
import pillow_heif
from PIL import Image, ImageCms

from segdemo.data.image_formats import FORMATS

pillow_heif.register_heif_opener()  # to write HEIC
SIZE = (37, 23)  # odd on purpose
MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "LAB", "I", "I;16", "F")
VARIANTS = {
    "JPEG": [{"progressive": True}, {"subsampling": 0, "quality": 100}, {"restart_marker_rows": 1}],
    "PNG": [{"compress_level": 0}, {"bits": 2}],
    "WEBP": [{"lossless": True}, {"quality": 1}],
    "TIFF": [{"compression": name} for name in ("packbits", "tiff_lzw", "tiff_adobe_deflate")],
    "GIF": [{"interlace": 1}],
    "AVIF": [{"subsampling": "4:4:4", "quality": 100}],
    "HEIC": [{"chroma": 444, "quality": 100}],
}
# With another mode Pillow 12.3 corrupts its memory on writing these.
TIFF_JPEG_MODES = ("L", "RGB")
REFUSED_TIFF_CODECS = ("tiff_ccitt", "group3", "group4")  # of mode "1"
ANIMATED = ("GIF", "WEBP", "PNG", "TIFF", "AVIF")


def save(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "HEIF" if form == "HEIC" else form, **options)
    return file.getvalue()


def picture(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """A colourful picture without symmetry, in any of MODES."""
    width, height = size
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    if mode == "F":
        return Image.fromarray((x / 255 + y).astype(np.float32))
    if mode == "I;16":
        return Image.fromarray((x * 200 + y * 57).astype(np.uint16))
    rgba = np.dstack([x, y, (x + 2 * y) / 3, 255 - x / 2]).astype(np.uint8)
    image = Image.fromarray(rgba)
    if mode == "RGBA":
        return image
    if mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image.convert("RGB"), srgb, lab, outputMode="LAB")
    if mode == "PA":
        return image.convert("RGB").convert("P").convert("PA")
    return (image if mode == "LA" else image.convert("RGB")).convert(mode)


def oriented(orientation: int) -> Image.Exif:
    """The note of a camera that was held so."""
    exif = Image.Exif()
    exif[274] = orientation
    return exif


def whole() -> Iterator[tuple[str, bytes]]:
    """(name, file) for every format, mode and variant that Pillow can write, one picture each."""
    for form in FORMATS:
        for mode in MODES:
            if (form, mode) == ("PNG", "I"):  # deprecated; it writes what I;16 does
                continue
            for options in ({}, *VARIANTS.get(form, ())):
                try:
                    data = save(picture(mode), form, **options)
                except (OSError, ValueError, KeyError):  # Pillow cannot write this mode so
                    continue
                yield f"{form} {mode} {options or ''}", data
    for mode in TIFF_JPEG_MODES:
        yield f"TIFF {mode} jpeg", save(picture(mode), "TIFF", compression="jpeg")


def animated() -> Iterator[tuple[str, bytes]]:
    """(name, file) of several pictures each; MPO is what Pillow calls such a JPEG."""
    frames = [Image.new("RGB", SIZE, colour) for colour in ("red", "lime", "blue")]
    for form in (*(f for f in FORMATS if f in ANIMATED), "MPO"):
        yield form, save(frames[0], form, save_all=True, append_images=frames[1:], quality=95)


def short_jpeg_tiff(size: tuple[int, int] = SIZE) -> bytes:
    """A TIFF whose JPEG, by its own header, has 8 lines and so leaves others unwritten."""
    data = bytearray(save(picture("L", size), "TIFF", compression="jpeg"))
    frame = data.index(b"\xff\xc0")  # marker, length, precision, then the height
    data[frame + 5 : frame + 7] = (8).to_bytes(2, "big")
    return bytes(data)


def cuts(data: bytes) -> list[bytes]:
    """The file cut off at nine places, evenly."""
    return [data[: len(data) * tenth // 10] for tenth in range(1, 10)]


def mutate(data: bytes, rng: random.Random) -> bytes:
    """The file with a few random changes: bits, bytes, numbers, cuts, repeated or missing parts."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if not changed:
            break
        # Headers stand in front: half of the changes go there.
        place = rng.randrange(min(len(changed), rng.choice((64, len(changed)))))
        end = place + rng.randrange(1, 1 + min(64, len(changed)))
        match rng.randrange(7):
            case 0:
                changed[place] ^= 1 << rng.randrange(8)
            case 1:
                changed[place] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))
            case 2:
                number = rng.choice((0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF))
                changed[place : place + 4] = struct.pack(rng.choice("<>") + "I", number)
            case 3:
                del changed[place:end]
            case 4:
                changed[place:place] = changed[place:end] * rng.choice((1, 2, 50))
            case 5:
                changed[place:end] = rng.randbytes(end - place)
            case 6:
                del changed[rng.randrange(len(changed)) :]
    return with_checksums(bytes(changed)) if rng.random() < 0.5 else bytes(changed)


def with_checksums(data: bytes) -> bytes:
    """A damaged PNG whose chunks pass their checksums, so that what they hold is read at all."""
    repaired, place = bytearray(data), 8
    while data.startswith(b"\x89PNG") and place + 12 <= len(data):
        end = place + 8 + struct.unpack_from(">I", data, place)[0]
        if end + 4 > len(data):
            break
        struct.pack_into(">I", repaired, end, zlib.crc32(data[place + 4 : end]))
        place = end + 4
    return bytes(repaired)


def impostors() -> dict[str, tuple[bytes, str | None]]:
    """What is no photo, whatever its name says: (file, the format that the refusal names)."""
    image = picture()
    unknown = {
        "html": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        "text": "một bức ảnh".encode(),
        "spaces": b" " * 4096,
        "zeros": bytes(4096),
        "zip": b"PK\3\4" + bytes(60),
        "postscript": save(image, "EPS"),
        "html with a png": b"<html>" + save(image, "PNG"),
        "lfs pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        **{form: save(image, form) for form in ("PPM", "TGA", "PCX", "SGI")},
    }
    named = {
        "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" width="9"/>', "SVG"),
        "svg after xml": (b'<?xml version="1.0"?><!DOCTYPE svg><svg onload="alert(1)"/>', "SVG"),
        "pdf": (save(image, "PDF"), "PDF"),
        "pdf with a jpeg": (b"%PDF-1.4\n" + save(image, "JPEG"), "PDF"),
        "mp4": (_boxes(b"isom", b"isom", b"mp42"), "MP4"),
        "cr3": (_boxes(b"crx ", b"crx ", b"isom"), "CR3"),
        "cr2": (b"II*\0\x10\0\0\0CR\2\0" + bytes(64), "CR2"),
        "jxl": (b"\xff\x0a" + bytes(64), "JPEG XL"),
        "jxl in boxes": (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(64), "JPEG XL"),
        "jpeg 2000": (save(image, "JPEG2000"), "JPEG 2000"),
        "ico": (save(image, "ICO"), "ICO"),
        "bigtiff": (save(image, "TIFF", big_tiff=True), "BigTIFF"),
    }
    return {name: (data, None) for name, data in unknown.items()} | named


def _boxes(major: bytes, *compatible: bytes) -> bytes:
    """The beginning of a file in boxes, as HEIF and MP4 are."""
    brands = major + bytes(4) + b"".join(compatible)
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + bytes(64)


def polyglots() -> dict[str, bytes]:
    """Photos that are something else as well."""
    jpeg, png = save(picture(), "JPEG"), save(picture(), "PNG")
    gif = save(picture("P"), "GIF")
    return {
        "jpeg with html in a comment": jpeg[:2] + segment(0xFE, b"<script>alert(1)") + jpeg[2:],
        "jpeg and zip": jpeg + b"PK\3\4" + bytes(60) + b"PK\5\6" + bytes(18),
        "png and html": png + b"<html><script>alert(1)</script>",
        "gif and javascript": gif + b"*/=1;alert(1)",
    }


# The parts that a file is made of


def segment(marker: int, payload: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, pixels: bytes, *before: bytes, depth: int = 8, colour: int = 2
) -> bytes:
    """A PNG of these lines, each with its filter byte, `before` being chunks ahead of them."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            *before,
            chunk(b"IDAT", zlib.compress(pixels)),
            chunk(b"IEND", b""),
        ]
    )


def tiff(entries: list[tuple[int, int, int, int]], length: int) -> bytes:
    """A little-endian TIFF of one directory: (tag, type, count, value or offset), padded."""
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + bytes(4)
    return head.ljust(length, b"\1")


def grey_tiff(width: int, height: int, *entries: tuple[int, int, int, int], length: int) -> bytes:
    """8-bit grey, uncompressed, in one strip at byte 4096 unless `entries` say otherwise."""
    tags = {256: width, 257: height, 258: 8, 259: 1, 262: 1, 273: 4096, 277: 1, 278: height, 279: 0}
    own = {entry[0] for entry in entries}
    base = [(tag, 4, 1, value) for tag, value in tags.items() if tag not in own]
    return tiff(sorted([*base, *entries]), length)
