"""Scores: of labels (count first, divide last), and of pictures (PSNR, SSIM)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import skimage  # which loads what is used when it is
import torch
from torch import Tensor

from segdemo.data.classes import BACKGROUND, CLASSES, PET, UNKNOWN

RESAMPLES = 1000  # of a bootstrap


def confusion_matrix(labels: np.ndarray, ground_truth: np.ndarray) -> np.ndarray:
    """Count pixels by (truth, label).

    labels, truth: integer arrays of one shape, 0 pet, 1 background, 2 border. Pixels whose truth
    is UNKNOWN are not counted. Returns (3, 3) int64, row = truth, column = label.
    """
    n = len(CLASSES)
    pairs = ground_truth.ravel().astype(np.int64) * n + labels.ravel()
    return np.bincount(pairs, minlength=(UNKNOWN + 1) * n)[: n * n].reshape(n, n)


def class_fractions(labels: np.ndarray) -> dict[str, float]:
    """(H, W) uint8 labels -> the share of all pixels, 0..1, that each class has."""
    return dict(zip(CLASSES, label_fractions(labels, len(CLASSES))))


def label_fractions(labels: np.ndarray, kinds: int) -> tuple[float, ...]:
    """(H, W) uint8 labels 0..kinds-1 -> the share of all pixels, 0..1, that each label has."""
    # One pass a label is eight times as fast as np.bincount, which makes integers of them first.
    return tuple(np.count_nonzero(labels == label) / labels.size for label in range(kinds))


def intersection_over_union(confusion: np.ndarray) -> np.ndarray:
    """(..., 3, 3) counts -> (..., 3) IoU in 0..1; NaN for a class neither there nor predicted."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    union = confusion.sum(-1) + confusion.sum(-2) - hits
    return np.divide(hits, union, out=np.full(hits.shape, np.nan), where=union > 0)


@dataclass(frozen=True)
class Score:
    """What one confusion matrix says; every figure in 0..1."""

    miou: float  # mean over the classes that occur
    pixel_accuracy: float
    iou: dict[str, float | None]  # per class; None where neither truth nor labels have it


def score(confusion: np.ndarray) -> Score:
    """(3, 3) counts, at least one pixel -> Score."""
    iou = intersection_over_union(confusion)
    return Score(
        miou=float(np.nanmean(iou)),
        pixel_accuracy=float(np.trace(confusion) / confusion.sum()),
        iou={name: None if np.isnan(v) else float(v) for name, v in zip(CLASSES, iou)},
    )


def mean_iou(confusions: np.ndarray) -> np.ndarray:
    """(..., 3, 3) counts -> (...,) mIoU in 0..1 over the classes that occur."""
    return np.nanmean(intersection_over_union(confusions), axis=-1)


def foreground_iou(confusions: np.ndarray) -> np.ndarray:
    """(..., 3, 3) counts -> (...,) IoU in 0..1 of pet and border together, against background.

    Over a whole data set's counts this is what segmentation_models.pytorch calls dataset_iou.
    """
    background = confusions[..., BACKGROUND, BACKGROUND]
    missed = confusions[..., BACKGROUND].sum(-1) - background  # called background
    invented = confusions[..., BACKGROUND, :].sum(-1) - background
    everything = confusions.sum((-2, -1))
    return (everything - background - missed - invented) / (everything - background)


def pet_dice(confusions: np.ndarray) -> np.ndarray:
    """(..., 3, 3) counts -> (...,) Dice coefficient in 0..1 of the class pet alone."""
    hits = confusions[..., PET, PET]
    return 2 * hits / (confusions[..., PET, :].sum(-1) + confusions[..., PET].sum(-1))


def bootstrap(statistic: Callable[..., np.ndarray], *counts: np.ndarray) -> tuple[float, float]:
    """95 % percentile interval of a figure computed from sums over photos, drawn with replacement.

    counts: arrays (photos, ...), all of the same photos, which are drawn together: the interval
    of a difference is a paired one. `statistic` takes the sums of each, (RESAMPLES, ...), and
    gives (RESAMPLES,).
    """
    rng = np.random.default_rng(0)
    photos = len(counts[0])
    draws = rng.multinomial(photos, np.full(photos, 1 / photos), size=RESAMPLES)
    values = statistic(*(np.tensordot(draws, count, axes=1) for count in counts))
    low, high = np.percentile(values, (2.5, 97.5))
    return float(low), float(high)


def psnr(pictures: Tensor, originals: Tensor) -> Tensor:
    """10 log10(255^2 / mean squared error) in dB: (N, 3, H, W) uint8 each -> (N,) float64.

    Infinite for a picture that is its original.
    """
    errors = pictures.double() - originals.double()
    return 10 * torch.log10(255**2 / errors.square().mean((1, 2, 3)))


def ssim(pictures: Tensor, originals: Tensor) -> Tensor:
    """Structural similarity, at most 1: (N, 3, H, W) uint8 each, H, W >= 11 -> (N,) float64.

    Under a Gaussian window, channel by channel; the mean over all windows that lie in the picture.
    Source: Wang, Bovik, Sheikh, Simoncelli, *Image Quality Assessment: From Error Visibility to
    Structural Similarity*, 2004.
    """
    found = [
        skimage.metrics.structural_similarity(
            picture,
            original,
            channel_axis=0,
            data_range=255,
            gaussian_weights=True,
            sigma=1.5,  # pixels; the paper's, as is the covariance
            use_sample_covariance=False,
        )
        for picture, original in zip(pictures.numpy(), originals.numpy())
    ]
    return torch.tensor(found, dtype=torch.float64)
