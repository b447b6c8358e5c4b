"""What tab *Loss* says, as plain functions: numbers against PyTorch, refusals by name."""

import math
import re

import gradio as gr
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from sklearn.linear_model import LogisticRegression
from support.drawn_pets import write_dataset
from support.helpers import refusal, unhurried

from segdemo.data.decoder import open_photo
from segdemo.data.palette import heat
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.inference import Predictor
from segdemo.lecture.loss.loss_map import loss_map
from segdemo.lecture.loss.toy_problems import (
    FREEDOM,
    PETAL_LABELS,
    PETAL_LENGTHS,
    TEMPERATURES,
    next_temperature,
    petal_probabilities,
    temperature_line,
)
from segdemo.locales import LANGUAGES, text
from segdemo.web.components import cross_entropy as loss_pieces
from segdemo.web.examples import TestSplit, shipped_photos
from segdemo.web.tabs.loss import answer as loss_answer
from segdemo.web.tabs.loss import curve as loss_curve
from segdemo.web.tabs.loss import image as loss_image
from segdemo.web.tabs.loss import map_view as loss_map_view
from segdemo.web.tabs.loss import problems as loss_problems
from segdemo.web.tabs.loss.photo import OPENING as WEIGHTS
from segdemo.web.tabs.loss.photo import PhotoLoss

BAD_NUMBERS = ["", " ", "one", "NaN", "inf", "-inf", "1e308", None]
SCORES = [f"score-{i}" for i in range(3)]
small_images = st.integers(1, 4).flatmap(
    lambda side: st.tuples(
        arrays(np.float64, (3, side, side), elements=st.floats(-20, 20)),
        arrays(np.int64, (side, side), elements=st.integers(0, 2)),
    )
)
class_weights = arrays(np.float64, 3, elements=st.floats(0.01, 10))


def shown_loss(html: str) -> float:
    """The loss that a part shows."""
    return float(re.search(r'class="loss-value">([^<]+)<', html)[1].replace(",", ""))


def without_tags(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)


# ---- Three kinds of problem ----


def test_petals_are_classified_as_by_scikit_learn():
    model = LogisticRegression(C=FREEDOM, tol=1e-9, max_iter=10_000)
    model.fit(PETAL_LENGTHS[:, None], PETAL_LABELS)
    lengths = np.linspace(0, 7, 29)
    found = np.stack([petal_probabilities(length) for length in lengths])
    np.testing.assert_allclose(found, model.predict_proba(lengths[:, None]), atol=1e-5)


def test_the_nine_petals_are_classified_as_labelled():
    for length, label in zip(PETAL_LENGTHS, PETAL_LABELS):
        probabilities = petal_probabilities(length)
        assert probabilities.sum() == pytest.approx(1)
        assert probabilities.argmax() == label


def test_the_line_is_the_least_squares_line():
    """Its residuals are orthogonal to the constant and to the days."""
    slope, start = temperature_line()
    days = np.arange(1, len(TEMPERATURES) + 1)
    residuals = TEMPERATURES - (start + slope * days)
    assert residuals.sum() == pytest.approx(0, abs=1e-9)
    assert residuals @ days == pytest.approx(0, abs=1e-9)
    assert next_temperature() == pytest.approx(start + 8 * slope)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cards_show_their_losses(language):
    _, card = loss_problems.show_petal({"length": "1.4", "petal-label": "0"}, language)
    probability = torch.from_numpy(petal_probabilities(1.4))[None]
    expected = F.nll_loss(probability.log(), torch.tensor([0])).item()
    assert shown_loss(card) == pytest.approx(expected, abs=5e-5)
    _, card = loss_problems.show_temperature({"temperature": "25"}, language)
    predicted, true = torch.tensor([next_temperature()]), torch.tensor([25.0])
    assert shown_loss(card) == pytest.approx(F.mse_loss(predicted, true).item(), abs=5e-5)


@pytest.mark.parametrize("value", [*BAD_NUMBERS, "-1", "100"])
def test_the_cards_name_what_is_wrong(value):
    problem, card = loss_problems.show_petal({"length": value, "petal-label": "0"}, "en")
    assert "petal length" in problem
    assert card == gr.skip()
    problem, card = loss_problems.show_temperature({"temperature": value}, "en")
    assert "temperature" in problem
    assert card == gr.skip()


