"""What tab *Loss* works out and shows: numbers against PyTorch, refusals by the field's name."""

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

from segdemo.data.classes import UNKNOWN
from segdemo.data.ground_truth import GroundTruthSource
from segdemo.data.palette import heat
from segdemo.lecture.lesson_links import LOSS_KINDS
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
from segdemo.locales import LANGUAGES, Translator
from segdemo.web import formatting
from segdemo.web.examples import TestSplit
from segdemo.web.tabs.loss import answer, image, photo_view, problems, training
from segdemo.web.tabs.loss.axes import Axis
from segdemo.web.tabs.loss.curve import ACROSS, UP, curve
from segdemo.web.tabs.loss.photo import Example, PhotoLoss, parse_pixel

T = Translator("en")
BAD_NUMBERS = ["", " ", "one", "NaN", "inf", "-inf", "1e308", "1,000", None]
small_images = st.integers(1, 4).flatmap(
    lambda side: st.tuples(
        arrays(np.float64, (3, side, side), elements=st.floats(-20, 20)),
        arrays(np.int64, (side, side), elements=st.integers(0, 2)),
    )
)
class_weights = arrays(np.float64, 3, elements=st.floats(0.01, 10))


def typed(*numbers: object) -> dict[str, object]:
    return dict(zip(answer.NAMES, numbers))


# ---- Three problems ----


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


def test_the_columns_have_their_losses():
    petal = problems.petal(1.4, 0, T)
    expected = F.nll_loss(torch.from_numpy(petal_probabilities(1.4))[None].log(), torch.tensor([0]))
    assert petal.loss == pytest.approx(expected.item())
    assert [bar.chosen for bar in petal.bars] == [True, False, False]
    forecast = problems.forecast("25")
    assert forecast.loss == pytest.approx((next_temperature() - 25) ** 2)


@pytest.mark.parametrize("value", [*BAD_NUMBERS, "-1", "100"])
def test_the_columns_refuse_what_is_no_length_or_temperature(value):
    assert refusal(problems.petal, value, 0, T).key == "loss-errors.petal"
    assert refusal(problems.forecast, value).key == "loss-errors.temperature"


# ---- One-hot and cross-entropy ----


def test_the_lecture_s_example():
    found = answer.answer(answer.OPENING, 0, "probabilities")
    assert round(found.loss, 4) == 0.5108
    assert found.one_hot == [1, 0, 0]
    assert found.notes == ["on-the-slide"]


def test_other_numbers_are_not_said_to_be_on_the_slide():
    for texts, label, kind in (
        (answer.OPENING, 1, "probabilities"),
        (typed("0.7", "0.13", "0.27"), 0, "probabilities"),
        (answer.OPENING, 0, "logits"),
    ):
        assert "on-the-slide" not in answer.answer(texts, label, kind).notes


@unhurried
@given(arrays(np.float64, 3, elements=st.floats(-8, 8)), st.integers(0, 2))
def test_logits_cost_what_pytorch_says(logits, label):
    found = answer.answer(typed(*map(repr, logits.tolist())), label, "logits")
    expected = F.cross_entropy(torch.from_numpy(logits)[None], torch.tensor([label])).item()
    assert found.loss == pytest.approx(expected, abs=1e-9)


def test_a_probability_too_small_for_a_float_still_has_its_loss():
    found = answer.answer(typed("1e6", "-1e6", "0"), 1, "logits")
    assert found.loss == 2e6
    assert found.notes == ["underflow"]


def test_probabilities_of_another_sum_are_renormalised_and_it_says_so():
    found = answer.answer(typed("1,2", "0,26", "0,54"), 0, "probabilities")
    assert round(found.loss, 4) == 0.5108
    assert "renormalised" in found.notes


def test_the_logits_offered_are_the_lecture_s_probabilities():
    logits = torch.tensor([float(text) for text in answer.LOGITS.values()])
    np.testing.assert_allclose(logits.softmax(0), answer.LECTURE, atol=0.005)


def test_a_true_class_of_probability_0_costs_infinitely_much():
    found = answer.answer(typed("0", "1", "1"), 0, "probabilities")
    assert found.loss == np.inf
    assert "infinite" in found.notes


@pytest.mark.parametrize("kind", LOSS_KINDS)
@pytest.mark.parametrize("value", BAD_NUMBERS)
def test_the_bad_number_is_named(kind, value):
    error = refusal(answer.answer, typed("0.6", "0.13", value), 0, kind)
    assert error.values["label"] == 2


def test_impossible_probabilities_are_refused():
    error = refusal(answer.answer, typed("0.6", "-0.1", "0.5"), 0, "probabilities")
    assert error.key == "loss-errors.probability.negative"
    error = refusal(answer.answer, typed("0", "0", "0"), 0, "probabilities")
    assert error.key == "loss-errors.probability.zero"


