"""Where in a photo a network pays: the cross-entropy of every pixel, and what it adds up to."""

from dataclasses import dataclass

import numpy as np

from segdemo.data.classes import CLASSES, UNKNOWN
from segdemo.lecture.loss.cross_entropy import pixel_losses, total_loss


@dataclass(frozen=True)
class ClassLoss:
    """The pixels whose true class is one and the same.

    `mean` is their mean loss before any weight, None where there are none; `share` is their
    part of the total loss, 0..1, after the weights.
    """

    pixels: int
    mean: float | None
    share: float


@dataclass(frozen=True)
class LossMap:
    """(H, W) losses, weighted, and their mean as F.cross_entropy(..., weight=weights) takes it.

    0 where the label is UNKNOWN, which is not counted. `worst` is the (row, column), from 0, of the
    largest loss.
    """

    losses: np.ndarray
    mean: float
    unweighted_mean: float
    worst: tuple[int, int]
    classes: tuple[ClassLoss, ...]


def loss_map(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> LossMap:
    """(3, H, W) logits, (H, W) labels 0..2 or UNKNOWN, (3,) class weights -> map and summary.

    Raises InputError if no pixel's class has a weight above 0.
    """
    known = labels != UNKNOWN
    any_class = np.where(known, labels, 0)
    plain = np.where(known, pixel_losses(logits, any_class), 0.0)
    losses = np.where(known, pixel_losses(logits, any_class, weights), 0.0)
    mean = total_loss(losses[known], labels[known], weights)
    row, column = np.unravel_index(np.where(known, losses, -1.0).argmax(), losses.shape)
    total = losses.sum()
    classes = []
    for label in range(len(CLASSES)):
        own = labels == label
        mean_of_class = float(plain[own].mean()) if own.any() else None
        share = float(losses[own].sum() / total) if total else 0.0
        classes.append(ClassLoss(int(own.sum()), mean_of_class, share))
    return LossMap(
        losses,
        mean,
        total_loss(plain[known], labels[known]),
        (int(row), int(column)),
        tuple(classes),
    )
