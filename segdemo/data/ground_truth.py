"""Which labels count as right for a photo, and who says so."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class GroundTruthSource(StrEnum):
    """Where a ground truth comes from; the text `ground-truth.source.<value>` says it."""

    DATASET = "dataset"  # the annotation of Oxford-IIIT Pet
    DRAWN_BY_US = "drawn-by-us"
    PSEUDO_LABEL = "pseudo-label"  # the U-Net's own answer, where nobody has drawn one


@dataclass(frozen=True)
class GroundTruth:
    """`labels` is (H, W) uint8, indices of CLASSES, in the size in which they were drawn."""

    labels: np.ndarray
    source: GroundTruthSource