@unhurried
@given(st.floats(0, 1), st.integers(0, 2))
def test_the_dragged_point_gives_its_class_that_probability(p, label):
    texts = answer.dragged(p, answer.OPENING, label, "probabilities")
    found = answer.answer(texts, label, "probabilities")
    assert found.total == pytest.approx(1, abs=1e-6)
    assert found.probabilities[label] == pytest.approx(p, abs=6e-4)


@pytest.mark.parametrize("probability", [0.01, 0.2, 0.6, 1.0])
def test_the_point_is_on_the_curve(probability):
    drawn = curve(probability, -np.log(probability))
    xs, ys = np.array([point.split(",") for point in drawn.line.split()], float).T
    assert np.interp(drawn.x, xs[::-1], ys[::-1]) == pytest.approx(drawn.y, abs=1)
    assert (drawn.x - ACROSS.start) / (ACROSS.end - ACROSS.start) == pytest.approx(
        probability, abs=1e-3
    )


def test_a_loss_above_the_axis_stands_at_its_end():
    drawn = curve(0.0, np.inf)
    assert drawn.above
    assert drawn.y == UP.end


def test_an_axis_of_powers_of_ten():
    axis = Axis(0.01, 100, 200, 0, (0.01, 1, 100), log=True)
    assert [axis.at(tick) for tick in axis.ticks] == [200, 100, 0]


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.6, "0.6000"), (0.0013, "0.0013"), (4.54e-5, "4.5·10⁻⁵"), (0, "0.0000"), (2.5e9, "2.5·10⁹")],
)
def test_a_small_probability_is_not_shown_as_nothing(value, written):
    assert formatting.probability(value) == written


# ---- The 2x2 image ----


def test_the_slide_s_image_on_opening():
    found = image.tiny_image(image.OPENING)
    assert found.predicted.tolist() == [[0, 2], [2, 1]]
    assert found.labels.tolist() == [[1, 0], [2, 0]]
    assert [pixel.one_hot for pixel in found.pixels] == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]]
    logits, truth = torch.from_numpy(image.LOGITS)[None], torch.from_numpy(image.TRUTH)[None]
    assert found.total == pytest.approx(F.cross_entropy(logits, truth).item())
    each = F.cross_entropy(logits, truth, reduction="none")[0]
    np.testing.assert_allclose(found.losses, each)


def test_a_confidently_wrong_pixel_outweighs_the_others():
    found = image.tiny_image(image.confidently_wrong(image.OPENING))
    assert found.predicted[1, 0] != found.labels[1, 0]
    assert found.losses[1, 0] > found.losses.sum() / 2


@pytest.mark.parametrize("value", BAD_NUMBERS)
def test_the_bad_cell_is_named(value):
    error = refusal(image.tiny_image, image.OPENING | {"score-2-1-2": value})
    assert (error.values["label"], error.values["row"], error.values["column"]) == (2, 1, 2)


def test_a_label_that_is_no_class_is_named():
    error = refusal(image.tiny_image, image.OPENING | {"truth-2-1": "3"})
    assert (error.values["row"], error.values["column"]) == (2, 1)


# ---- A real photo ----


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


@unhurried
@given(small_images, class_weights, st.data())
def test_unpainted_pixels_cost_nothing_and_count_nowhere(case, weights, data):
    """As PyTorch has it with an index to be ignored."""
    logits, labels = case
    painted = np.array(
        data.draw(st.lists(st.booleans(), min_size=labels.size, max_size=labels.size))
    )
    painted[0] = True
    labels = np.where(painted.reshape(labels.shape), labels, UNKNOWN)
    found = loss_map(logits, labels, weights)
    x, y, w = torch.from_numpy(logits)[None], torch.from_numpy(labels)[None], torch.tensor(weights)
    mean = F.cross_entropy(x, y, weight=w, ignore_index=UNKNOWN).item()
    assert found.mean == pytest.approx(mean, abs=1e-9)
    assert not found.losses[labels == UNKNOWN].any()
    assert labels[found.worst] != UNKNOWN
    assert sum(own.pixels for own in found.classes) == painted.sum()


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
    losses = np.linspace(0, 2 * photo_view.BRIGHTEST, 50)[None]
    colours = np.array(heat(losses, photo_view.BRIGHTEST), float)[0]
    brightness = colours @ (0.2126, 0.7152, 0.0722)
    assert brightness[0] < 1
    assert (np.diff(brightness[losses[0] <= photo_view.BRIGHTEST]) > 0).all()
    assert np.ptp(colours[losses[0] >= photo_view.BRIGHTEST], axis=0).max() == 0


@pytest.mark.parametrize(("text", "pixel"), [("", None), ("1,128", (0, 127)), ("7,3", (6, 2))])
def test_a_pixel_is_read(text, pixel):
    assert parse_pixel(text) == pixel


