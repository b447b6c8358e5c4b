"""What a race looks like at one moment: masks, losses, scores, and where a network is unsure."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from segdemo.data.classes import UNKNOWN
from segdemo.lecture.teaching.training import Example, Learner, Race
from segdemo.metrics import confusion_matrix, score


@dataclass(frozen=True)
class Standing:
    """One network. `labels` (SIDE, SIDE) uint8; `unsure` (SIDE, SIDE) in 0..1."""

    key: str
    steps: int
    seconds: float
    losses: tuple[float, ...]
    labels: np.ndarray
    unsure: np.ndarray
    held_back_iou: float | None  # mean over the classes; None where nothing is held back
    is_lost: bool
    diverges: bool


def standings(race: Race) -> list[Standing]:
    """Where each network of the race stands, on the photo that is on the screen."""
    return [standing(learner, race.examples[0]) for learner in race.learners]


def standing(learner: Learner, example: Example) -> Standing:
    """Where a network stands on one photo."""
    logits = learner.logits(example.inputs)[0]
    labels = logits.argmax(dim=0).numpy().astype(np.uint8)
    return Standing(
        learner.key,
        learner.steps,
        learner.seconds,
        tuple(learner.losses),
        labels,
        unsure(logits),
        iou_of_labelled(labels, example.strokes.held_back),
        learner.is_lost,
        learner.diverges,
    )


def unsure(logits: Tensor) -> np.ndarray:
    """(3, H, W) logits -> (H, W): 1 - the margin between the two likeliest classes.

    1 where both are as likely, and where the logits are no numbers any more; 0 where one class
    is certain. The next stroke helps most where it is high.
    """
    first, second = logits.softmax(dim=0).topk(2, dim=0).values
    return (1 - (first - second)).nan_to_num(1.0).numpy()


def iou_of_labelled(labels: np.ndarray, ground_truth: np.ndarray) -> float | None:
    """Mean IoU over the pixels that `ground_truth` knows; None where all of it is UNKNOWN."""
    if (ground_truth == UNKNOWN).all():
        return None
    return score(confusion_matrix(labels, ground_truth)).miou
