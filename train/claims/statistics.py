"""Figures over photos with their bootstrap intervals."""

from collections.abc import Callable

import numpy as np

from segdemo.metrics import bootstrap, confusion_matrix
from train.claims.claim import Figure

FEW = 50  # of the photos, where every photo takes several passes or a gradient
FEW_PHOTOS = f"{FEW} test photos"


def confusions(labels: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """(photos, H, W) twice -> (photos, 3, 3) counts."""
    return np.stack([*map(confusion_matrix, labels, truth)])


def figure(
    statistic: Callable[..., np.ndarray],
    *counts: np.ndarray,
    unit: str,
    holds: Callable[[float, tuple[float, float]], bool],
) -> Figure:
    """`statistic` of the sums of each of `counts` over the photos, with its interval."""
    value = float(statistic(*(np.asarray(count).sum(0) for count in counts)))
    interval = bootstrap(statistic, *counts)
    return Figure(value, bool(holds(value, interval)), unit, interval)


def mean(values: np.ndarray, unit: str, holds: Callable[[float, tuple], bool]) -> Figure:
    """The mean of one number per photo."""
    values = np.asarray(values, float)
    return figure(lambda a, n: a / n, values, np.ones(len(values)), unit=unit, holds=holds)


def above_zero(_: float, interval: tuple[float, float]) -> bool:
    return interval[0] > 0


def none_at_all(value: float, _: tuple[float, float]) -> bool:
    return value == 0
