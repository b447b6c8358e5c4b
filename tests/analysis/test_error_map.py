"""Kinds of mistakes, verdicts on a truth with gaps, who is right where two answers differ."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from support.helpers import unhurried
from torchmetrics.classification import MulticlassConfusionMatrix

from segdemo.analysis.cluster_labels import class_labels
from segdemo.analysis.error_map import (
    AGREEMENT,
    FALSE_ALARM,
    FIRST_RIGHT,
    KINDS,
    MISSED,
    NEITHER_RIGHT,
    OPEN,
    RIGHT,
    SAME,
    SECOND_RIGHT,
    UNCOUNTED,
    UNKNOWN,
    WRONG_BORDER,
    disagreement,
    error_map,
    evaluate,
)
from segdemo.data.classes import BACKGROUND, BORDER, PET
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import SegmentationRequest, segment
from segdemo.metrics import confusion_matrix, score

SHAPE = (6, 7)
labels_of = arrays(np.uint8, SHAPE, elements=st.integers(PET, BORDER))
truths = arrays(np.uint8, SHAPE, elements=st.integers(PET, UNKNOWN))


def test_the_kind_of_every_pair():
    expected = {
        (PET, BACKGROUND): MISSED,
        (BACKGROUND, PET): FALSE_ALARM,
        **{(i, i): RIGHT for i in (PET, BACKGROUND, BORDER)},
        **{(UNKNOWN, i): UNCOUNTED for i in (PET, BACKGROUND, BORDER)},
    }
    for truth, label in product(range(4), range(3)):
        found = error_map(np.array([[label]]), np.array([[truth]]))
        assert found.tolist() == [[expected.get((truth, label), WRONG_BORDER)]]


@unhurried
@given(labels_of, truths)
def test_every_pixel_has_one_kind_and_the_confusion_matrix_agrees(labels, truth):
    known = truth != UNKNOWN
    if not known.any():
        truth[0, 0], known[0, 0] = PET, True
    verdict = evaluate(labels, truth)
    counts = np.bincount(verdict.kinds.ravel(), minlength=len(KINDS))
    confusion = verdict.confusion
    assert counts.sum() == labels.size
    assert counts[UNCOUNTED] == (~known).sum()
    assert counts[RIGHT] == np.trace(confusion)
    assert counts[MISSED] == confusion[PET, BACKGROUND]
    assert counts[FALSE_ALARM] == confusion[BACKGROUND, PET]
    assert np.array_equal((verdict.kinds == RIGHT)[known], (labels == truth)[known])
    assert confusion.sum(axis=1).tolist() == [(truth == i).sum() for i in range(3)]


@unhurried
@given(labels_of, truths)
def test_what_is_not_known_is_not_counted(labels, truth):
    truth[0, 0] = BORDER
    metric = MulticlassConfusionMatrix(3, ignore_index=UNKNOWN)
    theirs = metric(torch.from_numpy(labels.astype(int)), torch.from_numpy(truth.astype(int)))
    assert evaluate(labels, truth).confusion.tolist() == theirs.tolist()


def test_a_disagreement_by_hand():
    first = np.array([[0, 0, 1, 1, 2]])
    second = np.array([[0, 1, 0, 2, 1]])
    truth = np.array([[2, 0, 0, 0, UNKNOWN]])
    expected = [[SAME, FIRST_RIGHT, SECOND_RIGHT, NEITHER_RIGHT, OPEN]]
    assert disagreement(first, second, truth).tolist() == expected
    assert disagreement(first, second).tolist() == [[SAME, OPEN, OPEN, OPEN, OPEN]]


@unhurried
@given(labels_of, labels_of, truths)
def test_a_disagreement_seen_from_the_other_side(first, second, truth):
    here, there = disagreement(first, second, truth), disagreement(second, first, truth)
    swapped = np.array([SAME, SECOND_RIGHT, FIRST_RIGHT, NEITHER_RIGHT, OPEN])
    assert np.array_equal(swapped[here], there)
    assert np.array_equal(here == SAME, first == second)
    counts = np.bincount(here.ravel(), minlength=len(AGREEMENT))
    # Where both say the same they win or lose together.
    lead = (first == truth).sum() - (second == truth).sum()
    assert counts[FIRST_RIGHT] - counts[SECOND_RIGHT] == lead


def test_clusters_are_named_by_the_known_part_of_a_truth(predictor):
    """Two flat colours: naming them from a few pixels names the rest."""
    halves = np.zeros((40, 60), np.uint8)
    halves[:, 30:] = BORDER
    colours = np.where(halves[..., None] == PET, (200, 30, 30), (20, 60, 200)).astype(np.uint8)
    truth = np.full_like(halves, UNKNOWN)
    truth[:5] = halves[:5]
    photo = Image.fromarray(colours)
    assert np.array_equal(class_labels(predictor, "kmeans", photo, truth.shape, truth), halves)


def test_without_a_truth_clusters_get_the_names_that_fit_the_u_net_best(predictor, chelsea):
    photo = chelsea.resize((90, 60))
    unet = class_labels(predictor, "unet", photo, (60, 90))
    found = class_labels(predictor, "kmeans", photo, (60, 90))
    clusters = _clusters(predictor, photo)
    fits = [
        score(confusion_matrix(np.array(names)[clusters], unet)).miou
        for names in product(range(3), repeat=3)
    ]
    assert score(confusion_matrix(found, unet)).miou == pytest.approx(max(fits))


def _clusters(predictor, photo):
    question = SegmentationRequest(photo, (photo.height, photo.width))
    return segment(predictor, "kmeans", question, KMeansSettings()).labels
