"""Claims about interpolation, the loss and the tests of a photo: worked out, no photo needed."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from segdemo.analysis.robustness import Perturbation
from segdemo.lecture.upsampling.axis_weights import axis_weights
from segdemo.lecture.upsampling.interpolation import upsample
from train.claims.claim import Evidence, Figure, claim

SLIDE = np.array([[1.0, 5.0], [4.0, 8.0]])


@claim(
    "The exact bilinear values are 1.75 and 3.25, which the slide cut off",
    "upsampling.printed.bilinear",
    "upsampling.exercise.hint",
)
def slide_cut_off(_: Evidence) -> Figure:
    """The slide's first column is 1.0, 1.7, 3.2, 4.0."""
    column = upsample(SLIDE, "bilinear", (4, 4), align_corners=False)[:, 0]
    holds = column.tolist() == [1.0, 1.75, 3.25, 4.0]
    return Figure(column[1], holds, "where the slide prints 1.7")


@claim(
    "The slide's numbers are align_corners=False; True gives others",
    "upsampling.why.bilinear",
    "lesson.plan.upsampling.expected",
)
def two_conventions(_: Evidence) -> Figure:
    """The second value of the first row: 2 with False (the slide), 2.33 with True."""
    false, true = (upsample(SLIDE, "bilinear", (4, 4), align_corners=c)[0] for c in (False, True))
    holds = false.tolist() == [1, 2, 4, 5] and np.allclose(true, [1, 7 / 3, 11 / 3, 5])
    return Figure(true[1], holds, "with True, 2 with False")


@claim(
    "With whole factors PyTorch's nearest copies the closest cell",
    "upsampling.why.nearest",
)
def nearest_is_closest(_: Evidence) -> Figure:
    """Output cells, over all whole factors 2..8, that copy another cell than the closest."""
    other = 0
    for inputs in range(2, 7):
        for factor in range(2, 9):
            weights = axis_weights("nearest", inputs, factor * inputs, False)
            centres = (np.arange(factor * inputs) + 0.5) / factor - 0.5
            closest = abs(centres[:, None] - np.arange(inputs)).argmin(1)
            other += int((weights.argmax(1) != closest).sum())
    return Figure(other, other == 0, "cells")


@claim(
    "Bicubic has negative weights in each direction and can overshoot",
    "upsampling.why.bicubic",
    "upsampling.sum.negative",
)
def bicubic_overshoots(_: Evidence) -> Figure:
    edge = np.array([[0.0, 0.0, 1.0, 1.0]] * 4)
    larger = upsample(edge, "bicubic", (16, 16), align_corners=False)
    along = axis_weights("bicubic", 4, 16, False)
    return Figure(larger.max(), larger.max() > 1 and larger.min() < 0 and along.min() < 0, "from 1")


@claim(
    "The transposed convolution is bilinear inside and fades at the border",
    "upsampling.why.transposed",
    "upsampling.sum.faded",
)
def transposed_fades(_: Evidence) -> Figure:
    """The least sum of weights along an axis; inside, the table is bilinear's."""
    table = axis_weights("transposed", 6, 12, False)
    bilinear = axis_weights("bilinear", 6, 12, False)
    inside = np.allclose(table[1:-1], bilinear[1:-1])
    return Figure(table.sum(1).min(), inside and table.sum(1).min() < 1, "of 1, at the border")


@claim(
    "One confidently wrong pixel can outweigh all the others",
    "loss.image.unbounded",
    "lesson.plan.loss.expected",
)
def wrong_pixel_outweighs(_: Evidence) -> Figure:
    """Good pixels (p = 0.99) that one confidently wrong one (p = 1e-6) costs as much as."""
    good, wrong = -np.log(0.99), -np.log(1e-6)
    return Figure(wrong / good, wrong > 1000 * good, "good pixels")


@claim(
    "The mean of -log p over the pixels is F.cross_entropy",
    "loss.image.pytorch",
)
def loss_is_pytorch_s(_: Evidence) -> Figure:
    """The mean of -log p over pixels, less F.cross_entropy of the same logits."""
    logits = torch.randn(1, 3, 2, 2, generator=torch.manual_seed(0), dtype=torch.float64)
    truth = torch.tensor([[[1, 0], [2, 0]]])
    by_hand = -logits.softmax(1).gather(1, truth[:, None]).log().mean()
    difference = float((by_hand - F.cross_entropy(logits, truth)).abs())
    return Figure(difference, difference < 1e-12, "difference")


@claim(
    "Turning the hue keeps the largest and the smallest of the three RGB numbers",
    "insight-perturb.what.hue",
)
def hue_keeps_two_numbers(_: Evidence) -> Figure:
    """The largest change, in grey levels, of a pixel's largest or smallest RGB number."""
    photo, turned = _changed(Perturbation("hue", 5))
    change = max(abs(f(turned, -1) - f(photo, -1)).max() for f in (np.max, np.min))
    moved = (turned.argmax(-1) != photo.argmax(-1)).any()
    return Figure(int(change), bool(change <= 1 and moved), "grey levels")


@claim(
    "Shuffling keeps every colour",
    "insight-perturb.what.shuffle",
)
def shuffle_keeps_colours(_: Evidence) -> Figure:
    photo, shuffled = _changed(Perturbation("shuffle"))
    one, two = (np.unique(x.reshape(-1, 3), axis=0, return_counts=True) for x in (photo, shuffled))
    lost = int(not all(np.array_equal(a, b) for a, b in zip(one, two)))
    return Figure(lost, not lost and not np.array_equal(photo, shuffled), "colours lost")


def _changed(perturbation: Perturbation) -> tuple[np.ndarray, np.ndarray]:
    """A picture of random colours, 128x128, before and after: (128, 128, 3) int64."""
    photo = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    changed = perturbation.photo(Image.fromarray(photo))
    return photo.astype(np.int64), np.asarray(changed).astype(np.int64)
