"""One-hot, softmax and cross-entropy against the lecture's numbers and against PyTorch."""

import doctest
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from support.helpers import check_sentences, refusal, unhurried

from segdemo.errors import InputError
from segdemo.lecture.loss import cross_entropy as loss
from segdemo.lecture.loss.cross_entropy import (
    cross_entropy,
    one_hot,
    parse_image_labels,
    parse_image_scores,
    parse_label,
    parse_scores,
    parse_weights,
    pixel_losses,
    pixel_losses_of_probabilities,
    renormalise,
    softmax,
    total_loss,
)

TRUTH = np.array([[1, 0], [2, 0]])  # slide *Training*
BAD_NUMBERS = [
    (None, "empty"),
    (" ", "empty"),
    ("x", "text"),
    ([1], "text"),
    (True, "text"),
    (math.nan, "infinite"),
    ("inf", "infinite"),
    (1e308, "large"),
    (-(10**400), "large"),
]

shapes = st.tuples(st.just(3), st.integers(1, 5), st.integers(1, 5))
images = arrays(np.float64, shapes, elements=st.floats(-50, 50))
class_weights = arrays(np.float64, 3, elements=st.floats(0.01, 100))


@st.composite
def labelled_images(draw):
    logits = draw(images)
    return logits, draw(arrays(np.int64, logits.shape[1:], elements=st.integers(0, 2)))


def test_docstring_examples():
    assert doctest.testmod(loss).failed == 0


# ---- The lecture's numbers ----


def test_lectures_cross_entropy():
    value = cross_entropy(np.array([0.60, 0.13, 0.27]), np.array([1, 0, 0]))
    assert float(value) == pytest.approx(0.5108, abs=5e-5)
    assert float(value) == pytest.approx(-math.log(0.60))


def test_lectures_truth_as_one_hot_in_reading_order():
    vectors = one_hot(TRUTH).reshape(3, 4).T
    assert ["".join(f"{bit:.0f}" for bit in vector) for vector in vectors] == [
        "010",
        "100",
        "001",
        "100",
    ]


def test_a_sure_answer_costs_nothing_and_a_surely_wrong_one_has_no_end():
    sure, wrong = (cross_entropy(np.array([1.0, 0.0, 0.0]), one_hot(label)) for label in (0, 1))
    assert (str(float(sure)), float(wrong)) == ("0.0", math.inf)


# ---- PyTorch ----


@unhurried
@given(labelled_images())
def test_agrees_with_pytorch(case):
    logits, labels = case
    x, y = torch.from_numpy(logits)[None], torch.from_numpy(labels)[None]
    np.testing.assert_allclose(softmax(logits), F.softmax(x, 1)[0], rtol=1e-9)
    np.testing.assert_array_equal(one_hot(labels), F.one_hot(y, 3)[0].movedim(-1, 0))
    losses = pixel_losses(logits, labels)
    np.testing.assert_allclose(losses, F.cross_entropy(x, y, reduction="none")[0], atol=1e-9)
    assert total_loss(losses, labels) == pytest.approx(F.cross_entropy(x, y).item(), abs=1e-9)


@unhurried
@given(labelled_images(), class_weights)
def test_class_weights_agree_with_pytorch(case, weights):
    logits, labels = case
    x, y, w = (torch.from_numpy(a) for a in (logits[None], labels[None], weights))
    losses = pixel_losses(logits, labels, weights)
    expected = F.cross_entropy(x, y, weight=w, reduction="none")[0]
    np.testing.assert_allclose(losses, expected, rtol=1e-9, atol=1e-9)
    mean = F.cross_entropy(x, y, weight=w).item()
    assert total_loss(losses, labels, weights) == pytest.approx(mean, abs=1e-9)


@unhurried
@given(labelled_images())
def test_probabilities_cost_what_their_logits_cost(case):
    logits, labels = case
    of_probabilities = pixel_losses_of_probabilities(softmax(logits), labels)
    np.testing.assert_allclose(of_probabilities, pixel_losses(logits, labels), atol=1e-9)


def test_one_answer_is_an_image_of_one_pixel():
    logits = np.array([1.0, 2.0, 3.0])
    expected = F.cross_entropy(torch.from_numpy(logits)[None], torch.tensor([2])).item()
    assert float(pixel_losses(logits, 2)) == pytest.approx(expected)


def test_the_largest_logits_overflow_nothing():
    logits = parse_scores([1e6, -1e6, 0])
    assert softmax(logits).tolist() == [1, 0, 0]
    assert float(pixel_losses(logits, 1)) == 2e6


@pytest.mark.filterwarnings("error")
def test_a_class_of_weight_0_leaves_even_an_infinite_loss_out():
    probabilities = one_hot(np.array([[0, 0]]))
    labels, weights = np.array([[0, 1]]), np.array([1.0, 0.0, 1.0])
    losses = pixel_losses_of_probabilities(probabilities, labels, weights)
    assert losses.tolist() == [[0, 0]]
    assert total_loss(losses, labels, weights) == 0