# ---- One-hot and cross-entropy ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lecture_s_example(language):
    problem, result = loss_answer.show(loss_answer.OPENING, language)
    assert problem == ""
    assert shown_loss(result) == 0.5108
    assert text("loss.on-the-slide", language) in result
    assert "<mark>1·log 0.6000</mark>" in result
    assert text("loss.one-hot", language, label=0, vector="100") in result


def test_other_numbers_are_not_said_to_be_on_the_slide():
    for change in ({"label": "1"}, {"score-0": "0.7"}, {"kind": "logits"}):
        _, result = loss_answer.show(loss_answer.OPENING | change, "en")
        assert text("loss.on-the-slide", "en") not in result


@unhurried
@given(arrays(np.float64, 3, elements=st.floats(-8, 8)), st.integers(0, 2))
def test_logits_cost_what_pytorch_says(logits, label):
    fields = {"label": str(label), "kind": "logits"} | dict(zip(SCORES, map(repr, logits.tolist())))
    _, result = loss_answer.show(fields, "en")
    expected = F.cross_entropy(torch.from_numpy(logits)[None], torch.tensor([label])).item()
    assert shown_loss(result) == pytest.approx(expected, abs=5.1e-5)


def test_a_probability_too_small_for_a_float_still_has_its_loss():
    fields = {"label": "1", "kind": "logits"} | dict(zip(SCORES, ("1e6", "-1e6", "0")))
    _, result = loss_answer.show(fields, "en")
    assert shown_loss(result) == 2e6
    assert text("loss.underflow", "en") in result


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.6, "0.6000"), (0.0013, "0.0013"), (4.54e-5, "4.5·10⁻⁵"), (0, "0.0000"), (1, "1.0000")],
)
def test_a_small_probability_is_not_shown_as_nothing(value, said):
    assert loss_pieces.probability(value) == said


def test_probabilities_of_another_sum_are_renormalised_and_it_says_so():
    doubled = dict(zip(SCORES, ("1.2", "0.26", "0.54")))
    _, result = loss_answer.show(loss_answer.OPENING | doubled, "en")
    assert shown_loss(result) == 0.5108
    assert text("loss.renormalised", "en", total="2") in result
    _, result = loss_answer.show(loss_answer.OPENING, "en")
    assert "divided by that sum" not in result


def test_the_logits_offered_are_the_lecture_s_probabilities():
    logits = torch.tensor([float(loss_answer.LOGITS[name]) for name in SCORES])
    np.testing.assert_allclose(logits.softmax(0), loss_answer.LECTURE, atol=0.005)


def test_a_true_class_of_probability_0_costs_infinitely_much():
    fields = loss_answer.OPENING | dict(zip(SCORES, ("0", "1", "1")))
    problem, result = loss_answer.show(fields, "en")
    assert problem == ""
    assert 'class="loss-value">∞<' in result
    assert text("loss.infinite", "en") in result


@pytest.mark.parametrize("kind", ["logits", "probabilities"])
@pytest.mark.parametrize("value", BAD_NUMBERS)
def test_the_bad_number_is_named_and_the_last_good_result_stays(kind, value):
    fields = loss_answer.OPENING | {"kind": kind, "score-2": value}
    problem, result = loss_answer.show(fields, "en")
    assert 'role="alert"' in problem
    assert re.search("[Cc]lass 2", problem)
    assert result == gr.skip()


def test_impossible_probabilities_are_refused():
    assert "negative" in loss_answer.show(loss_answer.OPENING | {"score-1": "-0.1"}, "en")[0]
    zeros = dict.fromkeys(SCORES, "0")
    assert "are 0" in loss_answer.show(loss_answer.OPENING | zeros, "en")[0]


@pytest.mark.parametrize("probability", [0.01, 0.2, 0.6, 1.0])
def test_the_point_is_on_the_curve(probability):
    svg = loss_curve.draw(probability, -math.log(probability), "en")
    x, y = (float(re.search(f'<circle.* c{axis}="([^"]+)"', svg)[1]) for axis in "xy")
    line = re.search('polyline points="([^"]+)"', svg)[1]
    xs, ys = np.array([point.split(",") for point in line.split()], float).T
    assert np.interp(x, xs[::-1], ys[::-1]) == pytest.approx(y, abs=1)
    ticks = dict(re.findall(r'x="([\d.]+)" y="[\d.]+" text-anchor="middle">([\d.]+)<', svg))
    left, right = sorted(float(place) for place, tick in ticks.items() if tick in ("0", "1"))
    assert (x - left) / (right - left) == pytest.approx(probability, abs=0.001)


