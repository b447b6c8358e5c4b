"""The decoder: exact colours of every kind of photo, its limits, and nothing else for any file."""

import random
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image, ImageCms, ImageFile
from support.helpers import check_sentences, refusal
from support.memory import FUZZ, MEBIBYTE, resident
from support.photo_corpus import (
    BOMBS,
    REFUSED_TIFF_CODECS,
    SIZE,
    animated,
    cuts,
    grey_tiff,
    impostors,
    mutate,
    picture,
    png,
    polyglots,
    save,
    whole,
)

from segdemo.data.decoder import Photo, open_photo
from segdemo.data.image_decoding import decode
from segdemo.data.image_formats import FORMATS
from segdemo.data.photo_limits import MAX_BYTES, MAX_SIDE, WORKING_SIDE, max_pixels
from segdemo.data.preprocessing import SHRINKING, resize_photo
from segdemo.data.preprocessing import SIZE as INPUT_SIDE
from segdemo.errors import InputError
from segdemo.locales import Translator

WHOLE = dict(whole())
IMPOSTORS = impostors()

in_every_format = pytest.mark.parametrize("form", FORMATS)


def pixels(source: bytes) -> np.ndarray:
    return np.asarray(open_photo(source).image).astype(int)


def colour(source: bytes) -> tuple[int, ...]:
    """The colour of a photo that has only one."""
    (one,) = {tuple(pixel) for row in pixels(source).tolist() for pixel in row}
    return one


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


@in_every_format
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


@pytest.mark.parametrize("orientation", ORIENTED)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_orientation(form, orientation):
    check_orientation(form, orientation)


@pytest.mark.parametrize("orientation", [1, 5, 8])
@pytest.mark.parametrize("form", sorted({"AVIF", "HEIC"} & set(FORMATS)))
def test_orientation_of_heif(form, orientation):
    check_orientation(form, orientation)


def check_orientation(form: str, orientation: int) -> None:
    stored = np.kron(
        [[[250, 5, 5], [5, 250, 5], [5, 5, 250]], [[250, 250, 5], [5, 5, 5], [250, 250, 250]]],
        np.ones((16, 16, 1)),
    ).astype(np.uint8)
    exif = Image.Exif()
    exif[274] = orientation
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
    exif = Image.Exif()
    exif[274] = orientation
    assert open_photo(save(picture(), "PNG", exif=exif)).original_size == SIZE


def test_metadata_stays_behind():
    exif = Image.Exif()
    exif[0x010F] = "the maker of the camera"
    jpeg = save(picture(), "JPEG", exif=exif, comment=b"at home")
    assert open_photo(jpeg).image.info == {}


def one_colour(mode: str, value: object) -> Image.Image:
    return Image.new(mode, (4, 3), value)


@pytest.mark.parametrize(
    ("image", "form", "expected"),
    [
        (one_colour("CMYK", (0, 255, 255, 0)), "TIFF", (255, 0, 0)),
        (one_colour("CMYK", (0, 0, 0, 255)), "TIFF", (0, 0, 0)),
        (one_colour("CMYK", (51, 0, 0, 0)), "TIFF", (204, 255, 255)),
        (one_colour("RGBA", (200, 100, 0, 0)), "PNG", (255, 255, 255)),
        (one_colour("RGBA", (200, 100, 0, 255)), "PNG", (200, 100, 0)),
        (one_colour("RGBA", (205, 105, 5, 51)), "PNG", (245, 225, 205)),  # a fifth of it
        (one_colour("RGBA", (205, 105, 5, 51)), "TIFF", (245, 225, 205)),
        (one_colour("LA", (5, 51)), "PNG", (205, 205, 205)),
        (one_colour("LA", (5, 255)), "PNG", (5, 5, 5)),
        (one_colour("L", 77), "BMP", (77, 77, 77)),
        (one_colour("1", 1), "PNG", (255, 255, 255)),
        (one_colour("1", 0), "PNG", (0, 0, 0)),
        (one_colour("1", 1), "TIFF", (255, 255, 255)),
        (one_colour("I;16", 65535), "PNG", (255, 255, 255)),
        (one_colour("I;16", 1000), "PNG", (3, 3, 3)),  # 1000 / 256, not clipped to 255
        (one_colour("I;16B", 40000), "TIFF", (156, 156, 156)),
        (one_colour("F", 0.5), "TIFF", (0, 0, 0)),  # no range to stretch
    ],
)
def test_exact_colours(image, form, expected):
    assert colour(save(image, form)) == expected


def test_every_eight_bit_grey_survives_sixteen_bits():
    grey = np.arange(256, dtype=np.uint16).reshape(16, 16)
    expected = np.repeat(grey[:, :, None], 3, axis=2)
    assert (pixels(save(Image.fromarray(grey * 257), "PNG")) == expected).all()
    lines = b"".join(b"\0" + np.repeat(row * 257, 3).astype(">u2").tobytes() for row in grey)
    assert (pixels(png(16, 16, lines, depth=16)) == expected).all()


def test_numbers_of_32_bits_go_from_their_least_to_their_greatest():
    for values in (
        np.array([[-2.0, 0.0, 2.0, np.nan]], np.float32),
        np.array([[-70_000, 0, 70_000, -70_000]], np.int32),
    ):
        assert pixels(save(Image.fromarray(values), "TIFF"))[0, :, 0].tolist() == [0, 128, 255, 0]