@pytest.mark.parametrize("text", ["0,1", "1", "1,129", "a,b", "1,2,3", "1.5,2"])
def test_what_is_no_pixel_is_refused(text):
    assert refusal(parse_pixel, text).key == "loss-errors.pixel.place"


@unhurried
@given(small_images, class_weights, st.data())
def test_a_pixel_costs_what_the_map_says(case, weights, data):
    logits, labels = case
    at = tuple(data.draw(st.integers(0, side - 1)) for side in labels.shape)
    result = loss_map(logits, labels, weights)
    view = photo_view.PhotoView(
        Image.new("RGB", (1, 1)),
        labels,
        logits,
        labels,
        weights,
        result,
        "unet",
        GroundTruthSource.PAINTED,
        at,
    )
    shown = photo_view.pixel_view(view, T)
    assert shown.loss == pytest.approx(result.losses[at], abs=1e-9)
    assert shown.bars[labels[at]].chosen


@pytest.fixture
def test_photos(tmp_path):
    return TestSplit(write_dataset(tmp_path, trainval=2, test=1))


@pytest.fixture
def test_photo(tmp_path):
    """The drawn data set's test photo."""
    name = (tmp_path / "oxford-iiit-pet/annotations/test.txt").read_text().split()[0]
    return tmp_path / f"oxford-iiit-pet/images/{name}.jpg"


def test_ground_truth_of_another_size_is_resized_by_nearest(predictor, test_photos, test_photo):
    trimap = test_photo.parents[1] / f"annotations/trimaps/{test_photo.stem}.png"
    with Image.open(test_photo) as picture:
        picture.resize((256, 384)).save(test_photo)
    drawn = np.random.default_rng(0).integers(0, 3, (384, 256), dtype=np.uint8)
    Image.fromarray(drawn + 1).save(trimap)
    example = PhotoLoss(predictor, test_photos).example(str(test_photo), None)
    assert example.source == GroundTruthSource.DATASET
    np.testing.assert_array_equal(example.labels, drawn[1::3, 1::2])  # each block's centre


def test_no_photo_and_no_weight_get_a_sentence(predictor, chelsea):
    loss = PhotoLoss(predictor, None)
    refusal(loss.show_map, None, None, "unet", "", 1, 1, 1, T)
    refusal(loss.show_map, None, None, "unet", "", 1, "x", 1, T)


# ---- The training loop ----


@pytest.fixture
def example():
    """A photo whose colours alone tell its classes, which the 1x1 network can learn."""
    labels = np.repeat(np.arange(3, dtype=np.uint8), 43)[:128][None].repeat(128, axis=0)
    colours = np.array([(200, 30, 30), (30, 200, 30), (30, 30, 200)], dtype=np.uint8)
    return Example(Image.fromarray(colours[labels]), labels, GroundTruthSource.DATASET)


def run_of(predictor, example, rate, steps, start="random"):
    run = training.begin(predictor, "photo", start)
    for _ in range(steps):
        run = training.step(run, example, rate)
    return run


def test_each_step_goes_on_from_the_one_before(predictor, example):
    run = run_of(predictor, example, 0.1, 3)
    assert run.steps == 3
    assert len(set(run.losses)) == 4
    again = training.step(run, example, 0.1)
    assert again.losses[:-1] == run.losses
    assert run.losses[-1] < run.losses[0]
    assert run.verdict == "fell"


def test_everybody_begins_with_the_same_weights(predictor, example):
    first, second = (run_of(predictor, example, 0.1, 1) for _ in range(2))
    assert first.losses == second.losses


def test_a_rate_that_is_too_high_diverges(predictor, example):
    run = run_of(predictor, example, training.RATES[-1], 3)
    assert run.verdict == "diverged"
    assert training.loss_curve(run.losses).up.log


def test_the_shipped_network_stays_as_it_is(predictor, example):
    network = predictor.network(training.STAGE)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    run_of(predictor, example, 1, 2, start="trained")
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, before[name]), name


@pytest.mark.parametrize("losses", [(1.0, 0.5), (1.0, np.nan), (1.0, np.inf), (1.0, 2e17, np.nan)])
def test_losses_that_are_no_numbers_are_left_out_of_the_curve(losses):
    drawn = training.loss_curve(losses)
    assert len(drawn.marks) == np.isfinite(losses).sum()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_has_its_texts(predictor, example, language):
    """A placeholder without a value raises KeyError."""
    t = Translator(language)
    for rate in training.RATES:
        assert training.show(run_of(predictor, example, rate, 2), t)
    for kind in LOSS_KINDS:
        assert answer.result(answer.answer(answer.OPENING, 0, kind), t)
    assert image.result(image.tiny_image(image.OPENING), t)