# ---- The 2x2 image ----


def test_the_slide_s_image_on_opening():
    problem, result, card = loss_image.show(loss_image.OPENING, "en")
    assert problem == ""
    tables = re.findall("<table.*?</table>", result)
    tiles = [re.findall(r"<td[^>]*>([^<]+)</td>", table) for table in tables[:2]]
    assert tiles == [list("0221"), list("1020")]
    assert re.findall('class="one-hot">([01]+)<', result) == ["010", "100", "001", "100"]
    logits, truth = torch.from_numpy(loss_image.LOGITS)[None], torch.tensor([[[1, 0], [2, 0]]])
    total = F.cross_entropy(logits, truth).item()
    assert shown_loss(result) == pytest.approx(total, abs=5e-5)
    assert shown_loss(card) == pytest.approx(total, abs=5e-5)
    each = F.cross_entropy(logits, truth, reduction="none").flatten().tolist()
    costs = re.findall(r"<td[^>]*>([^<]+)</td>", tables[2])
    np.testing.assert_allclose([float(cost) for cost in costs], each, atol=5e-5)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", BAD_NUMBERS)
def test_the_bad_cell_is_named(value, language):
    problem, *rest = loss_image.show(loss_image.OPENING | {"score-2-1-2": value}, language)
    where = {"en": "Class 2, row 1, column 2", "vi": "Lớp 2, hàng 1, cột 2"}[language]
    assert where in problem
    assert rest == [gr.skip(), gr.skip()]


def test_a_label_that_is_no_class_is_named():
    problem, *_ = loss_image.show(loss_image.OPENING | {"truth-2-1": "3"}, "en")
    assert "row 2, column 1" in problem


# ---- The same on a real photo ----


@unhurried
@given(small_images, class_weights)
def test_the_map_is_pytorch_s(case, weights):
    logits, labels = case
    found = loss_map(logits, labels, weights)
    x, y, w = torch.from_numpy(logits)[None], torch.from_numpy(labels)[None], torch.tensor(weights)
    each = F.cross_entropy(x, y, weight=w, reduction="none")[0].numpy()
    np.testing.assert_allclose(found.losses, each, rtol=1e-9, atol=1e-9)
    assert found.mean == pytest.approx(F.cross_entropy(x, y, weight=w).item(), abs=1e-9)
    assert found.unweighted_mean == pytest.approx(F.cross_entropy(x, y).item(), abs=1e-9)
    assert each[found.worst] == pytest.approx(each.max(), abs=1e-9)
    row, column = found.worst
    np.testing.assert_allclose(found.probabilities, x.softmax(1)[0, :, row, column], atol=1e-12)
    assert found.worst_label == labels[row, column]


@unhurried
@given(small_images, class_weights)
def test_the_classes_add_up_to_the_whole(case, weights):
    logits, labels = case
    found = loss_map(logits, labels, weights)
    assert [own.pixels for own in found.classes] == np.bincount(
        labels.ravel(), minlength=3
    ).tolist()
    total = sum(own.pixels * own.mean for own in found.classes if own.pixels)
    assert total / labels.size == pytest.approx(found.unweighted_mean, abs=1e-9)
    assert sum(own.share for own in found.classes) == pytest.approx(1) or not found.losses.any()
    assert all((own.mean is None) == (own.pixels == 0) for own in found.classes)


def test_only_classes_without_pixels_having_a_weight_is_refused():
    labels = np.zeros((2, 2), int)
    error = refusal(loss_map, np.zeros((3, 2, 2)), labels, np.array([0.0, 1, 1]))
    assert error.key == "loss-errors.weights.unused"


def test_the_brighter_the_dearer():
    losses = np.linspace(0, 2 * loss_map_view.BRIGHTEST, 50)[None]
    colours = np.array(heat(losses, loss_map_view.BRIGHTEST), float)[0]
    brightness = colours @ (0.2126, 0.7152, 0.0722)
    assert brightness[0] < 1
    assert (np.diff(brightness[losses[0] <= loss_map_view.BRIGHTEST]) > 0).all()
    assert np.ptp(colours[losses[0] >= loss_map_view.BRIGHTEST], axis=0).max() == 0


@pytest.fixture
def test_photos(tmp_path):
    return TestSplit(write_dataset(tmp_path, trainval=2, test=4))


@pytest.fixture
def test_photo(tmp_path, test_photos):
    """One of the drawn data set's test photos."""
    name = (tmp_path / "oxford-iiit-pet/annotations/test.txt").read_text().split()[0]
    return str(tmp_path / f"oxford-iiit-pet/images/{name}.jpg")


