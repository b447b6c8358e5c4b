"""The decoder: a photo of every format, upright, and for any other file a sentence."""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from itertools import product

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image
from support.decoding import answer, pixels
from support.helpers import refusal
from support.memory import FUZZ, MEBIBYTE, resident
from support.photo_corpus import (
    REFUSED_TIFF_CODECS,
    SIZE,
    animated,
    cuts,
    grey_tiff,
    impostors,
    mutate,
    oriented,
    picture,
    polyglots,
    save,
    whole,
)

from segdemo.data.decoder import Photo, open_photo
from segdemo.data.image_formats import FORMATS
from segdemo.data.photo_limits import MAX_BYTES
from segdemo.errors import InputError
from segdemo.locales import Translator

WHOLE = dict(whole())
IMPOSTORS = impostors()
LARGE = picture(size=(2500, 1500))
CUT_OFF = {name: data for name, data in WHOLE.items() if name.endswith(" RGB ")} | {
    "large": save(LARGE, "JPEG", quality=95),
    "large and progressive": save(LARGE, "JPEG", progressive=True),
}
UNUSUAL = {
    codec: save(picture("1"), "TIFF", compression=codec) for codec in REFUSED_TIFF_CODECS
} | {
    "another compression": grey_tiff(8, 8, (259, 3, 1, 34925), length=5000),
    "12 bits": grey_tiff(8, 8, (258, 3, 1, 12), length=5000),
}

# What comes out


@pytest.mark.parametrize("name", WHOLE)
def test_every_format_and_mode_pillow_writes(name):
    photo = answer(WHOLE[name])
    if name == "TIFF YCbCr ":  # Pillow cannot read back what it writes there
        assert photo.key == "photo.variant"
        return
    assert photo.original_size == photo.image.size == SIZE
    mode = name.split()[1]
    if mode in {"L", "RGB", "RGBX", "CMYK", "YCbCr", "LAB"}:
        shown = np.asarray(picture(mode).convert("RGB")).astype(int)
        assert np.abs(photo.image - shown).mean() < 12


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_by_the_road_of_the_page(form, tmp_path):
    data = save(picture(), form)
    path = tmp_path / "photo.txt"  # the name says nothing
    path.write_bytes(data)
    for source in (data, path, str(path), BytesIO(data)):
        assert open_photo(source).original_size == SIZE
    with path.open("rb") as file:
        assert np.abs(pixels(data) - np.asarray(open_photo(file).image)).max() == 0


ORIENTED = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a),
}


@pytest.mark.parametrize(
    ("form", "orientation"),
    [
        *product(("PNG", "JPEG", "WEBP", "TIFF"), ORIENTED),
        *product(sorted({"AVIF", "HEIC"} & set(FORMATS)), (1, 5, 8)),
    ],
)
def test_orientation(form, orientation):
    stored = np.kron(
        [[[250, 5, 5], [5, 250, 5], [5, 5, 250]], [[250, 250, 5], [5, 5, 5], [250, 250, 250]]],
        np.ones((16, 16, 1)),
    ).astype(np.uint8)
    exif = oriented(orientation)
    if form == "HEIC":  # pillow-heif turns by what it gets as bytes
        exif = exif.tobytes()
    options = {
        "JPEG": {"quality": 100, "subsampling": 0},
        "AVIF": {"quality": 100, "subsampling": "4:4:4"},
        "HEIC": {"quality": -1, "chroma": 444, "matrix_coefficients": 0},
        "WEBP": {"lossless": True},
    }.get(form, {})
    photo = open_photo(save(Image.fromarray(stored), form, exif=exif, **options))
    upright = ORIENTED[orientation](stored)
    assert photo.original_size == upright.shape[1::-1]
    assert np.abs(np.asarray(photo.image).astype(int) - upright).max() <= 6


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation):
    photo = open_photo(save(picture(), "PNG", exif=oriented(orientation)))
    assert photo.original_size == SIZE


def test_metadata_stays_behind():
    exif = Image.Exif()
    exif[0x010F] = "the maker of the camera"
    jpeg = save(picture(), "JPEG", exif=exif, comment=b"at home")
    assert open_photo(jpeg).image.info == {}


@pytest.mark.parametrize(("name", "data"), list(animated()))
def test_the_first_picture_of_several(name, data):
    photo = open_photo(data)
    red, green, blue = np.asarray(photo.image).reshape(-1, 3).mean(axis=0)
    assert red > 245
    assert max(green, blue) < 10


# Refusals


@pytest.mark.parametrize(
    ("source", "key"),
    [
        (None, "missing"),
        ("", "missing"),
        (b"", "empty"),
        (BytesIO(), "empty"),
        (bytes(MAX_BYTES + 1), "too-many-bytes"),
        ("/nowhere/photo.jpg", "unreadable"),
        (ROOT, "unreadable"),
        ("photo\0.jpg", "unreadable"),
    ],
)
def test_no_file_to_decode(source, key):
    assert refusal(open_photo, source).key == f"photo.{key}"


@pytest.mark.parametrize("name", IMPOSTORS)
def test_what_is_no_photo(name, tmp_path):
    data, form = IMPOSTORS[name]
    path = tmp_path / "photo.png"
    path.write_bytes(data)
    error = refusal(open_photo, path)
    assert error.key == ("photo.unread-format" if form else "photo.not-a-photo")
    for named in (form,) if form else FORMATS:
        assert named in error.sentence(Translator("vi"))


@pytest.mark.parametrize(("name", "data"), polyglots().items())
def test_a_photo_that_is_something_else_as_well_is_a_photo(name, data):
    assert open_photo(data).original_size == SIZE


@pytest.mark.parametrize("name", CUT_OFF)
def test_a_photo_cut_off_is_refused(name):
    for cut in cuts(CUT_OFF[name]):
        answered = answer(cut)
        assert isinstance(answered, InputError), f"{len(cut)} bytes of {len(CUT_OFF[name])}"
        if len(cut) > 16:  # enough to tell the format
            assert answered.key == "photo.damaged"


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_kinds_are_refused(name):
    assert refusal(open_photo, UNUSUAL[name]).key == "photo.variant"


# Whatever is sent


def test_threads_do_not_disturb_each_other():
    files = list(WHOLE.values())[::4]
    files += [cuts(data)[5] for data in files]

    def outcome(data: bytes) -> bytes | str:
        try:
            return open_photo(data).image.tobytes()
        except InputError as error:
            return error.key

    alone = [outcome(data) for data in files]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(outcome, files * 3)) == alone * 3


@pytest.mark.parametrize("name", WHOLE)
def test_damaged_files_give_a_photo_or_a_sentence(name):
    rng = random.Random(name)
    for data in (*cuts(WHOLE[name]), *(mutate(WHOLE[name], rng) for _ in range(3))):
        answer(data)


@pytest.mark.fuzzing
@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory in use from /proc")
def test_fuzzing_gives_photos_and_sentences_and_no_growth():
    seeds = [*WHOLE.values(), *dict(animated()).values(), *polyglots().values()]
    rng = random.Random(FUZZ)

    def photos_among(count: int) -> int:
        photos = 0
        for _ in range(count):
            with suppress(InputError):
                photos += isinstance(open_photo(mutate(rng.choice(seeds), rng)), Photo)
        return photos

    first = photos_among(FUZZ // 2)
    before = resident()
    second = photos_among(FUZZ - FUZZ // 2)
    assert 0 < first + second < FUZZ
    assert resident() - before < 32 * MEBIBYTE
