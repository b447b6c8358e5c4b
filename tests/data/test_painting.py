"""A painting on its way from the editor: runs there and back, and what is refused."""

import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from support.helpers import refusal, unhurried

from segdemo.data.classes import UNKNOWN
from segdemo.data.ground_truth import GroundTruthSource
from segdemo.data.painting import (
    fingerprint,
    painting_of,
    parse_painting,
    run_lengths,
)

PHOTO = Image.new("RGB", (4, 3), "red")
PIXELS = PHOTO.width * PHOTO.height
PREDICT = partial(np.zeros, (3, 4), np.uint8)  # the suggestion, where none matters


def sent(runs, photo=PHOTO):
    return {"photo": fingerprint(photo), "runs": runs}


def test_runs_by_hand():
    assert run_lengths(np.array([[0, 0, 1], [1, 3, 3]])) == "0 2 1 2 3 2"
    assert run_lengths(np.array([[2]])) == "2 1"


@unhurried
@given(arrays(np.uint8, (3, 4), elements=st.integers(0, UNKNOWN)))
def test_there_and_back(labels):
    labels[0, 0] = 1
    painting = parse_painting(json.loads(json.dumps(sent(run_lengths(labels)))), PHOTO, PREDICT)
    assert painting.photo == fingerprint(PHOTO)
    assert painting.labels.dtype == np.uint8
    assert np.array_equal(painting.labels, labels)


def test_a_blank_painting_is_none():
    assert parse_painting(sent(f"{UNKNOWN} {PIXELS}"), PHOTO, PREDICT) is None


@pytest.mark.parametrize(
    "runs",
    [
        None,
        [0, PIXELS],
        "",
        "0",
        f"0 {PIXELS} ",
        f"0,{PIXELS}",
        f"0 {PIXELS - 1}",
        f"0 {PIXELS + 1}",
        f"0 {10**6} " * PIXELS,
        f"0 {'9' * 5000}",
        f"0 {PIXELS} 1 0",
        f"0 {2 * PIXELS} 1 -{PIXELS}",
        f"{UNKNOWN + 1} {PIXELS}",
        f"-1 {PIXELS}",
        f"0.0 {PIXELS}",
        "0 \N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}",
        " ".join(["0 1"] * (PIXELS + 1)),
    ],
)
def test_runs_that_do_not_cover_the_photo_are_refused(runs):
    assert refusal(parse_painting, sent(runs), PHOTO, PREDICT).key == "mask-editor.damaged"


def test_a_painting_of_another_photo_is_refused():
    other = Image.new("RGB", PHOTO.size, "blue")
    found = refusal(parse_painting, sent(f"0 {PIXELS}", other), PHOTO, PREDICT)
    assert found.key == "mask-editor.other-photo"
    turned = PHOTO.transpose(Image.Transpose.ROTATE_90)  # the same bytes in another shape
    found = refusal(parse_painting, sent(f"0 {PIXELS}", turned), PHOTO, PREDICT)
    assert found.key == "mask-editor.other-photo"


@pytest.mark.parametrize("nothing", [None, [], "x", 3])
def test_what_is_no_painting_is_refused(nothing):
    assert refusal(parse_painting, nothing, PHOTO, PREDICT).key == "mask-editor.damaged"


def test_a_painting_is_told_from_one_of_another_photo():
    painting = parse_painting(sent(f"1 6 {UNKNOWN} 6"), PHOTO, PREDICT)
    assert painting_of(PHOTO, painting) is painting
    assert painting_of(Image.new("RGB", PHOTO.size, "blue"), painting) is None
    assert painting_of(PHOTO, None) is None
    assert painting.painted_fraction == 0.5


def test_a_prediction_is_a_ground_truth_only_where_it_was_corrected():
    """Painted pixels alone count: of five, one differs from the prediction."""
    runs = f"0 2 1 2 2 1 {UNKNOWN} 7"
    prediction = np.array([[0, 0, 1, 1], [2, 0, 0, 0], [0, 0, 0, 0]], np.uint8)
    begun = sent(runs) | {"fromPrediction": True}
    own = parse_painting(begun, PHOTO, lambda: prediction)
    assert own.corrected == 0
    assert own.ground_truth is None
    other = np.where(prediction == 2, 1, prediction)
    corrected = parse_painting(begun, PHOTO, lambda: other)
    assert corrected.corrected == pytest.approx(1 / 5)
    assert corrected.ground_truth.flatters("unet")
    assert not corrected.ground_truth.flatters("encoder-decoder")
    for by_hand in (sent(runs), sent(runs) | {"fromPrediction": "no"}):
        found = parse_painting(by_hand, PHOTO, PREDICT).ground_truth
        assert found.source == GroundTruthSource.PAINTED
        assert found.digest != corrected.ground_truth.digest
