"""What a network in training answers to a few fixed photos: the frames of its filmstrip."""

import numpy as np
import torch
from PIL import Image, ImageFilter
from skimage import data
from torch import Tensor

from segdemo.preprocessing import resize_photo, to_pixels

FRAMES = 24  # of a run, besides the one before its first step


def film_photos() -> dict[str, Image.Image]:
    """Four RGB photos by name that anybody may show and pass on: scikit-image's, CC0 or NASA's.

    The cat from near and from further away, and two photos without a pet.
    """
    cat, coffee, astronaut = (
        Image.fromarray(photo) for photo in (data.chelsea(), data.coffee(), data.astronaut())
    )
    return {"cat": cat, "cat further away": _shrunk(cat), "coffee": coffee, "astronaut": astronaut}


def _shrunk(photo: Image.Image, share: float = 0.5) -> Image.Image:
    """The photo at `share` of its size, on a blurred copy of itself."""
    width, height = photo.size
    canvas = photo.filter(ImageFilter.GaussianBlur(width / 12))
    small = photo.resize((round(width * share), round(height * share)))
    canvas.paste(small, ((width - small.width) // 2, height - small.height))
    return canvas


def film_pixels() -> Tensor:
    """`film_photos` as (4, 3, 128, 128) uint8."""
    return torch.stack([to_pixels(resize_photo(photo)) for photo in film_photos().values()])


def film_steps(steps: int) -> set[int]:
    """After how many of a run's `steps` a frame is taken, evenly spread: 0, ..., `steps`."""
    return set(np.linspace(0, steps, FRAMES + 1).round().astype(int).tolist())
