"""The one decoder: whatever a visitor sends becomes a Photo or an InputError, nothing else.

Used by page, API and everything else that meets an upload. Formats go by content, never by name.
"""

import io
import re
import struct
import threading
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import (
    AvifImagePlugin,  # noqa: F401 - the imports register the plugins of FORMATS
    BmpImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    Image,
    ImageCms,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    WebPImagePlugin,  # noqa: F401
    features,
)

from segdemo.data.avif_process import decode_apart
from segdemo.data.containers import (
    HEADER_READS,
    MAX_PROFILE_BYTES,
    PIXEL_READS,
    MeteredFile,
    defuse,
    read_orientation,
)
from segdemo.errors import InputError

# Pillow's JPEG also reads MPO, several JPEGs in one file, as phones write it.
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
if features.check("avif") and find_spec("resource"):  # the limits of `segdemo.data.avif_process`
    FORMATS += ("AVIF",)

MAX_BYTES = 20_000_000  # a 50-megapixel JPEG of a phone has 10 to 15 MB
# A JPEG is decoded at an eighth to the whole of its size, whichever the working size needs: 51 MP
# admit the 50-megapixel phones (8192 x 6144) at 0.2 s of processor time, a progressive CMYK 1.1 s.
MAX_JPEG_PIXELS = 51_000_000
# Everything else is decoded whole. WebP holds its RGBA pixels several times, 470 MB at 25 MP; AVIF
# with alpha takes 1.1 s of processor time. 25 MP are the usual 24-megapixel cameras.
MAX_PIXELS = 25_000_000
MAX_SIDE = 20_000  # Pillow keeps a pointer and a padded line per row, however narrow
# Eight times the networks' 128, and more than the page shows. The 128-pixel input made from it
# differs from the one made from the whole photo by 0.3 grey levels on average.
WORKING_SIDE = 1024

# All that Pillow 12.3 was seen to raise for 400,000 damaged files: an UnidentifiedImageError is an
# OSError, RuntimeError and ZeroDivisionError come from AVIF, struct.error from `defuse`.
PILLOW_ERRORS = (OSError, SyntaxError, ValueError, RuntimeError, ZeroDivisionError, struct.error)

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Two at a time: each may take half a gigabyte, and there are two cores.
_DECODING = threading.Semaphore(2)
_IGNORE_PILLOW = ("ignore", None, Warning, re.compile(r"PIL\."), 0)


@dataclass(frozen=True)
class Photo:
    """A decoded photo, upright.

    `image` is RGB in sRGB, its long side at most WORKING_SIDE pixels, without metadata;
    `original_size` is the (width, height) of what was sent.
    """

    image: Image.Image
    original_size: tuple[int, int]


def open_photo(source: Path | str | bytes | BinaryIO | None) -> Photo:
    """Decode a path, the bytes of a file, or a binary file from where it stands.

    Alpha is composed on white, of an animation the first frame is taken, 16 bits are scaled to
    8, and 32-bit numbers, which have no white of their own, from their least to their greatest.
    Raises InputError with a sentence for the visitor for everything that is not a whole photo
    within the limits.
    """
    data = _read(source)
    form = identify(data)
    with _DECODING:
        if form == "AVIF":
            size, pixels, original_size = decode_apart(data)
            return Photo(Image.frombytes("RGB", size, pixels), original_size)
        return decode(data, form)


def identify(data: bytes) -> str:
    """Which of FORMATS a file begins like. Raises InputError."""
    for form in FORMATS:
        _, accepts = Image.OPEN[form]
        if accepts(data[:16]):
            return form
    raise InputError("photo.not-a-photo", formats=", ".join(FORMATS))


