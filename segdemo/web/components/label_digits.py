"""Input space -> output space: the photo, and the same photo as a grid of class numbers."""

from dataclasses import dataclass

import numpy as np

from segdemo.data.classes import CLASSES
from segdemo.data.palette import COLOURS
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import segment
from segdemo.locales import Translator
from segdemo.web.examples import TestSplit, load_request
from segdemo.web.templates import render

STAGE = "unet"  # predicts the labels of a photo without a ground truth
LONGER_SIDE = 24  # digits


@dataclass(frozen=True)
class LabelDigits:
    """The callback; `test_split` is None where the data set is not at hand."""

    predictor: Predictor
    test_split: TestSplit | None

    def show(self, photo: str | bytes | None, t: Translator) -> str:
        """The photo above its labels, drawn by a person where they are known. In HTML.

        Raises InputError for what is no photo, CheckpointError where no network can answer.
        """
        request = load_request(self.test_split, photo)
        known = request.ground_truth
        drawn = known is not None
        if known is not None:
            labels = known.labels
        else:
            labels = segment(self.predictor, STAGE, request, KMeansSettings()).labels
        return render(
            "components/label_digits.html",
            t,
            photo=request.photo,
            digits=label_digits(labels, LONGER_SIDE).tolist(),
            source="drawn" if drawn else "predicted",
            classes=[(name, f"rgb{COLOURS[name]}") for name in CLASSES],
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
