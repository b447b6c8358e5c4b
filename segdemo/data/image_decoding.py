"""The bytes of one file -> its picture, small and in RGB.

The codecs below may be brought down by a damaged file, and may return memory that they never
wrote. So this runs in a process that has seen no other photo, `segdemo.data.decoder_process`,
whose limits also bound the work: nothing here looks for files that ask for too much of it.
"""

import io
import struct
import zlib
from collections.abc import Callable

import pillow_heif
from PIL import AvifImagePlugin, Image, ImageFile, PngImagePlugin
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile

from segdemo.data.image_colours import find_hdr_transfer, to_averageable, to_rgb
from segdemo.data.image_formats import FORMATS, identify
from segdemo.data.image_tiff import check_written, open_tiff
from segdemo.data.photo_limits import MAX_PROFILE_BYTES, MAX_SIDE, WORKING_SIDE, max_pixels
from segdemo.data.tiff_tags import read_orientation
from segdemo.errors import InputError

# All that Pillow 12.3 was seen to raise for 400,000 damaged files: an UnidentifiedImageError is an
# OSError, EOFError and RuntimeError come from HEIC, RuntimeError and ZeroDivisionError from AVIF.
CODEC_ERRORS = (
    *(OSError, SyntaxError, ValueError, RuntimeError, ZeroDivisionError, EOFError, struct.error),
    *(Image.DecompressionBombError, TypeError, IndexError, KeyError, OverflowError),
)

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_PNG_NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"eXIf", b"IDAT", b"IEND"}
_JPEG_END = b"\xff\xd9"


def decode(data: bytes) -> tuple[Image.Image, tuple[int, int]]:
    """The bytes of a file -> the picture and the (width, height) of what was sent, both upright.

    The picture is RGB in sRGB, its long side at most WORKING_SIDE pixels, without metadata.
    Raises InputError for what is not a whole photo of a format and a size that are read.
    """
    form = identify(data)
    try:
        return _decode(data, form)
    except InputError:
        raise
    except CODEC_ERRORS as error:
        raise InputError("photo.damaged") from error


def _decode(data: bytes, form: str) -> tuple[Image.Image, tuple[int, int]]:
    image = _OPEN[form](data)
    width, height = image.size
    _check_size(width, height, max_pixels(form))
    if form == "JPEG":
        image = _load_jpeg(data)
    elif form == "TIFF":
        check_written(data)
    image.load()
    if form == "HEIC":
        width, height = image.size  # what it says before is not always so
    orientation = read_orientation(image.info.get("exif") or b"")
    profile = image.info.get("icc_profile")
    hdr = find_hdr_transfer(data) if form in ("AVIF", "HEIC") and not profile else None
    small = to_averageable(image)
    small.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BILINEAR, reducing_gap=3.0)
    small = to_rgb(small, profile, hdr)
    if orientation in _UPRIGHT:
        small = small.transpose(_UPRIGHT[orientation])
    if orientation >= 5:
        width, height = height, width
    small.info.clear()
    return small, (width, height)


def _check_size(width: int, height: int, limit: int) -> None:
    if max(width, height) > MAX_SIDE:
        raise InputError("photo.too-long", width=width, height=height, limit=MAX_SIDE)
    if width * height > limit:
        raise InputError(
            "photo.too-many-pixels",
            width=width,
            height=height,
            megapixels=round(width * height / 10**6, 1),
            limit=limit // 10**6,
        )


def _load_jpeg(data: bytes) -> JpegImageFile:
    """Decoded at an eighth to the whole of its size, whichever the working size needs.

    A file without its end marker, as some cameras write, is whole if no pixel depends on what is
    put behind it; not a progressive one, which may lack whole scans. Pillow's class for JPEGs
    alone: several in one file need not be looked through.
    """

    def load(end: bytes) -> JpegImageFile:
        image = JpegImageFile(io.BytesIO(data.rstrip(b"\xff") + end if end else data))
        image.draft(None, (WORKING_SIDE, WORKING_SIDE))
        image.load()
        return image

    try:
        return load(b"")
    except OSError:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            whole, *others = (load(end + _JPEG_END) for end in (b"", b"\x55" * 64, b"\xaa" * 64))
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
        differ = any(other.tobytes() != whole.tobytes() for other in others)
        if differ or "progressive" in whole.info:
            raise
        return whole


def _open_png(data: bytes) -> PngImagePlugin.PngImageFile:
    """Without the chunks that no pixel needs, which may be damaged or larger than the photo."""
    kept, place = [data[:8]], 8
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind, end = data[place + 4 : place + 8], place + length + 12
        if end > len(data):
            break
        needed = kind in _PNG_NEEDED
        if needed and kind[0] & 0x20:  # it can be done without: not if it is damaged
            (checksum,) = struct.unpack_from(">I", data, end - 4)
            needed = zlib.crc32(data[place + 4 : end - 4]) == checksum
        if needed:
            kept.append(data[place:end])
        place = end
        if kind == b"IEND":
            break
    else:
        place = len(data)
    image = PngImagePlugin.PngImageFile(io.BytesIO(b"".join([*kept, data[place:]])))
    key = image.info.get("transparency")
    if isinstance(key, tuple) and image.tile and image.tile[0].args == "RGB;16B":
        image.info["transparency"] = tuple(value >> 8 for value in key)  # as Pillow's pixels
    return image


def _open_gif(data: bytes) -> Image.Image:
    """The first frame; where it leaves the canvas free it is transparent."""
    image = GifImageFile(io.BytesIO(data))
    canvas = (0, 0, *image.size)
    frame = image.tile[0].extents or canvas
    if frame == canvas:
        return image
    _check_size(*image.size, max_pixels("GIF"))
    image.load()
    free = Image.new("RGBA", image.size, (255, 255, 255, 0))
    free.paste(image.convert("RGBA").crop(frame), frame[:2])
    return free


def _opener(plugin: type[ImageFile.ImageFile]) -> Callable[[bytes], Image.Image]:
    return lambda data: plugin(io.BytesIO(data))


PngImagePlugin.MAX_TEXT_CHUNK = MAX_PROFILE_BYTES  # holds for profiles too
# One photo's process has one thread, and a preview in the file is not the photo.
pillow_heif.options.DECODE_THREADS = 1
pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False

_OPEN: dict[str, Callable[[bytes], Image.Image]] = {
    "JPEG": _opener(JpegImageFile),
    "PNG": _open_png,
    "WEBP": _opener(WebPImageFile),
    "BMP": _opener(BmpImageFile),
    "TIFF": open_tiff,
    "GIF": _open_gif,
    "HEIC": _opener(HeifImageFile),
}
if "AVIF" in FORMATS:
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    _OPEN["AVIF"] = _opener(AvifImagePlugin.AvifImageFile)
