"""What the decoder makes of a file, and its processes on Linux."""

from pathlib import Path

import numpy as np
from support.helpers import check_sentences

from segdemo.data.decoder import Photo, open_photo
from segdemo.data.decoder_client import TEMPLATE, Template, decode_apart
from segdemo.data.image_decoding import decode
from segdemo.data.photo_limits import WORKING_SIDE
from segdemo.errors import InputError

BROKEN_OFF = "photo.broke-off"  # a limit was reached, or the process ended
Outcome = tuple[bytes, tuple[int, int], tuple[int, int]] | str


def pixels(source: bytes) -> np.ndarray:
    """(H, W, 3), as whole numbers that may be subtracted."""
    return np.asarray(open_photo(source).image).astype(int)


def answer(data: bytes) -> Photo | InputError:
    """Photo or InputError, checked, decoded in this process. Anything else comes through."""
    try:
        photo = Photo(*decode(data))
    except InputError as error:
        check_sentences(error)
        return error
    width, height = photo.original_size
    assert photo.image.mode == "RGB"
    assert photo.image.info == {}
    assert max(photo.image.size) == min(WORKING_SIDE, max(width, height))
    return photo


def outcome(data: bytes, template: Template = TEMPLATE) -> Outcome:
    """Pixels, size and original size, or the key of the refusal, from a process of its own."""
    try:
        image, original_size = decode_apart(data, template)
    except InputError as error:
        return error.key
    return image.tobytes(), image.size, original_size


def children() -> list[int]:
    """The processes that decode now."""
    pid = TEMPLATE.pid
    if not pid:  # it is not there yet
        return []
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
