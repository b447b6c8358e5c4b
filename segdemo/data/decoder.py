"""The one decoder: whatever a visitor sends becomes a Photo or an InputError, nothing else.

Used by page, API and everything else that meets an upload. No codec runs in this process: see
`segdemo.data.decoder_client`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from segdemo.data.decoder_client import decode_apart
from segdemo.data.photo_limits import MAX_BYTES
from segdemo.errors import InputError


@dataclass(frozen=True)
class Photo:
    """A decoded photo, upright.

    `image` is RGB in sRGB, its long side at most `photo_limits.WORKING_SIDE` pixels, without
    metadata; `original_size` is the (width, height) of what was sent.
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
    return Photo(*decode_apart(_read(source)))


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
