"""Class labels from every stage: k-means' clusters get names, which they do not have themselves."""

import numpy as np
from PIL import Image

from segdemo.answers import Question, answer
from segdemo.inference import Networks
from segdemo.insight.mistakes import UNKNOWN
from segdemo.kmeans import KMeansSettings, best_assignment
from segdemo.stages import get_stage

STAND_IN = "unet"  # whose answer names the clusters where there is no truth


def class_labels(
    networks: Networks,
    key: str,
    photo: Image.Image,
    size: tuple[int, int],
    truth: np.ndarray | None = None,
) -> np.ndarray:
    """What the stage named `key` says to an RGB photo: (height, width) uint8, 0..2.

    size: (height, width); truth: labels of that size, 0..2 or UNKNOWN. It matters to k-means
    alone: its three clusters are named as fits the truth best, or the U-Net's answer where
    there is no truth. Either is the best case; say so wherever it is shown.
    Raises UnknownStageError, or the CheckpointError of the stage or its stand-in.
    """
    found = answer(networks, key, Question(photo, size), KMeansSettings())
    if get_stage(key).network is not None:
        return found.labels
    if truth is None:
        truth = class_labels(networks, STAND_IN, photo, size)
    known = truth != UNKNOWN
    names = best_assignment(found.labels[known], truth[known], len(found.palette))
    return names[found.labels]
