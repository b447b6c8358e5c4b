"""One-hot vectors, softmax and cross-entropy, for one answer and for every pixel of an image.

The class is the first axis everywhere, as in a network's output: (3,) for one answer,
(3, H, W) for an image. Source: slides *One-Hot Encoding and Cross-entropy* and *Training*.
"""

from typing import Any, TypeGuard

import numpy as np

from segdemo.data.classes import CLASSES
from segdemo.errors import InputError
from segdemo.lecture.matrices import parse_cell
from segdemo.parsing import number_between, whole_between

IMAGE_SIDE = 2  # pixels: the image of the slides *Inference* and *Training*
MAX_WEIGHT = 100  # of a class; far more than any training would want


# ---- The arithmetic ----


def one_hot(label: int | np.ndarray, classes: int = len(CLASSES)) -> np.ndarray:
    """Label, or (H, W) labels, each 0..classes-1 -> (classes,) or (classes, H, W) of 0 and 1.

    Differs from F.one_hot in the class axis coming first.

    >>> one_hot(1).tolist()
    [0.0, 1.0, 0.0]
    """
    return np.moveaxis(np.eye(classes)[label], -1, 0)


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """(3, ...) logits -> (3, ...) logarithms of the probabilities, finite for finite logits."""
    below_largest = logits - logits.max(axis=0)  # so that no exponential overflows
    return below_largest - np.log(np.exp(below_largest).sum(axis=0))


def softmax(logits: np.ndarray) -> np.ndarray:
    """(3, ...) logits -> (3, ...) probabilities, which sum to 1 over the classes.

    >>> softmax(np.log([1.0, 1.0, 2.0])).round(6).tolist()
    [0.25, 0.25, 0.5]
    """
    return np.exp(log_softmax(logits))


def renormalise(probabilities: np.ndarray) -> np.ndarray:
    """(3,) or (3, H, W) shares of any total -> the same shares, summing to 1 over the classes.

    Raises InputError where one is negative or not finite, or all classes of a pixel are zero.

    >>> renormalise(np.array([2.0, 1.0, 1.0])).tolist()
    [0.5, 0.25, 0.25]
    """
    _refuse("infinite", ~np.isfinite(probabilities))
    _refuse("negative", probabilities < 0)
    largest = probabilities.max(axis=0, keepdims=True)
    _refuse("zero", largest == 0)
    shares = probabilities / largest  # so that no sum overflows
    return shares / shares.sum(axis=0)


def _refuse(problem: str, found: np.ndarray) -> None:
    """Raise InputError for the first (class, [row, column]) where `found` is true."""
    if found.any():
        label, *pixel = (int(i) for i in np.argwhere(found)[0])
        if pixel:
            row, column = (i + 1 for i in pixel)
            raise InputError(f"loss-errors.pixel.{problem}", label=label, row=row, column=column)
        raise InputError(f"loss-errors.probability.{problem}", label=label)


