"""What goes into the networks of other domains, and the picture that comes out of them.

One definition for page, API and training. Pictures are (..., 3, H, W) uint8, 0..255.
"""

import json
from functools import cache
from importlib.resources import files

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from segdemo.data.lab import to_lab, to_rgb
from segdemo.data.preprocessing import MEAN, STD

FACTOR = 4  # of super-resolution
AB_SCALE = 100.0  # a and b by which the networks count, so that their numbers are about 1
BINS = 100  # colours that the classification chooses from


def to_uint8(values: Tensor) -> Tensor:
    """0..255 in floating point, or beyond -> the nearest that a picture can hold."""
    return values.round().clamp(0, 255).to(torch.uint8)


def to_image(pixels: Tensor) -> Image.Image:
    """(3, H, W) uint8 -> the RGB image."""
    return Image.fromarray(pixels.movedim(0, -1).numpy())


def denormalise(outputs: Tensor) -> Tensor:
    """What a network gives in the units of `preprocessing.normalise` -> the picture."""
    mean, std = (outputs.new_tensor(values).view(3, 1, 1) for values in (MEAN, STD))
    return to_uint8(255 * (outputs * std + mean))


def add_noise(pixels: Tensor, noise: Tensor, sigma: float | Tensor) -> Tensor:
    """noise: of the picture's shape, from a standard normal distribution; sigma in grey levels."""
    return to_uint8(pixels + noise * sigma)


def shrink(pixels: Tensor) -> Tensor:
    """(N, 3, H, W) -> (N, 3, H/4, W/4), bicubic with anti-aliasing."""
    size = [side // FACTOR for side in pixels.shape[-2:]]
    return to_uint8(F.interpolate(pixels.float(), size, mode="bicubic", antialias=True))


def enlarge(pixels: Tensor, mode: str = "bicubic") -> Tensor:
    """(N, 3, h, w) -> (N, 3, 4h, 4w) by "nearest", "bilinear" or "bicubic"."""
    return to_uint8(F.interpolate(pixels.float(), scale_factor=FACTOR, mode=mode))


def to_grey(pixels: Tensor) -> Tensor:
    """The picture's lightness L alone, as a grey picture of three equal channels."""
    lab = to_lab(pixels.float() / 255)
    lab[..., 1:, :, :] = 0
    return to_uint8(255 * to_rgb(lab)[..., 1:2, :, :]).expand(pixels.shape)


def ab_of(pixels: Tensor) -> Tensor:
    """The picture's colour alone: a and b over AB_SCALE, (..., 2, H, W)."""
    return to_lab(pixels.float() / 255)[..., 1:, :, :] / AB_SCALE


def colour_in(grey: Tensor, ab: Tensor) -> Tensor:
    """A grey picture with the colour `ab`, (N, 2, h, w) as `ab_of` gives, enlarged to it."""
    ab = F.interpolate(ab, grey.shape[-2:], mode="bilinear", align_corners=False)
    lightness = to_lab(grey.float() / 255)[..., :1, :, :]
    return to_uint8(255 * to_rgb(torch.cat([lightness, ab * AB_SCALE], dim=-3)))


@cache
def bin_centres() -> Tensor:
    """(BINS, 2): a and b over AB_SCALE of each colour that the classification chooses from.

    The squares of a and b that hold the most pixels of the training photos, the most frequent
    first (`python -m train colour-bins`).
    """
    text = files("segdemo.data").joinpath("colour_bins.json").read_text(encoding="utf-8")
    return torch.tensor(json.loads(text)["centres"]) / AB_SCALE


def to_bins(ab: Tensor) -> Tensor:
    """(N, 2, H, W) colours -> (N, H, W) int64, the nearest bin of each."""
    points = ab.movedim(1, -1)
    distances = torch.cdist(points.flatten(0, -2), bin_centres().to(ab.device))
    return distances.argmin(-1).view(points.shape[:-1])


def mix_bins(logits: Tensor, temperature: float) -> Tensor:
    """(N, BINS, H, W) -> (N, 2, H, W): the mean of the bins' colours under softmax(logits / T).

    T = 1 takes the probabilities as they are; T near 0 takes the likeliest bin alone.
    """
    probabilities = (logits / temperature).softmax(1)
    return torch.einsum("nkhw,kc->nchw", probabilities, bin_centres().to(logits.device))
