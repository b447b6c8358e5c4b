"""Class labels from every stage: k-means' clusters get names, which they do not have themselves."""

import numpy as np
from PIL import Image

from segdemo.data.ground_truth import PSEUDO_LABEL_STAGE
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings, best_assignment
from segdemo.inference.segmentation import SegmentationRequest, segment
from segdemo.models.registry import get_stage


def class_labels(
    predictor: Predictor,
    key: str,
    photo: Image.Image,
    size: tuple[int, int],
    ground_truth: np.ndarray | None = None,
) -> np.ndarray:
    """What the stage named `key` says to an RGB photo: (height, width) uint8, 0..2.

    size: (height, width); truth: labels of that size, 0..2 or UNKNOWN. It matters to k-means
    alone: its three clusters are named as fits the truth best, or the U-Net's answer where
    there is no truth. Either is the best case; say so wherever it is shown.
    Raises UnknownStageError, or the CheckpointError of the stage or its stand-in.
    """
    found = segment(predictor, key, SegmentationRequest(photo, size), KMeansSettings())
    if get_stage(key).network is not None:
        return found.labels
    if ground_truth is None:
        ground_truth = class_labels(predictor, PSEUDO_LABEL_STAGE, photo, size)
    names = best_assignment(found.labels, ground_truth, len(found.palette))
    return names[found.labels]
