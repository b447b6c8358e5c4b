"""Where an answer is wrong and how, its scores, and where two answers part.

A truth here may be incomplete: pixels that hold UNKNOWN were labelled by nobody and are not
counted. Everything below works on (H, W) arrays of one shape.
"""

from dataclasses import dataclass

import numpy as np

from segdemo.data.classes import UNKNOWN
from segdemo.metrics import Score, confusion_matrix, score

KINDS = ("right", "missed", "false-alarm", "border", "unknown")
RIGHT, MISSED, FALSE_ALARM, WRONG_BORDER, UNCOUNTED = range(len(KINDS))
# Row: truth, column: label. Pet against background is a mistake about the pet; whatever
# involves the border is one about where the pet ends.
_KIND_OF = np.array(
    [
        (RIGHT, MISSED, WRONG_BORDER),
        (FALSE_ALARM, RIGHT, WRONG_BORDER),
        (WRONG_BORDER, WRONG_BORDER, RIGHT),
        (UNCOUNTED, UNCOUNTED, UNCOUNTED),
    ],
    np.uint8,
)

AGREEMENT = ("same", "first", "second", "neither", "open")
SAME, FIRST_RIGHT, SECOND_RIGHT, NEITHER_RIGHT, OPEN = range(len(AGREEMENT))


@dataclass(frozen=True)
class Evaluation:
    """One answer against a truth."""

    kinds: np.ndarray  # (H, W) uint8, indices of KINDS
    confusion: np.ndarray  # (3, 3) int64 pixels, row = truth, column = label
    score: Score


def evaluate(labels: np.ndarray, ground_truth: np.ndarray) -> Evaluation:
    """Labels (H, W), 0..2, against a truth (H, W), 0..2 or UNKNOWN, of which one pixel is known."""
    confusion = confusion_matrix(labels, ground_truth)
    return Evaluation(error_map(labels, ground_truth), confusion, score(confusion))


def error_map(labels: np.ndarray, ground_truth: np.ndarray) -> np.ndarray:
    """The kind of each pixel: (H, W) uint8, every pixel of exactly one of KINDS.

    labels: 0..2; truth: 0..2 or UNKNOWN. *missed* is pet taken for background, *false-alarm*
    background taken for pet, *border* a border that is not there or was not seen.
    """
    return _KIND_OF[ground_truth, labels]


def disagreement(
    first: np.ndarray, second: np.ndarray, ground_truth: np.ndarray | None = None
) -> np.ndarray:
    """Who is right where two answers differ: (H, W) uint8, every pixel of exactly one of SIDES.

    first, second: labels 0..2; truth: 0..2 or UNKNOWN, None if nothing is known. Where both say
    the same it is *same*, right or wrong; where they differ and nobody knows, *open*.
    """
    if ground_truth is None:
        ground_truth = np.full(first.shape, UNKNOWN)
    differ = first != second
    sides = np.select(
        [~differ, ground_truth == UNKNOWN, first == ground_truth, second == ground_truth],
        [SAME, OPEN, FIRST_RIGHT, SECOND_RIGHT],
        NEITHER_RIGHT,
    )
    return sides.astype(np.uint8)
