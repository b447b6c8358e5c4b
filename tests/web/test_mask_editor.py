"""A painting on its way from the pad: runs there and back, and what is refused."""

import json
import re
from html import unescape

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from support.helpers import refusal, unhurried

from segdemo.analysis.error_map import UNKNOWN
from segdemo.web.tabs.explain.mask_editor import fingerprint, pad, parse_painting, to_runs

PHOTO = Image.new("RGB", (4, 3), "red")
PIXELS = PHOTO.width * PHOTO.height


def sent(runs, photo=PHOTO):
    return {"photo": fingerprint(photo), "runs": runs}


def test_runs_by_hand():
    assert to_runs(np.array([[0, 0, 1], [1, 3, 3]])) == "0 2 1 2 3 2"
    assert to_runs(np.array([[2]])) == "2 1"


@unhurried
@given(arrays(np.uint8, (3, 4), elements=st.integers(0, UNKNOWN)))
def test_there_and_back(labels):
    labels[0, 0] = 1
    painting = parse_painting(json.loads(json.dumps(sent(to_runs(labels)))), PHOTO)
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
    assert refusal(parse_painting, sent(runs), PHOTO).key == "insight-truth.damaged"


def test_a_painting_of_another_photo_is_refused():
    other = Image.new("RGB", PHOTO.size, "blue")
    found = refusal(parse_painting, sent(f"0 {PIXELS}", other), PHOTO)
    assert found.key == "insight-truth.other-photo"
    turned = PHOTO.transpose(Image.Transpose.ROTATE_90)  # the same bytes in another shape
    found = refusal(parse_painting, sent(f"0 {PIXELS}", turned), PHOTO)
    assert found.key == "insight-truth.other-photo"


@pytest.mark.parametrize("nothing", [None, [], "x", 3])
def test_what_is_no_painting_is_refused(nothing):
    assert refusal(parse_painting, nothing, PHOTO).key == "insight-truth.damaged"


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_pad_opens_with_what_was_painted(language):
    labels = np.full((3, 4), UNKNOWN, np.uint8)
    labels[1] = 2
    painting = parse_painting(sent(to_runs(labels)), PHOTO)
    html = pad(PHOTO, painting, np.ones((3, 4), np.uint8), language)
    state = json.loads(unescape(re.search(r'data-state="([^"]*)"', html)[1]))
    assert parse_painting(state, PHOTO).labels.tolist() == labels.tolist()
    assert state["offer"] == f"1 {PIXELS}"
    assert 'data-do="offer"' not in pad(PHOTO, None, None, language)