def test_weights_that_leave_no_pixel_are_refused():
    labels, weights = np.array([[1]]), np.array([1.0, 0.0, 1.0])
    losses = pixel_losses(np.zeros((3, 1, 1)), labels, weights)
    assert refusal(total_loss, losses, labels, weights).key == "loss-errors.weights.unused"


# ---- Renormalising ----


@unhurried
@given(arrays(np.float64, (3, 2, 2), elements=st.floats(1e-300, 1e300)))
def test_renormalised_probabilities_sum_to_one_in_the_same_proportions(shares):
    probabilities = renormalise(shares)
    np.testing.assert_allclose(probabilities.sum(axis=0), 1)
    np.testing.assert_allclose(
        probabilities / probabilities.max(axis=0),
        shares / shares.max(axis=0),
        rtol=1e-9,
        atol=1e-300,
    )


def test_probabilities_that_sum_to_one_stay():
    given_ = np.array([0.60, 0.13, 0.27])
    np.testing.assert_allclose(renormalise(given_), given_, rtol=1e-15)


@pytest.mark.parametrize(
    ("shares", "problem", "label"),
    [
        ([0.5, -0.1, 0.6], "negative", 1),
        ([0.5, 0.5, math.nan], "infinite", 2),
        ([math.inf, 0.5, 0.5], "infinite", 0),
        ([0, 0, 0], "zero", 0),
    ],
)
def test_probabilities_refused(shares, problem, label):
    error = refusal(renormalise, np.array(shares, dtype=float))
    assert (error.key, error.values) == (f"loss-errors.probability.{problem}", {"label": label})
    image = np.ones((3, 2, 2))
    image[:, 1, 0] = shares
    error = refusal(renormalise, image)
    assert error.key == f"loss-errors.pixel.{problem}"
    assert error.values == {"label": label, "row": 2, "column": 1}


# ---- What a page or an API sends ----


def test_what_passes():
    assert parse_scores([1, "2.5", -3.0]).tolist() == [1, 2.5, -3]
    assert [parse_label(value) for value in (0, 1.0, "2")] == [0, 1, 2]
    layers = [[[1, 2], [3, 4]]] * 2 + [[["5", 6], [7, 8.5]]]
    assert parse_image_scores(layers).shape == (3, 2, 2)
    assert parse_image_scores(layers)[2].tolist() == [[5, 6], [7, 8.5]]
    labels = parse_image_labels([[1, "0"], [2.0, 0]])
    assert labels.tolist() == TRUTH.tolist()
    assert pixel_losses(parse_image_scores(layers), labels).shape == (2, 2)
    assert parse_weights([1, 1, "2.5"]).tolist() == [1, 1, 2.5]


@pytest.mark.parametrize(("value", "problem"), BAD_NUMBERS)
def test_the_offending_number_is_named(value, problem):
    error = refusal(parse_scores, [0, 0, value])
    assert error.key == f"loss-errors.score.{problem}"
    assert error.values["label"] == 2
    layers = [[[0, 0], [0, 0]], [[0, 0], [value, 0]], [[0, 0], [0, 0]]]
    error = refusal(parse_image_scores, layers)
    assert error.key == f"loss-errors.image.{problem}"
    assert (error.values["label"], error.values["row"], error.values["column"]) == (1, 2, 1)


@pytest.mark.parametrize("value", [None, 3, "012", {}, [], [1, 2], [1, 2, 3, 4]])
def test_wrong_lists_are_refused(value):
    assert refusal(parse_scores, value).key == "loss-errors.score.count"
    assert refusal(parse_weights, value).key == "loss-errors.weights.count"
    assert refusal(parse_image_labels, value).key == "loss-errors.truth.shape"
    assert refusal(parse_image_scores, value).key == "loss-errors.image.shape"


@pytest.mark.parametrize(
    "value", [None, "", "x", -1, 3, 0.5, math.nan, math.inf, True, [0], 10**400]
)
def test_labels_refused(value):
    assert refusal(parse_label, value).key == "loss-errors.label"
    error = refusal(parse_image_labels, [[0, value], [0, 0]])
    assert error.key == "loss-errors.truth.label"
    assert (error.values["row"], error.values["column"]) == (1, 2)


@pytest.mark.parametrize("value", [None, "x", -0.1, 100.1, math.nan, math.inf, True, []])
def test_weights_refused(value):
    error = refusal(parse_weights, [1, value, 1])
    assert (error.key, error.values["label"]) == ("loss-errors.weights.range", 1)


@unhurried
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=3),
        lambda inner: st.lists(inner, min_size=2, max_size=3),
        max_leaves=16,
    )
)
def test_any_json_parses_or_is_refused(sent):
    for parse in (parse_scores, parse_label, parse_image_scores, parse_image_labels, parse_weights):
        try:
            parse(sent)
        except InputError as error:
            check_sentences(error)
