"""What phones, cameras and other programs write: shown if every pixel is there, or named."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from support.helpers import refusal
from support.photo_corpus import chunk, cuts, picture, png, save, segment, tiff

from segdemo.data.decoder import open_photo
from segdemo.data.image_formats import FORMATS
from segdemo.locales import Translator

SIDE = (180, 120)
PICTURE = picture(size=SIDE)
JPEG = save(PICTURE, "JPEG")
PNG = save(PICTURE, "PNG")


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(open_photo(data).image).astype(int)


def same(data: bytes, other: bytes) -> bool:
    return np.array_equal(pixels(data), pixels(other))


# JPEG


def video(size: int, marks: int) -> bytes:
    """What stands behind a motion photo; `marks` times what begins a JPEG's scan."""
    body = bytearray(np.random.default_rng(1).integers(0, 256, size, np.uint8).tobytes())
    for at in range(size // (marks + 1), size - 2, size // (marks + 1)):
        body[at : at + 2] = b"\xff\xda"
    return b"MotionPhoto_Data" + struct.pack(">I", 24) + b"ftypmp42" + bytes(12) + body


def test_a_motion_photo_is_its_photo():
    assert same(JPEG + video(60_000, marks=25), JPEG)


def test_a_motion_photo_of_50_megapixels_is_shown():
    large = save(Image.new("L", (8160, 6144), 90), "JPEG")
    assert open_photo(large + video(500_000, marks=100)).original_size == (8160, 6144)


@pytest.mark.parametrize("options", [{}, {"restart_marker_rows": 1}])
@pytest.mark.parametrize("size", [(37, 23), (180, 120), (2500, 1500)])
def test_without_its_end_marker_a_jpeg_is_whole(size, options):
    jpeg = save(picture(size=size), "JPEG", **options)
    for end in (b"", b"\xff", b"SEFT" + bytes(48)):
        assert same(jpeg[:-2] + end, jpeg)


def test_a_makers_trailer_is_left_alone():
    rng = np.random.default_rng(3)
    for marker in range(1, 255, 23):  # most cannot follow in a JPEG
        trailer = bytes([0xFF, marker]) + rng.integers(0, 256, 4000, np.uint8).tobytes()
        assert same(JPEG[:-2] + b"MotionPhoto_Data" + bytes(48) + trailer, JPEG)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
@pytest.mark.parametrize("size", [(180, 120), (2500, 1500)])
def test_a_jpeg_that_was_cut_off_stays_refused(size, options):
    jpeg = save(picture(size=size), "JPEG", **options)
    for data in (*cuts(jpeg), jpeg[:-60], jpeg[:-12]):
        assert refusal(open_photo, data).key == "photo.damaged"


def test_two_jpegs_in_one_file_are_the_first():
    frames = [PICTURE, PICTURE.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    assert same(save(frames[0], "MPO", save_all=True, append_images=frames[1:]), JPEG)


def test_metadata_of_a_maker_turns_as_it_says():
    exif = Image.Exif()
    exif[274] = 6
    jpeg = save(PICTURE, "JPEG", exif=exif)
    noisy = jpeg[:2] + segment(0xED, b"Photoshop 3.0\0" + bytes(99)) + jpeg[2:]
    assert open_photo(noisy).original_size == SIDE[::-1]


# PNG


def with_chunks(*chunks: bytes) -> bytes:
    head = 8 + 25
    return PNG[:head] + b"".join(chunks) + PNG[head:]


def wrong(made: bytes) -> bytes:
    """A chunk with a wrong checksum."""
    return made[:-1] + bytes([made[-1] ^ 255])


TEXT = b"x" * 1_400_000
UNNEEDED = {
    "zTXt of 1.4 MB": chunk(b"zTXt", b"Raw profile type xmp\0\0" + zlib.compress(TEXT)),
    "iTXt of 1.4 MB": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(TEXT)),
    "130 texts": b"".join(chunk(b"iTXt", b"k%d\0\0\0\0\0v" % i) for i in range(130)),
    "profile of zeros": chunk(b"iCCP", b"display\0\0" + zlib.compress(bytes(1_500_000))),
    "wrong pHYs": wrong(chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1))),
    "wrong tEXt": wrong(chunk(b"tEXt", b"Software\0somebody")),
    "wrong iCCP": wrong(chunk(b"iCCP", b"display\0\0" + zlib.compress(bytes(99)))),
    "damaged eXIf": chunk(b"eXIf", b"II*\0" + bytes(3)),
}


@pytest.mark.parametrize("name", UNNEEDED)
def test_what_no_pixel_needs_does_not_matter(name):
    assert same(with_chunks(UNNEEDED[name]), PNG)


def test_what_pixels_need_has_to_be_right():
    for at in (29, 60):  # the checksum of the header, a byte of the pixels
        data = PNG[:at] + bytes([PNG[at] ^ 255]) + PNG[at + 1 :]
        assert refusal(open_photo, data).key == "photo.damaged"


def test_a_colour_key_of_16_bits_is_white():
    grey = np.full((40, 60), 0x8080, ">u2")
    grey[:20, :30] = 0x1234
    colour = np.stack([grey, grey, grey], axis=2).astype(">u2")
    colour[:20, :30] = 0x1234, 0x2345, 0x3456
    for values, kind, key in ((grey, 0, (0x1234,)), (colour, 2, (0x1234, 0x2345, 0x3456))):
        lines = b"".join(b"\0" + row.tobytes() for row in values)
        data = png(
            60, 40, lines, chunk(b"tRNS", np.array(key, ">u2").tobytes()), depth=16, colour=kind
        )
        shown = pixels(data)
        assert (shown[:20, :30] == 255).all()
        assert (shown[20:] == 0x80).all()