def decode(data: bytes, form: str) -> Photo:
    """The bytes of a file in one of FORMATS -> Photo, in this process. Raises InputError."""
    _silence_pillow()
    max_pixels = MAX_JPEG_PIXELS if form == "JPEG" else MAX_PIXELS
    try:
        return _decode(data, form, max_pixels)
    except InputError:
        raise
    except Image.DecompressionBombError as error:
        raise InputError("photo.bomb", limit=max_pixels // 10**6) from error
    except PILLOW_ERRORS as error:
        raise InputError("photo.damaged") from error


def _read(source: Path | str | bytes | BinaryIO | None) -> bytes:
    if source is None or source == "":
        raise InputError("photo.missing")
    try:
        if isinstance(source, (str, Path)):
            with open(source, "rb") as file:
                data = file.read(MAX_BYTES + 1)
        else:
            data = source if isinstance(source, bytes) else source.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        raise InputError("photo.unreadable") from error
    if not data:
        raise InputError("photo.empty")
    if len(data) > MAX_BYTES:
        raise InputError("photo.too-many-bytes", limit=MAX_BYTES // 10**6)
    return data


def _silence_pillow() -> None:
    """Keep Pillow's warnings about damaged files out of the log, and from being made errors.

    For the whole process: `warnings.catch_warnings` is not thread-safe.
    """
    if not warnings.filters or warnings.filters[0] != _IGNORE_PILLOW:
        warnings.filterwarnings("ignore", module=r"PIL\.")


def _decode(data: bytes, form: str, max_pixels: int) -> Photo:
    data, exif = defuse(data, form, max_pixels)
    file = MeteredFile(data, HEADER_READS)
    with Image.open(file, formats=(form,)) as image:
        width, height = image.size
        _check_size(width, height, max_pixels)
        image.draft(None, (WORKING_SIDE, WORKING_SIDE))
        file.reads_left = PIXEL_READS
        image.load()
        profile = image.info.get("icc_profile")
        orientation = read_orientation(exif or image.info.get("exif", b""))
        small = _averageable(image)
        small.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BILINEAR, reducing_gap=3.0)
        small = _to_rgb(small, profile)
    if orientation in _UPRIGHT:
        small = small.transpose(_UPRIGHT[orientation])
    if orientation >= 5:
        width, height = height, width
    small.info.clear()
    return Photo(small, (width, height))


def _check_size(width: int, height: int, max_pixels: int) -> None:
    if max(width, height) > MAX_SIDE:
        raise InputError("photo.too-long", width=width, height=height, limit=MAX_SIDE)
    if width * height > max_pixels:
        raise InputError(
            "photo.too-many-pixels",
            width=width,
            height=height,
            megapixels=round(width * height / 10**6, 1),
            limit=max_pixels // 10**6,
        )


def _averageable(image: Image.Image) -> Image.Image:
    """The photo in a mode whose values may be averaged: no palette, colour key or packed bits."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("LA", "RGBA"):
        return image
    if image.mode in ("P", "PA") and image.palette is None:
        raise ValueError("a palette picture without its palette")
    if image.has_transparency_data:
        return image.convert("RGBA")
    mode = {"1": "L", "P": "RGB", "LAB": "RGB"}.get(image.mode, image.mode)
    return image if mode == image.mode else image.convert(mode)


def _to_rgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Any mode `_averageable` gives -> RGB in sRGB, on white."""
    if image.mode in ("I", "F"):
        image = _stretch(image)
    if image.mode not in ("LA", "RGBA"):
        return _to_srgb(image, profile)
    opaque = Image.new("RGB", image.size, "white")
    colours = _to_srgb(image.convert(image.mode.removesuffix("A")), profile)
    opaque.paste(colours, mask=image.getchannel("A"))
    return opaque


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if isinstance(profile, bytes) and len(profile) <= MAX_PROFILE_BYTES:
        try:
            return ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except ImageCms.PyCMSError:
            pass  # damaged, or for another mode than the photo's: browsers ignore it too
    return image.convert("RGB")


def _stretch(image: Image.Image) -> Image.Image:
    """32-bit integers or floats -> 8-bit grey, least to greatest; what is not finite is black."""
    with np.errstate(invalid="ignore"):  # some kinds of NaN count as invalid already here
        values = np.asarray(image, dtype=np.float64)
    finite = np.isfinite(values)
    low, high = (values[finite].min(), values[finite].max()) if finite.any() else (0, 0)
    scale = 255 / (high - low) if high > low else 0
    grey = np.where(finite, (values - low) * scale, 0)
    return Image.fromarray(grey.round().astype(np.uint8))
