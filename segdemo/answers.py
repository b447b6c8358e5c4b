"""One stage's answer to one photo, ready to be shown, saved or scored."""

import time
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from PIL import Image
from torch import Tensor

from segdemo import kmeans
from segdemo.inference import Networks
from segdemo.kmeans import KMeansSettings
from segdemo.metrics import Score, confusion_matrix, label_shares, score
from segdemo.palette import CLASS_PALETTE
from segdemo.preprocessing import to_input, to_labels
from segdemo.stages import get_stage


@dataclass(frozen=True)
class Question:
    """A photo, the size in which labels are wanted, and the truth where it is known.

    `size` is (height, width); `truth` is (H, W) uint8 labels of any size, or None.
    """

    photo: Image.Image
    size: tuple[int, int]
    truth: np.ndarray | None = None

    @cached_property
    def inputs(self) -> Tensor:
        """What every network reads, made once."""
        return to_input(self.photo)


@dataclass(frozen=True)
class Answer:
    """Labels (height, width) uint8 of the question's size and what belongs to them.

    `palette` is (labels, 3) uint8: classes in their colours, clusters in their mean colour.
    `score` compares with the truth, if there is one; for k-means it is the best case, the
    clusters being named by looking at the truth.
    """

    labels: np.ndarray
    palette: np.ndarray
    milliseconds: float
    score: Score | None = None
    shares: tuple[float, ...] = field(init=False)  # of the pixels, by label, in 0..1

    def __post_init__(self):
        object.__setattr__(self, "shares", label_shares(self.labels, len(self.palette)))


def answer(networks: Networks, key: str, question: Question, settings: KMeansSettings) -> Answer:
    """The answer of the stage named `key`; `settings` matter to k-means alone.

    Raises UnknownStageError, or the stage's CheckpointError.
    """
    if get_stage(key).network is None:
        return _cluster(question, settings)
    prediction = networks.answer(key, question.inputs)
    logits = prediction.logits[None]
    if question.truth is not None:
        labels = to_labels(logits, *question.truth.shape)[0].numpy()
        result = score(confusion_matrix(labels, question.truth))
    else:
        result = None
    labels = to_labels(logits, *question.size)[0].numpy()
    return Answer(labels, CLASS_PALETTE, prediction.milliseconds, result)


def _cluster(question: Question, settings: KMeansSettings) -> Answer:
    started = time.perf_counter()
    clustering = kmeans.cluster(question.photo, settings)
    duration = 1000 * (time.perf_counter() - started)
    result = None
    if question.truth is not None:
        labels = _resize(clustering.labels, question.truth.shape)
        classes = kmeans.best_assignment(labels, question.truth, len(clustering.centres))
        result = score(confusion_matrix(classes[labels], question.truth))
    labels = _resize(clustering.labels, question.size)
    return Answer(labels, clustering.centres, duration, result)


def _resize(labels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Labels of another (height, width), each the nearest pixel's."""
    height, width = size
    if labels.shape == (height, width):
        return labels
    return np.array(Image.fromarray(labels).resize((width, height), Image.Resampling.NEAREST))