# GIF, TIFF, WebP


def test_a_first_frame_that_is_a_part_stands_on_white():
    gif = bytearray(save(Image.new("L", (100, 60), 40), "GIF"))
    gif[6:10] = struct.pack("<HH", *SIDE)
    at = gif.index(b",", 13 + 3 * (2 << (gif[10] & 7)))
    gif[at + 1 : at + 5] = struct.pack("<HH", 40, 30)
    shown = pixels(bytes(gif))
    assert shown.shape == (120, 180, 3)
    assert (shown[30:90, 40:140] == 40).all()
    shown[30:90, 40:140] = 255
    assert (shown == 255).all()


def test_a_tiff_with_layers_is_its_picture():
    layers = b"8BIMLayr" + bytes(2000) + b"\xff\xc2" + bytes(2000)
    for compression in ("jpeg", "tiff_lzw", None):
        data = save(PICTURE, "TIFF", compression=compression)
        assert same(data + layers, data)
        if compression != "jpeg":
            assert same(data, PNG)


def test_a_tiff_palette_of_16_bits():
    colours = np.zeros((3, 65536), "<u2")
    colours[:, 1000], colours[:, 2000] = (0xFFFF, 0x8000, 0), (0, 0x1000, 0xFF00)
    values = np.array([[1000, 2000], [2000, 1000]], "<u2").tobytes()
    tags = [
        *((256, 3, 1, 2), (257, 3, 1, 2), (258, 3, 1, 16), (259, 3, 1, 1), (262, 3, 1, 3)),
        *((273, 4, 1, 512), (277, 3, 1, 1), (278, 3, 1, 2), (279, 4, 1, 8)),
        (320, 3, 3 * 65536, 1024),
    ]
    data = tiff(tags, 512) + values.ljust(512, b"\0") + colours.tobytes()
    first, second = [255, 128, 0], [0, 16, 255]
    assert pixels(data).tolist() == [[first, second], [second, first]]


def test_planes_of_their_own_are_one_picture():
    plane = np.arange(12, dtype=np.uint8).reshape(3, 4)
    places = struct.pack("<III", 512, 524, 536)
    lengths = struct.pack("<III", 12, 12, 12)
    tags = [
        *((256, 3, 1, 4), (257, 3, 1, 3), (258, 3, 3, 200), (259, 3, 1, 1), (262, 3, 1, 2)),
        *((273, 4, 3, 220), (277, 3, 1, 3), (278, 3, 1, 3), (279, 4, 3, 240), (284, 3, 1, 2)),
    ]
    head = bytearray(tiff(tags, 512))
    head[200:206], head[220:232], head[240:252] = struct.pack("<HHH", 8, 8, 8), places, lengths
    data = bytes(head) + b"".join((plane + add).tobytes() for add in (0, 50, 100))
    assert np.array_equal(pixels(data), np.stack([plane, plane + 50, plane + 100], axis=2))


@pytest.mark.parametrize("name", ["DNG", "RAW"])
def test_a_raw_file_is_named_and_its_preview_is_not_shown(name):
    preview = [(254, 4, 1, 1), (256, 4, 1, 60), (257, 4, 1, 40), (258, 4, 1, 8), (262, 4, 1, 1)]
    version = [(50706, 1, 4, 0x00000401)] if name == "DNG" else []
    error = refusal(open_photo, tiff([*preview, *version], 5000))
    assert error.key == "photo.unread-format"
    assert name in error.sentence(Translator("vi"))


# HEIF


def test_heic_of_an_iphone():
    heic = save(PICTURE, "HEIC", quality=95)
    assert heic[8:12] == b"heic"
    assert np.abs(pixels(heic) - pixels(PNG)).mean() < 3


@pytest.mark.parametrize("brand", [b"mif1", b"msf1"])
@pytest.mark.parametrize("form", [form for form in ("HEIC", "AVIF") if form in FORMATS])
def test_heif_whose_main_brand_says_little(form, brand):
    data = save(PICTURE, form)
    assert same(data[:8] + brand + data[12:], data)


@pytest.mark.parametrize("quality", [-1, 60])
def test_a_preview_inside_is_not_the_photo(quality):
    large = picture(size=(1600, 1200))
    heic = save(large, "HEIC", quality=quality, thumbnails=[1100])
    assert b"thmb" in heic  # the box that names a picture as another one's thumbnail
    expected = np.asarray(large.resize((1024, 768), Image.Resampling.BOX)).astype(int)
    assert open_photo(heic).original_size == (1600, 1200)
    assert np.abs(pixels(heic) - expected).mean() < 6


@pytest.mark.parametrize(("transfer", "white"), [(16, 0.5807), (18, 0.75)])
@pytest.mark.parametrize("form", [form for form in ("HEIC", "AVIF") if form in FORMATS])
def test_high_dynamic_range_is_not_pale(form, transfer, white):
    """203 cd/m2, the white of a page (ITU-R BT.2408), is nearly white; a fifth of it mid-grey."""
    signal = round(255 * white)
    options = {"HEIC": {"quality": -1, "chroma": 444}, "AVIF": {"quality": 100}}[form]
    data = save(Image.new("RGB", (64, 64), (signal, signal, signal)), form, **options)
    shown = pixels(with_transfer(data, transfer))
    assert 235 <= shown.min() <= shown.max() <= 250
    assert shown.std() < 1


def with_transfer(data: bytes, transfer: int) -> bytes:
    """The HEIF file with its colours declared as BT.2020 and this transfer function."""
    at = data.index(b"colrnclx") + 8
    return data[:at] + struct.pack(">HH", 9, transfer) + data[at + 4 :]
