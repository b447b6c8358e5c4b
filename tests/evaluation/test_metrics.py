"""Scores against hand-counted cases and torchmetrics."""

import math

import numpy as np
import pytest
import torch
from torchmetrics.classification import (
    BinaryF1Score,
    BinaryJaccardIndex,
    MulticlassConfusionMatrix,
    MulticlassJaccardIndex,
)

from segdemo.metrics import (
    bootstrap,
    confusion_matrix,
    foreground_iou,
    intersection_over_union,
    mean_iou,
    pet_dice,
    score,
)

TRUTH = np.array([[0, 0, 1], [1, 1, 2]])
LABELS = np.array([[0, 1, 1], [1, 1, 0]])


def test_counted_by_hand():
    assert confusion_matrix(LABELS, TRUTH).tolist() == [[1, 1, 0], [0, 3, 0], [1, 0, 0]]
    result = score(confusion_matrix(LABELS, TRUTH))
    assert result.iou == {"pet": 1 / 3, "background": 3 / 4, "border": 0.0}
    assert result.miou == pytest.approx((1 / 3 + 3 / 4 + 0) / 3)
    assert result.pixel_accuracy == pytest.approx(4 / 6)


def test_a_class_that_does_not_occur_has_no_iou():
    only_background = np.ones((4, 4), int)
    result = score(confusion_matrix(only_background, only_background))
    assert result.iou == {"pet": None, "background": 1.0, "border": None}
    assert result.miou == 1.0


def test_same_as_torchmetrics():
    rng = np.random.default_rng(0)
    labels, truth = rng.integers(0, 3, (2, 5, 40, 30))
    ours = confusion_matrix(labels, truth)
    theirs = MulticlassConfusionMatrix(3)(torch.tensor(labels), torch.tensor(truth))
    assert ours.tolist() == theirs.tolist()
    jaccard = MulticlassJaccardIndex(3, average="none")(torch.tensor(labels), torch.tensor(truth))
    np.testing.assert_allclose(intersection_over_union(ours), jaccard, rtol=1e-6)


def test_two_classes_are_counted_as_others_count_them():
    """TRUTH's foreground is 3 pixels, LABELS' 2, both right; of 2 pets in each, 1 is shared."""
    matrix = confusion_matrix(LABELS, TRUTH)
    assert foreground_iou(matrix) == pytest.approx(2 / 3)
    assert pet_dice(matrix) == pytest.approx(2 * 1 / (2 + 2))
    rng = np.random.default_rng(0)
    labels, truth = torch.tensor(rng.integers(0, 3, (2, 5, 40, 30)))
    matrices = np.stack([confusion_matrix(a.numpy(), b.numpy()) for a, b in zip(labels, truth)])
    whole = matrices.sum(0)
    assert foreground_iou(whole) == pytest.approx(
        BinaryJaccardIndex()(labels != 1, truth != 1).item()
    )
    assert pet_dice(whole) == pytest.approx(BinaryF1Score()(labels == 0, truth == 0).item())
    assert foreground_iou(matrices).shape == pet_dice(matrices).shape == (5,)


def test_bootstrap_interval_brackets_the_score_and_narrows():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, (400, 8, 8))
    labels = np.where(rng.random(truth.shape) < 0.7, truth, rng.integers(0, 3, truth.shape))
    matrices = np.stack([confusion_matrix(a, b) for a, b in zip(labels, truth)])
    whole = score(matrices.sum(0)).miou
    low, high = bootstrap(mean_iou, matrices)
    assert low < whole < high
    few_low, few_high = bootstrap(mean_iou, matrices[:25])
    # Sixteen times the photos: a quarter of the width.
    assert (few_high - few_low) / (high - low) == pytest.approx(4, rel=0.35)
    assert math.isclose(*bootstrap(mean_iou, np.tile(matrices[:1], (50, 1, 1))))


def test_the_interval_of_a_difference_is_paired():
    rng = np.random.default_rng(0)
    before = rng.integers(0, 100, (200, 3, 3))
    after = before + 30 * np.eye(3, dtype=int)  # a little better on every photo

    def gain(one, two):
        return mean_iou(two) - mean_iou(one)

    low, high = bootstrap(gain, before, after)
    assert 0 < low < gain(before.sum(0), after.sum(0)) < high
    assert high - low < np.ptp(bootstrap(mean_iou, after))
    assert bootstrap(gain, before, before) == (0, 0)
