"""Which labels count as right for a photo, and who says so."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

PSEUDO_LABEL_STAGE = "unet"  # whose prediction stands in where nobody has drawn a ground truth


class GroundTruthSource(StrEnum):
    """Where a ground truth comes from; the text `ground-truth.source.<value>` says it."""

    DATASET = "dataset"  # the annotation of Oxford-IIIT Pet
    DRAWN_BY_US = "drawn-by-us"
    PAINTED = "painted"  # by the visitor, who may have left pixels UNKNOWN
    CORRECTED = "corrected"  # the U-Net's own answer, in part painted over by the visitor
    PSEUDO_LABEL = "pseudo-label"  # the U-Net's own answer, where nobody has drawn one


@dataclass(frozen=True)
class GroundTruth:
    """`labels` is (H, W) uint8, indices of CLASSES or UNKNOWN, in the size they were drawn in."""

    labels: np.ndarray
    source: GroundTruthSource

    @property
    def digest(self) -> str:
        """What tells it from any other of the same photo."""
        return hashlib.sha256(self.source.encode() + self.labels.tobytes()).hexdigest()

    @property
    def is_visitors(self) -> bool:
        """Whether the visitor painted it."""
        return self.source in (GroundTruthSource.PAINTED, GroundTruthSource.CORRECTED)

    def flatters(self, key: str) -> bool:
        """Whether the score of the stage named `key` is too high by this ground truth's making."""
        return self.source == GroundTruthSource.CORRECTED and key == PSEUDO_LABEL_STAGE
