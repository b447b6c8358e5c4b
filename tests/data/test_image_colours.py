"""The colours of a decoded photo: exact for every mode and depth, under alpha and profiles."""

import numpy as np
import pytest
from PIL import Image, ImageCms
from support.decoding import answer, pixels
from support.memory import MEBIBYTE
from support.photo_corpus import png, save

from segdemo.data.decoder import Photo


def colour(source: bytes) -> tuple[int, ...]:
    """The colour of a photo that has only one."""
    (one,) = {tuple(pixel) for row in pixels(source).tolist() for pixel in row}
    return one


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
