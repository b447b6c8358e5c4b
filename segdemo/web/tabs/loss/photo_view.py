"""A loss map beside its photo: what the template shows of it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from segdemo.data.palette import heat, heat_gradient, label_image
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

    `drawn`: the labels are a person's; else the U-Net's prediction stands in, and with
    `against_itself` it is also what is measured.
    """

    photo: Image.Image
    predicted: np.ndarray
    logits: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    result: LossMap
    drawn: bool
    against_itself: bool
    pixel: tuple[int, int]

    @property
    def even(self) -> bool:
        """Whether all classes weigh the same."""
        return bool(np.all(self.weights == self.weights[0]))


@dataclass(frozen=True)
class PixelView:
    """One pixel's classification; row and column from 1."""

    row: int
    column: int
    label: int
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
    return PixelView(
        row + 1,
        column + 1,
        label,
        float(view.weights[label]),
        float(view.weights[label] * pixel_losses(logits, label)),
        view.pixel == view.result.worst,
        class_bars(softmax(logits), class_names(t), label),
    )


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
            "truth" if view.drawn else "pseudo": label_image(view.labels),
            "predicted": label_image(view.predicted),
            "losses": heat(view.result.losses, BRIGHTEST),
        },
        classes=list(zip(class_names(t), view.result.classes, view.weights.tolist())),
        brightest=f"{BRIGHTEST:g}",
        gradient=heat_gradient(),
    )
