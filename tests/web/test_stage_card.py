"""A stage's card: what it shows, what it says to those who listen, what it unfolds."""

import numpy as np
import pytest
from conftest import CHECKPOINTS
from support.markup import elements, words

from segdemo.data.classes import CLASSES
from segdemo.data.ground_truth import GroundTruth, GroundTruthSource
from segdemo.data.palette import CLASS_PALETTE
from segdemo.inference import Predictor
from segdemo.inference.segmentation import SegmentationResult
from segdemo.locales import LANGUAGES, Translator
from segdemo.metrics import confusion_matrix, score
from segdemo.models.registry import STAGES
from segdemo.web.components.stage_card import StageCard
from segdemo.web.tabs.compare.comparison import Comparison
from segdemo.web.tabs.compare.network_details import network_details

SMALL = 8_000  # bytes of one stage's drawing and table
GROUND_TRUTH = np.array([[0, 0, 1, 1]], np.uint8)
LABELS = np.array([[0, 1, 1, 1]], np.uint8)  # IoU: pet 1/2, background 2/3, border in neither
# Output of each block as the slide has it: six encoders to 2x2, then one convolution, reshaped.
RESHAPE = [
    *("64×64×64", "128×32×32", "256×16×16", "512×8×8", "512×4×4", "512×2×2"),
    *("49152×1×1", "3×128×128"),
]


@pytest.fixture(scope="module")
def comparison():
    return Comparison(Predictor(CHECKPOINTS), test_split=None)


def card(
    key: str, with_ground_truth: bool = True, source: GroundTruthSource = GroundTruthSource.DATASET
) -> StageCard:
    known = score(confusion_matrix(LABELS, GROUND_TRUTH)) if with_ground_truth else None
    result = SegmentationResult(LABELS, CLASS_PALETTE, 1.0, known)
    ground_truth = GroundTruth(GROUND_TRUTH, source)
    return StageCard(STAGES[key], "done", 0.5, result, ground_truth=ground_truth)


def test_the_score_is_of_this_photo_where_its_ground_truth_is_known():
    assert card("unet").score_kind == "here"
    assert card("unet").score == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert card("kmeans").score_kind == "best-case"  # clusters assigned with the ground truth
    painted = card("unet", source=GroundTruthSource.PAINTED)
    assert painted.score_kind == "painted"
    corrected = [
        card(key, source=GroundTruthSource.CORRECTED) for key in ("encoder-decoder", "unet")
    ]
    assert [one.score_kind for one in corrected] == ["painted", "flattered"]
    unknown = card("unet", with_ground_truth=False)
    assert (unknown.score_kind, unknown.score) == ("test", 0.5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_iou_has_the_name_of_its_class(comparison, language):
    t = Translator(language)
    said = words(comparison.render(card("unet"), t))
    for name, value in zip(CLASSES, ("0.50", "0.67", "–")):
        assert f"{t(f'page.class.{name}')} {value}" in said


def test_a_prediction_is_described_in_words():
    t = Translator()
    described = card("unet").description(t)
    assert described.startswith(t("stages.unet.title"))
    assert "25" in described  # percent of the pixels are pet


def test_a_card_unfolds_the_network_that_the_slide_shows():
    unfolded = network_details("fcn-reshape", Translator())
    said = words(unfolded)
    places = [said.index(shape) for shape in RESHAPE]
    assert places == sorted(places)
    assert "Segmentation (4)" in said
    assert "101 M" in said  # 512 · 2 · 2 weights and a bias for each of 128 · 128 · 3 numbers


@pytest.mark.parametrize("key", STAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_card_unfolds_is_light_and_folded(key, language):
    unfolded = network_details(key, Translator(language))
    assert len(unfolded.encode()) < SMALL
    (details,) = elements(unfolded, "details")
    assert "open" not in details
    assert bool(elements(unfolded, "svg")) == (STAGES[key].network is not None)
