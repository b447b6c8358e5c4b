"""A painting on its way from the editor: runs there and back, and what is refused."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from support.helpers import refusal, unhurried

from segdemo.analysis.error_map import UNKNOWN
from segdemo.web.components.mask_editor.painting import (
    fingerprint,
    painting_of,
    parse_painting,
    run_lengths,
)

PHOTO = Image.new("RGB", (4, 3), "red")
PIXELS = PHOTO.width * PHOTO.height


def sent(runs, photo=PHOTO):
    return {"photo": fingerprint(photo), "runs": runs}


def test_runs_by_hand():
    assert run_lengths(np.array([[0, 0, 1], [1, 3, 3]])) == "0 2 1 2 3 2"
    assert run_lengths(np.array([[2]])) == "2 1"


@unhurried
@given(arrays(np.uint8, (3, 4), elements=st.integers(0, UNKNOWN)))
def test_there_and_back(labels):
    labels[0, 0] = 1
    painting = parse_painting(json.loads(json.dumps(sent(run_lengths(labels)))), PHOTO)
    assert painting.photo == fingerprint(PHOTO)
    assert painting.labels.dtype == np.uint8
    assert np.array_equal(painting.labels, labels)


def test_a_blank_painting_is_none():
    assert parse_painting(sent(f"{UNKNOWN} {PIXELS}"), PHOTO) is None


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
    assert refusal(parse_painting, sent(runs), PHOTO).key == "mask-editor.damaged"


def test_a_painting_of_another_photo_is_refused():
    other = Image.new("RGB", PHOTO.size, "blue")
    found = refusal(parse_painting, sent(f"0 {PIXELS}", other), PHOTO)
    assert found.key == "mask-editor.other-photo"
    turned = PHOTO.transpose(Image.Transpose.ROTATE_90)  # the same bytes in another shape
    found = refusal(parse_painting, sent(f"0 {PIXELS}", turned), PHOTO)
    assert found.key == "mask-editor.other-photo"


@pytest.mark.parametrize("nothing", [None, [], "x", 3])
def test_what_is_no_painting_is_refused(nothing):
    assert refusal(parse_painting, nothing, PHOTO).key == "mask-editor.damaged"


def test_a_painting_is_told_from_one_of_another_photo():
    painting = parse_painting(sent(f"1 6 {UNKNOWN} 6"), PHOTO)
    assert painting_of(PHOTO, painting) is painting
    assert painting_of(Image.new("RGB", PHOTO.size, "blue"), painting) is None
    assert painting_of(PHOTO, None) is None
    assert painting.painted_fraction == 0.5


def test_where_the_labels_began_travels_along():
    runs = f"1 {PIXELS}"
    assert not parse_painting(sent(runs), PHOTO).from_prediction
    assert parse_painting(sent(runs) | {"fromPrediction": True}, PHOTO).from_prediction
    assert not parse_painting(sent(runs) | {"fromPrediction": "no"}, PHOTO).from_prediction


def test_agreement_counts_painted_pixels_alone():
    painting = parse_painting(sent(f"0 1 1 1 {UNKNOWN} 1 1 1 {UNKNOWN} 8"), PHOTO)
    prediction = np.array([[0, 0, 1, 1]] + [[0] * 4] * 2)
    assert painting.agreement(prediction) == pytest.approx(2 / 3)