def test_a_test_photo_s_loss_is_measured_on_its_truth(predictor, test_photos, test_photo):
    weights = {"weight-0": "1", "weight-1": "0.5", "weight-2": "4"}
    callbacks = PhotoLoss(predictor, test_photos)
    problem, result = callbacks.show_map(weights, test_photo, "cnn-5x5", "en")
    assert problem == ""
    assert text("loss.truth.drawn", "en") in result
    logits = predictor.predict("cnn-5x5", open_photo(test_photo).image).logits[None]
    truth = torch.from_numpy(test_photos.truth(test_photo)).long()[None]  # 128x128 as drawn
    expected = F.cross_entropy(logits, truth, weight=torch.tensor([1, 0.5, 4])).item()
    assert shown_loss(result) == pytest.approx(expected, abs=6e-5)
    weight = torch.tensor([1, 0.5, 4])
    each = F.cross_entropy(logits, truth, weight=weight, reduction="none")[0].numpy()
    row, column = (int(i) + 1 for i in np.unravel_index(each.argmax(), each.shape))
    assert text("loss.map.worst", "en", row=row, column=column) in result


def test_truth_of_another_size_is_resized_by_nearest(predictor, tmp_path):
    root = write_dataset(tmp_path, trainval=2, test=1)
    folder = root / "oxford-iiit-pet"
    name = (folder / "annotations/test.txt").read_text().split()[0]
    photo, trimap = folder / f"images/{name}.jpg", folder / f"annotations/trimaps/{name}.png"
    with Image.open(photo) as picture:
        picture.resize((256, 384)).save(photo)
    drawn = np.random.default_rng(0).integers(0, 3, (384, 256), dtype=np.uint8)
    Image.fromarray(drawn + 1).save(trimap)
    _, result = PhotoLoss(predictor, TestSplit(root)).show_map(WEIGHTS, str(photo), "unet", "en")
    logits = predictor.predict("unet", open_photo(photo).image).logits[None]
    truth = drawn[1::3, 1::2]  # of each 3x2 block the pixel at its centre
    expected = F.cross_entropy(logits, torch.from_numpy(truth).long()[None]).item()
    assert shown_loss(result) == pytest.approx(expected, abs=6e-5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_truth_it_says_what_stands_in_and_what_to_do(predictor, test_photos, language):
    cheetah = str(SAMPLE_PHOTOS["cheetah"].path)
    for tests, remedy in ((None, "start"), (test_photos, "choose")):
        callbacks = PhotoLoss(predictor, tests)
        for _, result in (
            callbacks.show_map(WEIGHTS, cheetah, "cnn-1x1", language),
            callbacks.show_step(cheetah, 0.1, language),
        ):
            said = without_tags(result).replace("&#x27;", "'")
            assert text("loss.truth.stand-in", language) in said
            assert text(f"loss.truth.stand-in.{remedy}", language) in said
            assert text("loss.truth.drawn", language) not in said


def test_no_photo_no_weight_and_no_checkpoint_get_a_sentence(predictor, tmp_path):
    cat = str(shipped_photos()[0])
    callbacks = PhotoLoss(predictor, None)
    nothing = dict.fromkeys(WEIGHTS, "0")
    for fields, photo, said in (
        (WEIGHTS, None, "photo"),
        (WEIGHTS | {"weight-2": "x"}, cat, "weight of class 2"),
        (nothing, cat, "weight"),
    ):
        problem, result = callbacks.show_map(fields, photo, "unet", "en")
        assert said in problem
        assert result == gr.skip()
    empty = PhotoLoss(Predictor(tmp_path), None)
    assert "unet" in empty.show_map(WEIGHTS, cat, "cnn-1x1", "en")[0]
    assert empty.show_step(cat, 0.1, "en")[1] == gr.skip()


# ---- The training loop ----


def test_the_loop_shows_what_the_step_did(predictor, test_photos, test_photo):
    problem, result = PhotoLoss(predictor, test_photos).show_step(test_photo, 0.01, "en")
    assert problem == ""
    said = without_tags(result)
    for shape in ("(1, 3, 128, 128)", "(1, 128, 128)", "(3, 64, 1, 1)", "9,155"):
        assert shape in said
    before, after = map(float, re.findall(r'class="loss-value">([^<]+)<', result))
    assert after < before
    assert text("loss.loop.fell", "en") in said
