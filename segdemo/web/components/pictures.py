"""Masks over a photo, and what they say in words."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image
from torch import Tensor

from segdemo.data.ground_truth import GroundTruth
from segdemo.data.palette import label_image
from segdemo.inference.segmentation import score_against
from segdemo.locales import Translator
from segdemo.metrics import class_fractions
from segdemo.web.formatting import iou, precise


@dataclass(frozen=True)
class Layer:
    """A picture over the photo: its title, what it shows in words, lines below."""

    title: str
    description: str
    image: Image.Image
    lines: tuple[str, ...] = ()


def label_layer(
    title: str,
    labels: np.ndarray,
    t: Translator,
    *lines: str,
    written: Callable[[float], str] = precise,
) -> Layer:
    """(H, W) labels, 0..2, in the classes' colours; lines that are empty are left out."""
    words = t("compare.alt", stage=title, shares=fractions_in_words(labels, t, written))
    return Layer(title, words, label_image(labels), tuple(filter(None, lines)))


def score_lines(
    truth: GroundTruth | None, logits: Tensor, sentence: str, t: Translator
) -> list[str]:
    """`sentence`, a text's key, with the mIoU of (1, 3, h, w) logits, and whose the truth is.

    Nothing where no truth is known.
    """
    if truth is None:
        return []
    lines = [t(sentence, miou=iou(score_against(truth, logits).miou))]
    return [*lines, t(f"ground-truth.against.{truth.source}")] if truth.is_visitors else lines


def fractions_in_words(
    labels: np.ndarray, t: Translator, written: Callable[[float], str] = precise
) -> str:
    """(H, W) labels as "pet 31.2%, background 57.1%, border 11.7%"; others go unmentioned."""
    return ", ".join(
        t("compare.alt.share", name=t(f"page.class.{name}"), percent=written(fraction))
        for name, fraction in class_fractions(labels).items()
    )
