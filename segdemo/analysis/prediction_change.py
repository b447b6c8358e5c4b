"""How many labels a stage changes its mind about when the photo is changed."""

from dataclasses import dataclass

import numpy as np
import scipy  # which loads what is used when it is
from PIL import Image

from segdemo.analysis.robustness import OUT_OF_FRAME, Perturbation, translate
from segdemo.data.preprocessing import SIZE, resize_photo
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import SegmentationRequest, SegmentationResult, segment
from segdemo.models.registry import get_stage

SLACK = 12  # pixels by which a mask may lag behind or run ahead of the photo


@dataclass(frozen=True)
class LabelChange:
    """One stage's labels for a photo and for the changed photo, all (H, W) integers.

    Clusters of k-means carry the same number in all of them; those of the changed photo that
    had to go without a partner have numbers of their own.
    """

    before: np.ndarray  # uint8, of the photo
    after: np.ndarray  # int64, of the changed photo, as it lies there
    brought_back: (
        np.ndarray
    )  # `after`, where its pixels were in the photo; OUT_OF_FRAME where they left
    palette: np.ndarray  # (labels, 3) uint8 RGB

    @property
    def kept(self) -> np.ndarray:
        """(H, W) bool: the pixels that both photos have."""
        return self.brought_back != OUT_OF_FRAME

    @property
    def changed(self) -> np.ndarray:
        """(H, W) bool, in the photo: the pixels that both photos have, labelled otherwise."""
        return self.kept & (self.brought_back != self.before)

    @property
    def fraction(self) -> float:
        """Of the pixels that both photos have, those labelled otherwise: 0..1."""
        return float(self.changed.sum() / self.kept.sum())


def label_change(
    predictor: Predictor, key: str, photo: Image.Image, perturbation: Perturbation
) -> LabelChange:
    """The stage's labels for an RGB photo and for the changed photo, at 128x128.

    k-means has its default settings. Raises UnknownStageError, or the stage's CheckpointError.
    """
    before = _labelled(predictor, key, resize_photo(photo))
    after = _labelled(predictor, key, perturbation.photo(photo))
    labels = after.labels.astype(np.int64)
    palette = before.palette
    if get_stage(key).network is None:
        back = perturbation.invert(labels)
        labels = match_clusters(before.labels, back, len(palette), len(after.palette))[labels]
        palette = np.concatenate([palette, after.palette])
    return LabelChange(before.labels, labels, perturbation.invert(labels), palette)


def mask_shift(change: LabelChange, direction: str, photo_shift: int) -> int | None:
    """By how many pixels the mask itself moved in a direction in which the photo was shifted.

    Of all shifts from SLACK pixels back to SLACK more than the photo's, the one at which the mask
    of the changed photo agrees best with that of the photo. None if that cannot be told: several
    do equally well, as with a mask of one label, or it is the first or the last of them.
    """
    tried = range(-SLACK, photo_shift + SLACK + 1)
    differing = {}
    for pixels in tried:
        back = translate(change.after, direction, pixels, constant_values=OUT_OF_FRAME)
        differing[pixels] = (back != change.before)[back != OUT_OF_FRAME].mean()
    lowest = min(differing.values())
    best = [pixels for pixels, fraction in differing.items() if fraction == lowest]
    told = len(best) == 1 and best[0] not in (tried[0], tried[-1])
    return best[0] if told else None


def match_clusters(
    before: np.ndarray, after: np.ndarray, clusters: int, new_clusters: int
) -> np.ndarray:
    """For each new cluster the old one it stands for: (new_clusters,) int64.

    before, after: clusters of the same pixels, 0..clusters-1 and 0..new_clusters-1, OUT_OF_FRAME
    where there is none. The pairs are those that agree on most pixels; the new cluster i that is
    left over becomes clusters + i.

    Of before 0 0 0 1 and after 1 1 0 0 the partners are 1 0: three of four pixels agree.
    """
    kept = after != OUT_OF_FRAME
    shared = np.zeros((new_clusters, clusters), int)
    np.add.at(shared, (after[kept], before[kept]), 1)
    names = clusters + np.arange(new_clusters)
    rows, columns = scipy.optimize.linear_sum_assignment(shared, maximize=True)
    names[rows] = columns
    return names


def _labelled(predictor: Predictor, key: str, photo: Image.Image) -> SegmentationResult:
    return segment(predictor, key, SegmentationRequest(photo, (SIZE, SIZE)), KMeansSettings())
