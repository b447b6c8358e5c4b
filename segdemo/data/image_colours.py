"""From the colours a file has to RGB in sRGB, on white."""

import io
import re
from typing import cast

import numpy as np
from PIL import Image, ImageCms

from segdemo.data.photo_limits import MAX_PROFILE_BYTES

# A box of HEIF: primaries, transfer function, matrix and range, each a number of ITU-T H.273.
_NCLX = re.compile(rb"colrnclx..(..)", re.DOTALL)
_PQ, _HLG = 16, 18
_WHITE = 203  # candela per square metre: the white of a page among HDR pictures (ITU-R BT.2408)
_BT2020_TO_SRGB = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    np.float32,
)


def to_averageable(image: Image.Image) -> Image.Image:
    """The photo in a mode whose values may be averaged: no palette, colour key or packed bits."""
    if image.mode.startswith("I;16"):
        return _from_16_bits(image)
    if image.mode in ("LA", "RGBA"):
        return image
    if image.mode in ("P", "PA") and image.palette is None:
        raise ValueError("a palette picture without its palette")
    if image.has_transparency_data:
        return image.convert("RGBA")
    mode = {"1": "L", "P": "RGB", "LAB": "RGB"}.get(image.mode, image.mode)
    return image if mode == image.mode else image.convert(mode)


def to_rgb(image: Image.Image, profile: bytes | None, hdr: int | None = None) -> Image.Image:
    """Any mode that `to_averageable` gives -> RGB in sRGB, on white.

    `profile` is an ICC profile, left out if it cannot be used; `hdr` is of `find_hdr_transfer`.
    """
    if image.mode in ("I", "F"):
        image = _stretch(image)
    if image.mode not in ("LA", "RGBA"):
        return _to_srgb(image, profile, hdr)
    opaque = Image.new("RGB", image.size, "white")
    colours = _to_srgb(image.convert(image.mode.removesuffix("A")), profile, hdr)
    opaque.paste(colours, mask=image.getchannel("A"))
    return opaque


def find_hdr_transfer(data: bytes) -> int | None:
    """The transfer function of an HEIF file's bytes, if it is one for high dynamic range."""
    found = _NCLX.search(data)
    transfer = int.from_bytes(found[1], "big") if found else 0
    return transfer if transfer in (_PQ, _HLG) else None


def _from_16_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image)
    colour_map = image.info.get("colour_map")
    if colour_map is not None:
        return Image.fromarray(colour_map[values])
    grey = Image.fromarray((values >> 8).astype(np.uint8))
    key = image.info.get("transparency")
    if isinstance(key, int):
        grey.putalpha(Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8)))
    return grey


def _to_srgb(image: Image.Image, profile: bytes | None, hdr: int | None) -> Image.Image:
    if isinstance(profile, bytes) and len(profile) <= MAX_PROFILE_BYTES:
        try:
            converted = ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            return cast(Image.Image, converted)  # None with inPlace=True alone
        except ImageCms.PyCMSError:
            pass  # damaged, or for another mode than the photo's: browsers ignore it too
    image = image.convert("RGB")
    return _tone_map(image, hdr) if hdr else image


def _stretch(image: Image.Image) -> Image.Image:
    """32-bit integers or floats -> 8-bit grey, least to greatest; what is not finite is black."""
    with np.errstate(invalid="ignore"):  # some kinds of NaN count as invalid already here
        values = np.asarray(image, dtype=np.float64)
    finite = np.isfinite(values)
    low, high = (values[finite].min(), values[finite].max()) if finite.any() else (0, 0)
    scale = 255 / (high - low) if high > low else 0
    grey = np.where(finite, (values - low) * scale, 0)
    return Image.fromarray(grey.round().astype(np.uint8))


def _tone_map(image: Image.Image, transfer: int) -> Image.Image:
    """RGB in BT.2020 and PQ or HLG -> sRGB: white of a page nearly white, what is brighter above.

    The brightest channel is bent and the others go with it, so that the hue stays.
    """
    signal = np.asarray(image, np.float32) / 255
    light = (_pq_light if transfer == _PQ else _hlg_light)(signal) / _WHITE
    light = np.maximum(light @ _BT2020_TO_SRGB.T, 0)
    brightest = np.maximum(light.max(axis=2, keepdims=True), 1e-6)
    knee = 0.7  # of white: below it nothing is bent
    bent = knee + (1 - knee) * (1 - np.exp((knee - brightest) / (1 - knee)))
    light = light * np.where(brightest > knee, bent / brightest, 1)
    grey = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return Image.fromarray((grey.clip(0, 1) * 255).round().astype(np.uint8))


def _pq_light(signal: np.ndarray) -> np.ndarray:
    """SMPTE ST 2084: 0..1 -> candela per square metre."""
    power = signal ** (1 / 78.84375)
    return 10_000 * (np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (
        1 / 0.1593017578125
    )


def _hlg_light(signal: np.ndarray) -> np.ndarray:
    """ITU-R BT.2100: 0..1 -> candela per square metre of a display that reaches 1000."""
    scene = np.where(
        signal <= 0.5, signal**2 / 3, (np.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12
    )
    brightness = scene @ np.array([0.2627, 0.678, 0.0593], np.float32)
    return 1000 * scene * np.maximum(brightness, 1e-6)[..., None] ** 0.2