def test_palettes_with_and_without_alpha():
    image = Image.new("P", (3, 1))
    image.putpalette([205, 105, 5, 10, 20, 30, 0, 0, 0])
    image.putdata([0, 1, 2])
    opaque = [[205, 105, 5], [10, 20, 30], [0, 0, 0]]
    for form in ("PNG", "GIF", "BMP", "TIFF"):
        assert pixels(save(image, form))[0].tolist() == opaque
    for form in ("PNG", "GIF"):
        one_clear = save(image, form, transparency=2)
        assert pixels(one_clear)[0].tolist() == [*opaque[:2], [255, 255, 255]]
    faint = save(image, "PNG", transparency=bytes([51, 255, 0]))
    assert pixels(faint)[0].tolist() == [[245, 225, 205], [10, 20, 30], [255, 255, 255]]
    with_alpha = Image.new("PA", (1, 1), (0, 51))
    with_alpha.putpalette([205, 105, 5])
    assert colour(save(with_alpha, "TIFF")) == (245, 225, 205)


@pytest.mark.parametrize(
    ("mode", "value", "key"), [("RGB", (1, 2, 3), (1, 2, 3)), ("L", 7, 7), ("1", 0, 0)]
)
def test_a_colour_key_is_transparent(mode, value, key):
    assert colour(save(one_colour(mode, value), "PNG", transparency=key)) == (255, 255, 255)


def test_edges_of_transparency_do_not_darken_when_reduced():
    image = Image.new("RGBA", (3000, 30), (0, 0, 0, 0))
    image.paste((255, 255, 255, 255), (0, 0, 1500, 30))
    assert pixels(save(image, "PNG")).min() == 255


@pytest.mark.parametrize(("name", "data"), list(animated()))
def test_the_first_picture_of_several(name, data):
    photo = open_photo(data)
    red, green, blue = np.asarray(photo.image).reshape(-1, 3).mean(axis=0)
    assert red > 245
    assert max(green, blue) < 10


# Colour profiles


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
# A profile whose red is sRGB's blue: the tags of the two primaries change places.
RED_IS_BLUE = SRGB.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_profile_is_applied(form):
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 100}}.get(form, {})
    red = save(one_colour("RGB", (254, 0, 0)), form, icc_profile=RED_IS_BLUE, **options)
    assert np.abs(np.subtract(colour(red), (0, 0, 254))).max() <= 2
    plain = save(one_colour("RGB", (254, 0, 0)), form, icc_profile=SRGB, **options)
    assert np.abs(np.subtract(colour(plain), (254, 0, 0))).max() <= 2


def test_a_profile_is_applied_under_alpha():
    image = save(one_colour("RGBA", (255, 0, 0, 51)), "PNG", icc_profile=RED_IS_BLUE)
    assert np.abs(np.subtract(colour(image), (204, 204, 255))).max() <= 2


@pytest.mark.parametrize("profile", [b"", b"nonsense", SRGB[:200], SRGB[:-40], bytes(5_000_000)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_profile_that_cannot_be_used_changes_nothing(mode, profile):
    value = (10, 20, 30)[: len(mode)] if mode == "RGB" else 20
    image = save(one_colour(mode, value), "TIFF", icc_profile=profile)
    answered = answer(image)
    if isinstance(answered, Photo):
        assert answered.image.getpixel((0, 0)) == (value if mode == "RGB" else (20, 20, 20))
    else:
        assert len(profile) > 4 * MEBIBYTE


def test_a_profile_of_another_mode_changes_nothing():
    grey = save(one_colour("L", 77), "PNG", icc_profile=RED_IS_BLUE)
    assert colour(grey) == (77, 77, 77)
    cmyk = save(one_colour("CMYK", (0, 255, 255, 0)), "TIFF", icc_profile=SRGB)
    assert colour(cmyk) == (255, 0, 0)


# The working size


def test_a_large_photo_is_reduced_and_its_size_kept():
    exif = Image.Exif()
    exif[274] = 6
    photo = open_photo(save(picture(size=(4000, 3000)), "JPEG", exif=exif))
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


@pytest.mark.parametrize("name", [name for name in WHOLE if name.endswith(" RGB ")])
def test_a_photo_cut_off_is_refused(name):
    for data in cuts(WHOLE[name]):
        answered = answer(data)
        assert isinstance(answered, InputError), f"{len(data)} bytes of {len(WHOLE[name])}"
        if len(data) > 16:  # enough to tell the format
            assert answered.key == "photo.damaged"


@pytest.mark.parametrize("options", [{"progressive": True}, {"quality": 95}])
def test_a_large_jpeg_cut_off_is_refused(options):
    jpeg = save(picture(size=(2500, 1500)), "JPEG", **options)
    for data in cuts(jpeg):
        assert refusal(open_photo, data).key == "photo.damaged"


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


def test_unusual_kinds_are_refused():
    compressed = grey_tiff(8, 8, (259, 3, 1, 34925), length=5000)
    twelve_bits = grey_tiff(8, 8, (258, 3, 1, 12), length=5000)
    for data in (compressed, twelve_bits):
        assert refusal(open_photo, data).key == "photo.variant"


@pytest.mark.parametrize("codec", REFUSED_TIFF_CODECS)
def test_fax_pages_are_refused(codec):
    fax = save(picture("1"), "TIFF", compression=codec)
    assert refusal(open_photo, fax).key == "photo.variant"


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_gets_a_picture_or_a_sentence(name):
    """Which of the two may depend on the machine; the limits hold, see test_decoder_process.py."""
    try:
        assert max(open_photo(BOMBS[name]()).image.size) <= WORKING_SIDE
    except InputError as error:
        check_sentences(error)


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
