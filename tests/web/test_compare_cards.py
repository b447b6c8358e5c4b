"""The cards of tab *Compare* as HTML: what they say to those who listen, and what they unfold."""

import re

import numpy as np
import pytest

from segdemo.data.classes import CLASSES
from segdemo.data.palette import CLASS_PALETTE
from segdemo.inference.segmentation import SegmentationResult
from segdemo.locales import text
from segdemo.metrics import confusion_matrix, score
from segdemo.models.registry import STAGES
from segdemo.web.tabs.compare.cards import Card, render
from segdemo.web.tabs.compare.network_details import network_details

SMALL = 8_000  # bytes of one stage's drawing and table
# Output of each block as the slide has it: six encoders to 2x2, then one convolution, reshaped.
RESHAPE = [
    *("64×64×64", "128×32×32", "256×16×16", "512×8×8", "512×4×4", "512×2×2"),
    *("49152×1×1", "3×128×128"),
]


def spoken(html: str) -> str:
    """The text in HTML, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_iou_on_a_card_has_the_name_of_its_class(language):
    truth = np.array([[0, 0, 1, 1]], np.uint8)
    labels = np.array([[0, 1, 1, 1]], np.uint8)  # pet 1/2, background 2/3, border in neither
    known = score(confusion_matrix(labels, truth))
    card = Card(
        STAGES["unet"], "done", answer=SegmentationResult(labels, CLASS_PALETTE, 1.0, known)
    )
    line = re.search(r'<p class="iou">.*?</p>', render(card, language)).group()
    names = [text(f"page.class.{name}", language) for name in CLASSES]
    said = spoken(line)
    assert all(f"{name} {iou}" in said for name, iou in zip(names, ("0.50", "0.67", "–")))


def test_a_card_unfolds_the_network_that_the_slide_shows():
    unfolded = network_details("fcn-reshape", "en")
    rows = re.findall(r"<tr>(.*?)</tr>", unfolded)[1:]
    assert [re.findall(r"<td>(.*?)</td>", row)[0] for row in rows] == RESHAPE
    assert "Segmentation (4)" in spoken(unfolded)
    assert "101 M" in rows[6]  # 512 · 2 · 2 weights and a bias for each of 128 · 128 · 3 numbers


@pytest.mark.parametrize("key", STAGES)
def test_what_a_card_unfolds_is_light_and_folded(key):
    for language in ("en", "vi"):
        unfolded = network_details(key, language)
        assert len(unfolded.encode()) < SMALL
        assert unfolded.startswith('<details class="idea"><summary>')
        assert ("<svg" in unfolded) == (STAGES[key].network is not None)
