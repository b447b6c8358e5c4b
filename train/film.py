"""What a network in training answers to a few fixed photos: the frames of its filmstrip."""

from functools import cache
from itertools import compress
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter
from skimage import data
from torch import Tensor

from segdemo.data.preprocessing import resize_photo, to_pixels
from segdemo.evaluation.training_timeline import (
    FOLDER,
    Frame,
    Photo,
    TrainingTimeline,
    film_labels,
    write_film,
    write_photos,
)
from segdemo.models.registry import Stage
from train.recipes import Recipe
from train.storage import write_atomically

FRAMES = 24  # of a run, besides the one before its first step
CAT = "Chelsea, Stéfan van der Walt, CC0, from scikit-image"
# Photos that anybody may show and pass on: the cat from near and from further away, and two
# without a pet.
PHOTOS = (
    Photo("cat", CAT),
    Photo("cat further away", CAT),
    Photo("coffee", "Rachel Michetti, CC0, from scikit-image"),
    Photo("astronaut", "Eileen Collins, NASA, public domain, from scikit-image"),
)


def film_photos() -> list[Image.Image]:
    """PHOTOS in RGB, 128x128."""
    cat = Image.fromarray(data.chelsea())
    others = (Image.fromarray(photo) for photo in (data.coffee(), data.astronaut()))
    return [resize_photo(photo) for photo in (cat, _shrunk(cat), *others)]


def _shrunk(photo: Image.Image, share: float = 0.5) -> Image.Image:
    """The photo at `share` of its size, on a blurred copy of itself."""
    width, height = photo.size
    canvas = photo.filter(ImageFilter.GaussianBlur(width / 12))
    small = photo.resize((round(width * share), round(height * share)))
    canvas.paste(small, ((width - small.width) // 2, height - small.height))
    return canvas


@cache
def film_pixels() -> Tensor:
    """`film_photos` as (4, 3, 128, 128) uint8."""
    return torch.stack([to_pixels(photo) for photo in film_photos()])


def film_steps(steps: int) -> set[int]:
    """After how many of a run's `steps` a frame is taken: 0, ..., `steps`, the closer together
    the earlier, as most is learned early.
    """
    return set((steps * np.linspace(0, 1, FRAMES + 1) ** 2).round().astype(int).tolist())


def publish_film(folder: Path, stage: Stage, recipe: Recipe, film: list[dict], steps: int) -> None:
    """Write a run's frames into the filmstrip beside the checkpoints in `folder`, after those of
    the runs before it.

    film: step and labels (photos, 128, 128) of each frame; steps: in an epoch.
    """
    strip = folder / FOLDER
    strip.mkdir(parents=True, exist_ok=True)
    write_photos(strip, PHOTOS, film_photos(), write_atomically)
    before = recipe.epochs_before
    frames = [Frame(before + record["step"] / steps) for record in film]
    labels = np.stack([record["labels"].numpy() for record in film], axis=1)
    earlier = TrainingTimeline.read(strip).films.get(stage.key) if before else None
    if earlier:
        kept = [frame.epoch < before for frame in earlier.frames]
        frames = [*compress(earlier.frames, kept), *frames]
        labels = np.concatenate([film_labels(earlier)[:, kept], labels], axis=1)
    write_film(strip, stage.key, frames, labels, write_atomically)
