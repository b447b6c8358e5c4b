"""What a network in training answers to a few fixed photos: the frames of its filmstrip."""

from functools import cache
from itertools import compress
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from segdemo.data.decoder import open_photo
from segdemo.data.preprocessing import resize_photo, to_pixels
from segdemo.data.sample_photos import SAMPLE_PHOTOS
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
# Sample photos, so that each has its ground truth (`sample_photos.load_ground_truth`): a cat and
# a dog with tail and legs, one from near, and one that fills the frame.
PHOTOS = tuple(
    Photo(key, SAMPLE_PHOTOS[key].credit)
    for key in ("egyptian-mau", "german-shepherd", "tabby", "cat")
)


def film_photos() -> list[Image.Image]:
    """PHOTOS in RGB, 128x128."""
    return [resize_photo(open_photo(SAMPLE_PHOTOS[photo.name].path).image) for photo in PHOTOS]


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
    timeline = TrainingTimeline.read(strip) if before else None
    earlier = timeline.films.get(stage.key) if timeline else None
    if earlier:
        kept = [frame.epoch < before for frame in earlier.frames]
        frames = [*compress(earlier.frames, kept), *frames]
        labels = np.concatenate([film_labels(earlier)[:, kept], labels], axis=1)
    write_film(strip, stage.key, frames, labels, write_atomically)
