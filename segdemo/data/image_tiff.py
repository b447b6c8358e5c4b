"""TIFF: which pictures of it are shown, and that every pixel of them is the file's."""

import ctypes
import hashlib
import io
import os
from typing import Any

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import OPEN_INFO, TiffImageFile

from segdemo.data.tiff_tags import (
    BITS,
    COLOUR_MAP,
    COMPRESSION,
    DNG_VERSION,
    PHOTOMETRIC,
    SUBFILE_TYPE,
    read_tags,
)
from segdemo.errors import InputError

# None, LZW, deflate, PackBits. Not fax (2, 3, 4): no photos, and libtiff leaves damaged lines as
# the memory was.
_COMPRESSIONS = {1, 5, 8, 32773, 32946}
_JPEG = 7
_ALLOWED_BITS = {1, 2, 4, 8, 16, 32}  # others come out of Pillow unscaled
_PALETTE, _YCBCR = 3, 6
_M_PERTURB = -6  # glibc: fill what is newly allocated
_PERTURB = int(os.environ.get("MALLOC_PERTURB_") or 0)  # what glibc fills it with otherwise
# None where the C library has none: `open_tiff` lets no JPEG in TIFF through there.
_mallopt: Any = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None

for _order in (b"II", b"MM"):  # Pillow reads no palette of 16 bits: as 16-bit grey
    OPEN_INFO[_order, _PALETTE, (1,), 1, (16,), ()] = OPEN_INFO[_order, 1, (1,), 1, (16,), ()]


def open_tiff(data: bytes) -> Image.Image:
    """The first picture of a TIFF, not decoded yet where that can wait.

    Raises InputError for raw files of cameras and kinds that come out wrong, and what Pillow
    raises for damaged ones.
    """
    tags = read_tags(data, SUBFILE_TYPE, BITS, COMPRESSION, PHOTOMETRIC, DNG_VERSION)
    if DNG_VERSION in tags:
        raise InputError("photo.unread-format", format="DNG")
    if tags.get(SUBFILE_TYPE, 0) & 1:  # a preview of something that comes later
        raise InputError("photo.unread-format", format="RAW")
    compression, bits = tags.get(COMPRESSION, 1), tags.get(BITS, 1)
    compressions = _COMPRESSIONS | {_JPEG} if _mallopt else _COMPRESSIONS
    if compression not in compressions or bits not in _ALLOWED_BITS:
        raise InputError("photo.variant")
    if compression == 1 and tags.get(PHOTOMETRIC) == _YCBCR:
        raise InputError("photo.variant")  # Pillow takes it for RGB with a fourth byte
    image = TiffImageFile(io.BytesIO(data))
    if image.mode == "I;16" and tags.get(PHOTOMETRIC) == _PALETTE:
        colours = np.array(image.tag_v2[COLOUR_MAP], np.uint16).reshape(3, -1)
        image.info["colour_map"] = (colours.T >> 8).astype(np.uint8)
    return image


def check_written(data: bytes) -> None:
    """Raise ValueError unless every pixel of a TIFF is written, for JPEG in TIFF.

    libtiff passes over strips that end too soon, without a complaint: what it leaves then shows
    what the memory was filled with.
    """
    if read_tags(data, COMPRESSION).get(COMPRESSION) != _JPEG:
        return
    digests = set()
    for fill in (0x55, 0xAA):
        _mallopt(_M_PERTURB, fill)
        with TiffImageFile(io.BytesIO(data)) as image:
            image.load()
            digests.add(hashlib.sha256(image.tobytes()).digest())
    _mallopt(_M_PERTURB, _PERTURB)
    if len(digests) > 1:
        raise ValueError("pixels that were not written")
