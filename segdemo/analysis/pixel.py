"""One pixel, asked of every stage: what is it, and what of the photo could matter to the answer?

Pixels are those of the photo squashed to 128x128, as the networks read it: (row, column), from
0. A box is (top, left, bottom, right) of such pixels, all inclusive. K-means has no classes and no
layers: its answer is the nearest centre, and the pixel's own colour is all that is compared.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from segdemo.analysis.receptive_field import box, receptive_field, skip_fields
from segdemo.data.palette import CLASS_PALETTE
from segdemo.data.preprocessing import SIZE, resize_photo, to_labels
from segdemo.errors import InputError
from segdemo.inference import kmeans
from segdemo.inference.kmeans import KMeansSettings
from segdemo.models.registry import Stage
from segdemo.parsing import whole_between

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class NetworkReading:
    """What a network says of one pixel, and its theoretical receptive field there."""

    label: int
    probabilities: np.ndarray  # (3,) float64, by class, sum 1
    box: Box
    skips: tuple[Box, ...]  # by way of each skip connection alone, the deepest first


@dataclass(frozen=True)
class ColourReading:
    """What k-means says of one pixel; the nearest centre is the label."""

    label: int
    colour: np.ndarray  # (3,) uint8 RGB
    distances: np.ndarray  # (k,) float64, Euclidean in RGB, 0..442
    box: Box


@dataclass(frozen=True)
class NetworkAnswer:
    """A network's answer to a photo: (3, 128, 128) logits."""

    stage: Stage
    logits: Tensor

    @property
    def labels(self) -> np.ndarray:
        """(128, 128) uint8."""
        return to_labels(self.logits[None], SIZE, SIZE)[0].numpy()

    @property
    def palette(self) -> np.ndarray:
        """(3, 3) uint8 RGB, the colour of each label."""
        return CLASS_PALETTE

    def at(self, row: int, column: int) -> NetworkReading:
        probabilities = self.logits[:, row, column].double().softmax(dim=0).numpy()
        field, skips = _fields(self.stage)
        return NetworkReading(
            int(probabilities.argmax()),
            probabilities,
            box(field, row, column),
            tuple(box(skip, row, column) for skip in skips),
        )


@dataclass(frozen=True)
class ColourAnswer:
    """K-means' answer to a photo: (128, 128, 3) uint8 colours, (k, 3) uint8 centres."""

    colours: np.ndarray
    centres: np.ndarray

    @property
    def labels(self) -> np.ndarray:
        """(128, 128) uint8: the nearest centre."""
        return self._distances(self.colours).argmin(axis=-1).astype(np.uint8)

    @property
    def palette(self) -> np.ndarray:
        """(k, 3) uint8 RGB, the colour of each label."""
        return self.centres

    def at(self, row: int, column: int) -> ColourReading:
        colour = self.colours[row, column]
        distances = self._distances(colour)
        here = row, column, row, column
        return ColourReading(int(distances.argmin()), colour, distances, here)

    def _distances(self, colours: np.ndarray) -> np.ndarray:
        """(..., 3) -> (..., k) float64: from each colour to each centre."""
        differences = colours[..., None, :].astype(float) - self.centres
        return np.linalg.norm(differences, axis=-1)


Reading = NetworkReading | ColourReading
Answer = NetworkAnswer | ColourAnswer


def colour_answer(photo: Image.Image) -> ColourAnswer:
    """K-means on an RGB photo's colours, with the settings it starts with on the page."""
    centres = kmeans.cluster(photo, KMeansSettings()).centres
    return ColourAnswer(np.asarray(resize_photo(photo)), centres)


@cache
def _fields(stage: Stage) -> tuple[np.ndarray, list[np.ndarray]]:
    """The field of a stage's output and those by way of single skips, each (128, 2)."""
    with torch.device("meta"):
        network = stage.build()
    return receptive_field(network, SIZE), skip_fields(network, SIZE)


def pixel_at(x: object, y: object, width: int, height: int) -> tuple[int, int]:
    """(row, column) that a pixel of a width x height photo is squashed into.

    x counts from the left, y from the top, both from 0. Raises InputError for what is no pixel
    of the photo.
    """
    column, row = whole_between(x, 0, width - 1), whole_between(y, 0, height - 1)
    if column is None or row is None:
        raise InputError(
            "insight-pixel.outside", width=width, height=height, right=width - 1, bottom=height - 1
        )
    return row * SIZE // height, column * SIZE // width


def in_photo(found: Box, width: int, height: int) -> Box:
    """A box in pixels of a width x height photo: all that it covers, be it in part."""
    top, left, bottom, right = found
    return (
        top * height // SIZE,
        left * width // SIZE,
        -(-(bottom + 1) * height // SIZE) - 1,
        -(-(right + 1) * width // SIZE) - 1,
    )
