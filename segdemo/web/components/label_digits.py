"""Input space -> output space: the photo, and the same photo as a grid of class numbers."""

from dataclasses import dataclass

import numpy as np

from segdemo.data.ground_truth import GroundTruthSource
from segdemo.inference import Predictor
from segdemo.locales import Translator
from segdemo.web.examples import TestSplit, labels_of
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.templates import render

LONGER_SIDE = 24  # digits


@dataclass(frozen=True)
class LabelDigits:
    """The callback; `test_split` is None where the data set is not at hand."""

    predictor: Predictor
    test_split: TestSplit | None

    def show(self, photo: Upload, t: Translator) -> str:
        """The photo above its labels, drawn by a person where they are known. In HTML.

        Raises InputError for what is no photo, CheckpointError where no network can answer.
        """
        known = labels_of(self.predictor, self.test_split, photo)
        is_predicted = known.source == GroundTruthSource.PSEUDO_LABEL
        return render(
            "components/label_digits.html",
            t,
            photo=load_thumbnail(photo),
            digits=label_digits(known.labels, LONGER_SIDE).tolist(),
            source="predicted" if is_predicted else "drawn",
        )


def label_digits(labels: np.ndarray, longer_side: int) -> np.ndarray:
    """(H, W) labels on a coarse grid of the same shape: each cell has its middle pixel's label.

    The grid's longer side has `longer_side` cells, or as many as there are pixels.
    """
    height, width = labels.shape
    step = max(1.0, max(height, width) / longer_side)
    rows, columns = (
        np.minimum(((np.arange(max(1, round(side / step))) + 0.5) * step).astype(int), side - 1)
        for side in (height, width)
    )
    return labels[np.ix_(rows, columns)]
