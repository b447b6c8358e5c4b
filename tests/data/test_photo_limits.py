"""How large a photo may be, which its header alone decides, and what it is made as large as."""

import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageFile
from support.helpers import check_sentences, refusal
from support.photo_bombs import BOMBS
from support.photo_corpus import grey_tiff, oriented, picture, save

from segdemo.data.decoder import Photo, open_photo
from segdemo.data.image_decoding import decode
from segdemo.data.photo_limits import MAX_SIDE, WORKING_SIDE, max_pixels
from segdemo.data.preprocessing import SHRINKING, resize_photo
from segdemo.data.preprocessing import SIZE as INPUT_SIDE
from segdemo.errors import InputError
from segdemo.locales import Translator


def header_of(form: str, width: int, height: int) -> bytes:
    """A small file that claims this size."""
    side = {"JPEG": ">H", "PNG": ">I", "BMP": "<i", "GIF": "<H"}
    if form == "TIFF":
        return grey_tiff(width, height, length=5000)
    small = save(Image.new("RGB", (0x1234, 7)), form)
    number = np.dtype(side[form].replace("H", "u2").replace("I", "u4").replace("i", "i4"))
    order = (height, width) if form == "JPEG" else (width, height)
    claimed = (7, 0x1234) if form == "JPEG" else (0x1234, 7)
    before, after = (np.array(pair, number).tobytes() for pair in (claimed, order))
    assert before in small
    data = small.replace(before, after)
    if form == "PNG":
        header = data[12:29]
        data = data[:29] + zlib.crc32(header).to_bytes(4, "big") + data[33:]
    return data


@pytest.fixture
def no_decoding(monkeypatch):
    """Decoding a pixel, or making room for one, fails the test."""

    def decoded(*_):
        pytest.fail("a pixel was decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded)
    monkeypatch.setattr(ImageFile.ImageFile, "load_prepare", decoded)


@pytest.mark.usefixtures("no_decoding")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "BMP", "GIF", "TIFF"])
def test_limits_hold_on_the_header(form):
    limit = max_pixels(form)
    width = 8000
    height = limit // width + 1
    error = refusal(decode, header_of(form, width, height))
    assert error.key == "photo.too-many-pixels"
    for part in (str(width), str(height), str(limit // 10**6)):
        assert part in error.sentence(Translator("en"))
        assert part in error.sentence(Translator("vi"))
    error = refusal(decode, header_of(form, MAX_SIDE + 1, 1))
    assert error.key == "photo.too-long"
    assert str(MAX_SIDE) in error.sentence(Translator("en"))
    assert refusal(decode, header_of(form, 20_000, 20_000)).key == "photo.too-many-pixels"


def test_a_50_megapixel_phone_is_welcome():
    photo = open_photo(save(Image.new("L", (8192, 6144), 200), "JPEG"))
    assert photo.original_size == (8192, 6144)
    assert photo.image.size == (1024, 768)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_gets_a_picture_or_a_sentence(name):
    """Which of the two may depend on the machine; the limits hold, see test_decoder_process.py."""
    try:
        assert max(open_photo(BOMBS[name]()).image.size) <= WORKING_SIDE
    except InputError as error:
        check_sentences(error)


# The working size


def test_a_large_photo_is_reduced_and_its_size_kept():
    photo = open_photo(save(picture(size=(4000, 3000)), "JPEG", exif=oriented(6)))
    assert photo.image.size == (768, 1024)
    assert photo.original_size == (3000, 4000)


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1), (1, 20_000), (20_000, 1), (1025, 1)])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP", "GIF"])
def test_the_smallest_and_the_narrowest(form, size):
    photo = open_photo(save(Image.new("RGB", size, (250, 250, 250)), form))
    assert photo.original_size == size
    assert max(photo.image.size) == min(WORKING_SIDE, max(size))
    assert np.asarray(photo.image).min() >= 245


def input_difference(original: Image.Image, photo: Photo) -> float:
    """Mean distance, in grey levels, between the networks' input made either way."""
    side = (INPUT_SIDE, INPUT_SIDE)
    direct = original.resize(side, SHRINKING)
    return np.abs(np.subtract(direct, resize_photo(photo.image), dtype=float)).mean()


def test_the_networks_input_is_that_of_the_whole_photo(originals):
    differences = []
    for path in sorted((originals / "images").glob("*.jpg"))[::10]:
        with Image.open(path) as small:
            factor = 4000 / max(small.size)  # as large as a phone's
            size = (round(small.width * factor), round(small.height * factor))
            jpeg = save(small.convert("RGB").resize(size, Image.Resampling.BICUBIC), "JPEG")
        with Image.open(BytesIO(jpeg)) as whole_photo:
            differences.append(input_difference(whole_photo, open_photo(jpeg)))
    assert np.mean(differences) < 0.5
    assert np.max(differences) < 1
