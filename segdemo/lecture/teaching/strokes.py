"""From what somebody painted over a photo to the targets of a training step.

A pixel that nobody painted holds UNKNOWN, which the loss ignores. Of the painted ones one in five
is held back: never trained on, only scored.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from segdemo.data.classes import CLASSES, UNKNOWN
from segdemo.errors import InputError
from segdemo.lecture.teaching.networks import SIDE

# Squares are held back, not single pixels: next to one that is trained on, a pixel is no test.
SQUARE = 4  # pixels of SIDE
ONE_IN = 5


@dataclass(frozen=True)
class Strokes:
    """Labels (SIDE, SIDE) uint8, 0..2 or UNKNOWN: those that teach, and those held back."""

    taught: np.ndarray
    held_back: np.ndarray

    @property
    def targets(self) -> torch.Tensor:
        """(1, SIDE, SIDE) int64, what the loss compares with."""
        return torch.from_numpy(self.taught.astype(np.int64))[None]


def strokes_of(labels: np.ndarray) -> Strokes:
    """Painted labels (H, W) uint8, 0..2 or UNKNOWN, of any size -> Strokes.

    Raises InputError where nothing is painted, or only one class.
    """
    grid = to_grid(labels)
    found = np.unique(grid[grid != UNKNOWN])
    if len(found) == 0:
        raise InputError("teach.no-strokes")
    if len(found) == 1:
        raise InputError(f"teach.one-class.{CLASSES[found[0]]}")
    held = held_back_squares() & (grid != UNKNOWN)
    for label in found:  # a class of which nothing would be left to learn is not held back
        own = grid == label
        if not (own & ~held).any():
            held &= ~own
    return Strokes(
        taught=np.where(held, np.uint8(UNKNOWN), grid),
        held_back=np.where(held, grid, np.uint8(UNKNOWN)),
    )


def to_grid(labels: np.ndarray) -> np.ndarray:
    """(H, W) labels -> (SIDE, SIDE): at each pixel the label that most of its painted ones have.

    So the thinnest stroke teaches something; UNKNOWN where nothing is painted.
    """
    one_hot = np.stack([labels == label for label in range(len(CLASSES))]).astype(np.float32)
    fractions = F.interpolate(torch.from_numpy(one_hot)[None], (SIDE, SIDE), mode="area")[0]
    most, grid = fractions.max(dim=0)
    return np.where(most > 0, grid, UNKNOWN).astype(np.uint8)


def held_back_squares() -> np.ndarray:
    """(SIDE, SIDE) bool: one square in five, a knight's move apart.

    They follow from the place alone: a stroke that is added leaves those before it as they were.
    """
    rows, columns = np.indices((SIDE, SIDE)) // SQUARE
    return (rows + 2 * columns) % ONE_IN == 0
