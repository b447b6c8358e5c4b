"""One stage's answer to one photo, ready to be shown, saved or scored."""

import time
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from PIL import Image
from torch import Tensor

from segdemo.data.ground_truth import GroundTruth
from segdemo.data.palette import CLASS_PALETTE
from segdemo.data.preprocessing import resize_labels, to_input, to_labels
from segdemo.inference import Predictor, averaging, kmeans
from segdemo.inference.kmeans import KMeansSettings
from segdemo.metrics import Score, confusion_matrix, label_fractions, score
from segdemo.models.registry import get_stage


@dataclass(frozen=True)
class SegmentationRequest:
    """A photo, the (height, width) in which labels are wanted, the ground truth if it is known.

    `averaged`: the U-Net's answer is that of `averaging`.
    """

    photo: Image.Image
    size: tuple[int, int]
    ground_truth: GroundTruth | None = None
    averaged: bool = False

    @cached_property
    def inputs(self) -> Tensor:
        """What every network reads, made once."""
        return to_input(self.photo)


@dataclass(frozen=True)
class SegmentationResult:
    """Labels (height, width) uint8 of the question's size and what belongs to them.

    `palette` is (labels, 3) uint8: classes in their colours, clusters in their mean colour.
    `score` compares with the truth, if there is one; for k-means it is the best case, the
    clusters being named by looking at the truth.
    """

    labels: np.ndarray
    palette: np.ndarray
    milliseconds: float
    score: Score | None = None
    fractions: tuple[float, ...] = field(init=False)  # of the pixels, by label, in 0..1

    def __post_init__(self):
        object.__setattr__(self, "fractions", label_fractions(self.labels, len(self.palette)))


def segment(
    predictor: Predictor, key: str, request: SegmentationRequest, settings: KMeansSettings
) -> SegmentationResult:
    """The answer of the stage named `key`; `settings` matter to k-means alone.

    Raises UnknownStageError, or the stage's CheckpointError.
    """
    if get_stage(key).network is None:
        return _cluster(request, settings)
    if request.averaged and key == averaging.STAGE:
        prediction = averaging.predict_averaged(predictor, request.inputs)
    else:
        prediction = predictor.predict_inputs(key, request.inputs)
    logits = prediction.logits[None]
    result = score_against(request.ground_truth, logits) if request.ground_truth else None
    labels = to_labels(logits, *request.size)[0].numpy()
    return SegmentationResult(labels, CLASS_PALETTE, prediction.milliseconds, result)


def score_against(ground_truth: GroundTruth, logits: Tensor) -> Score:
    """What (1, 3, h, w) logits score in the size in which the ground truth was drawn."""
    drawn = ground_truth.labels
    return score(confusion_matrix(to_labels(logits, *drawn.shape)[0].numpy(), drawn))


def _cluster(request: SegmentationRequest, settings: KMeansSettings) -> SegmentationResult:
    started = time.perf_counter()
    clustering = kmeans.cluster(request.photo, settings)
    duration = 1000 * (time.perf_counter() - started)
    result = None
    if request.ground_truth is not None:
        drawn = request.ground_truth.labels
        labels = resize_labels(clustering.labels, *drawn.shape)
        classes = kmeans.best_assignment(labels, drawn, len(clustering.centres))
        result = score(confusion_matrix(classes[labels], drawn))
    labels = resize_labels(clustering.labels, *request.size)
    return SegmentationResult(labels, clustering.centres, duration, result)