def cross_entropy(probabilities: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """CE = -sum_i y_i log(p_i) of (3, ...) probabilities and (3, ...) one-hot truth -> (...).

    Infinite where the true class has probability 0.

    >>> float(cross_entropy(np.array([0.60, 0.13, 0.27]), one_hot(0)).round(4))
    0.5108
    """
    return _cross_entropy(_log(probabilities), truth)


def _log(probabilities: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):  # log(0) is minus infinity, as it should be
        return np.log(probabilities)


def _cross_entropy(log_probabilities: np.ndarray, truth: np.ndarray) -> np.ndarray:
    chosen = np.where(truth > 0, log_probabilities, 0.0)  # 0 * log(0) counts as 0
    return 0.0 - (truth * chosen).sum(axis=0)  # not -(...): a sure answer costs 0, not -0


def pixel_losses(
    logits: np.ndarray, labels: np.ndarray | int, weights: np.ndarray | None = None
) -> np.ndarray:
    """(3, H, W) logits and (H, W) integer labels -> (H, W) losses; (3,) and one label -> one loss.

    Times the weight of the true class if there are (3,) class weights; the same numbers as
    F.cross_entropy(..., weight=weights, reduction="none"). Finite for finite logits.
    """
    return _weighted(_cross_entropy(log_softmax(logits), one_hot(labels)), labels, weights)


def pixel_losses_of_probabilities(
    probabilities: np.ndarray, labels: np.ndarray | int, weights: np.ndarray | None = None
) -> np.ndarray:
    """The same from (3, H, W) probabilities; infinite where the true class has none."""
    return _weighted(cross_entropy(probabilities, one_hot(labels)), labels, weights)


def _weighted(
    losses: np.ndarray, labels: np.ndarray | int, weights: np.ndarray | None
) -> np.ndarray:
    if weights is None:
        return losses
    factors = weights[labels]
    return factors * np.where(factors > 0, losses, 0.0)  # weight 0 leaves out an infinite loss too


def total_loss(
    losses: np.ndarray, labels: np.ndarray | int, weights: np.ndarray | None = None
) -> float:
    """(H, W) losses of `pixel_losses`, with the same labels and weights -> their mean.

    With class weights the sum is divided by the sum of the pixels' weights, as
    F.cross_entropy(..., weight=weights) does. Raises InputError if that is 0.
    """
    if weights is None:
        return float(losses.mean())
    total_weight = weights[labels].sum()
    if total_weight == 0:
        raise InputError("loss-errors.weights.unused")
    return float(losses.sum() / total_weight)


# ---- What a page or an API sends ----


def parse_scores(values: object) -> np.ndarray:
    """A list of one logit (or probability) a class -> (3,) float64. Raises InputError."""
    if not _has_shape(values, (len(CLASSES),)):
        raise InputError("loss-errors.score.count", classes=len(CLASSES))
    return np.array(
        [parse_cell(value, "loss-errors.score", label=label) for label, value in enumerate(values)]
    )


def parse_label(value: object) -> int:
    """A class, 0..2. Raises InputError."""
    label = whole_between(value, 0, len(CLASSES) - 1)
    if label is None:
        raise InputError("loss-errors.label", highest=len(CLASSES) - 1)
    return label


def parse_image_scores(layers: object) -> np.ndarray:
    """Three layers, one a class, of 2 rows of 2 -> (3, 2, 2) float64. Raises InputError."""
    if not _has_shape(layers, (len(CLASSES), IMAGE_SIDE, IMAGE_SIDE)):
        raise InputError("loss-errors.image.shape", classes=len(CLASSES), side=IMAGE_SIDE)
    scores = np.empty((len(CLASSES), IMAGE_SIDE, IMAGE_SIDE))
    for label, r, c in np.ndindex(scores.shape):
        where = {"label": label, "row": r + 1, "column": c + 1}
        scores[label, r, c] = parse_cell(layers[label][r][c], "loss-errors.image", **where)
    return scores


def parse_image_labels(rows: object) -> np.ndarray:
    """2 rows of 2 classes, each 0..2 -> (2, 2) int64. Raises InputError."""
    if not _has_shape(rows, (IMAGE_SIDE, IMAGE_SIDE)):
        raise InputError("loss-errors.truth.shape", side=IMAGE_SIDE)
    highest = len(CLASSES) - 1
    labels = [[whole_between(cell, 0, highest) for cell in row] for row in rows]
    for r, row in enumerate(labels, 1):
        for c, label in enumerate(row, 1):
            if label is None:
                raise InputError("loss-errors.truth.label", row=r, column=c, highest=highest)
    return np.array(labels)


def parse_weights(values: object) -> np.ndarray:
    """A list of one weight a class, each 0..MAX_WEIGHT -> (3,) float64. Raises InputError."""
    if not _has_shape(values, (len(CLASSES),)):
        raise InputError("loss-errors.weights.count", classes=len(CLASSES))
    weights = [number_between(value, 0, MAX_WEIGHT) for value in values]
    if None in weights:
        label = weights.index(None)
        raise InputError("loss-errors.weights.range", label=label, limit=MAX_WEIGHT)
    return np.array(weights)


def _has_shape(value: object, shape: tuple[int, ...]) -> TypeGuard[list[Any]]:
    """`value` is a list of shape[0] things, each of shape[1:]."""
    if not shape:
        return True
    return (
        isinstance(value, list | tuple)
        and len(value) == shape[0]
        and all(_has_shape(item, shape[1:]) for item in value)
    )
