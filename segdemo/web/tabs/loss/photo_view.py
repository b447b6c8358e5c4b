"""A loss map beside its photo: what the template shows of it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from segdemo.data.classes import UNKNOWN
from segdemo.data.ground_truth import PSEUDO_LABEL_STAGE, GroundTruthSource
from segdemo.data.palette import ground_truth_image, heat, heat_gradient, label_image
from segdemo.data.preprocessing import SIZE
from segdemo.lecture.loss.cross_entropy import pixel_losses, softmax
from segdemo.lecture.loss.loss_map import LossMap
from segdemo.locales import Translator
from segdemo.web.components.probability_bars import Bar, class_bars, class_names
from segdemo.web.templates import render

BRIGHTEST = 5.0  # loss of the lightest colour; fixed, so that stages and weights compare


@dataclass(frozen=True)
class PhotoView:
    """Everything at 128x128: photo, labels (uint8), logits (3, ...); `pixel` is the one shown.

    `labels` may be UNKNOWN, `source` says whose they are; `key` is the stage that is measured.
    """

    photo: Image.Image
    predicted: np.ndarray
    logits: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    result: LossMap
    key: str
    source: GroundTruthSource
    pixel: tuple[int, int]

    @property
    def measured_against(self) -> str:
        """The text `loss.truth.<name>` about whose labels these are."""
        if self.source == GroundTruthSource.PSEUDO_LABEL and self.key == PSEUDO_LABEL_STAGE:
            return "itself"
        return self.source

    @property
    def even(self) -> bool:
        """Whether all classes weigh the same."""
        return bool(np.all(self.weights == self.weights[0]))


@dataclass(frozen=True)
class PixelView:
    """One pixel's classification; row and column from 1. Unpainted, it has no label and no loss."""

    row: int
    column: int
    label: int | None
    weight: float
    loss: float
    is_worst: bool
    bars: list[Bar]

    @property
    def place(self) -> str:
        """Where its middle lies on the picture, as CSS."""
        left, top = (100 * (i - 0.5) / SIZE for i in (self.column, self.row))
        return f"left:{left:.2f}%;top:{top:.2f}%"


def pixel_view(view: PhotoView, t: Translator) -> PixelView:
    """What the network says of the pixel that is shown, and what that costs."""
    row, column = view.pixel
    label, logits = int(view.labels[row, column]), view.logits[:, row, column]
    known = label != UNKNOWN
    weight = float(view.weights[label]) if known else 0.0
    return PixelView(
        row + 1,
        column + 1,
        label if known else None,
        weight,
        float(weight * pixel_losses(logits, label)) if known else 0.0,
        view.pixel == view.result.worst,
        class_bars(softmax(logits), class_names(t), label),
    )


def picture_name(source: GroundTruthSource) -> str:
    """Of the labels' picture, in the texts `loss.map.<name>`."""
    return "pseudo" if source == GroundTruthSource.PSEUDO_LABEL else "truth"


def show(view: PhotoView, t: Translator) -> str:
    """Photo, ground truth, prediction and loss map in a row; the mean, a pixel, each class."""
    return render(
        "tabs/loss/photo.html",
        t,
        view=view,
        result=view.result,
        pixel=pixel_view(view, t),
        pictures={
            "photo": view.photo,
            picture_name(view.source): ground_truth_image(view.labels),
            "predicted": label_image(view.predicted),
            "losses": heat(view.result.losses, BRIGHTEST),
        },
        classes=list(zip(class_names(t), view.result.classes, view.weights.tolist())),
        brightest=f"{BRIGHTEST:g}",
        gradient=heat_gradient(),
    )
