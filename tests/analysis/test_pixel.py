"""One pixel, asked of every stage: probabilities, receptive fields in theory and measured."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.helpers import refusal, unhurried
from torch import nn

from segdemo.analysis.pixel import NetworkAnswer, colour_answer, in_photo, pixel_at
from segdemo.analysis.receptive_field import box, extent, receptive_field, skip_fields
from segdemo.analysis.saliency import Measured, measure, saliency
from segdemo.data.preprocessing import resize_photo, to_input
from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.models import CNNSegmentation, EncoderDecoder
from segdemo.models.registry import NETWORKS

PHOTO = str(SAMPLE_PHOTOS[OPENING_PHOTO].path)
PLACES = [(0, 0), (0, 127), (127, 60), (64, 64)]  # corners, an edge, the middle


def holds(outer: tuple, inner: tuple) -> bool:
    return all(o <= i for o, i in zip(outer[:2], inner[:2])) and all(
        o >= i for o, i in zip(outer[2:], inner[2:])
    )


def awake(network: nn.Module) -> nn.Module:
    """Random weights in float64 with few silent ReLUs, which would hide all behind them."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.ones_(module.bias)
    return network.double().eval().requires_grad_(False)


# ---- What a stage says ----


@pytest.mark.parametrize("key", NETWORKS)
def test_probabilities_sum_to_one_and_the_largest_is_the_mask_s(predictor, chelsea, key):
    answer = NetworkAnswer(NETWORKS[key], predictor.predict(key, chelsea).logits)
    for place in [*PLACES, *np.random.default_rng(0).integers(0, 128, (50, 2)).tolist()]:
        reading = answer.at(*place)
        assert reading.probabilities.sum() == pytest.approx(1, abs=1e-12)
        assert reading.probabilities.argmax() == reading.label == answer.labels[tuple(place)]


def test_k_means_takes_the_nearest_centre(chelsea):
    answer = colour_answer(chelsea)
    assert answer.centres.shape == (3, 3)
    for row, column in PLACES:
        reading = answer.at(row, column)
        colour = np.asarray(resize_photo(chelsea))[row, column]
        assert (reading.colour == colour).all()
        away = [sum((int(a) - int(b)) ** 2 for a, b in zip(colour, c)) for c in answer.centres]
        assert reading.distances == pytest.approx(np.sqrt(away))
        assert reading.label == int(np.argmin(away)) == answer.labels[row, column]
        assert reading.box == (row, column, row, column)


@unhurried
@given(st.data())
def test_a_pixel_of_the_photo_lies_in_the_box_of_the_one_it_is_squashed_into(data):
    width, height = data.draw(st.integers(1, 5000)), data.draw(st.integers(1, 5000))
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    row, column = pixel_at(x, y, width, height)
    assert 0 <= row < 128 > column >= 0
    top, left, bottom, right = in_photo((row, column, row, column), width, height)
    assert top <= y <= bottom < height
    assert left <= x <= right < width
    assert in_photo((0, 0, 127, 127), width, height) == (0, 0, height - 1, width - 1)


def test_boxes_in_a_photo_by_hand():
    assert pixel_at(255, 0, 256, 64) == (0, 127)
    assert in_photo((0, 127, 0, 127), 256, 64) == (0, 254, 0, 255)  # half a pixel high: one
    assert in_photo((1, 0, 3, 1), 128, 128) == (1, 0, 3, 1)
    assert in_photo((0, 0, 0, 0), 200, 200) == (0, 0, 1, 1)  # 1.5625 pixels


@pytest.mark.parametrize(
    ("x", "y"), [(-1, 0), (640, 0), (0, 480), (0.5, 0), ("x", 0), (None, 0), (True, 0), (0, 1e400)]
)
def test_a_place_outside_the_photo_is_refused(x, y):
    said = str(refusal(pixel_at, x, y, 640, 480))
    assert "639" in said
    assert "479" in said


# ---- Receptive fields ----


@pytest.mark.parametrize("key", NETWORKS)
def test_the_theoretical_box_holds_the_measured_support(predictor, chelsea, key):
    answer = NetworkAnswer(NETWORKS[key], predictor.predict(key, chelsea).logits)
    inputs = to_input(chelsea)
    for row, column in PLACES:
        theory = answer.at(row, column).box
        found = measure(predictor.network(key), inputs, row, column, theory)
        assert holds(theory, found.support)
        if key == "cnn-1x1":
            assert found.support == theory == (row, column, row, column)
            assert found.half == 1


@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize("place", [(0, 0), (0, 39), (39, 11), (20, 20)])
def test_reading_only_around_the_box_loses_nothing(kernel, place):
    torch.manual_seed(kernel)
    network = awake(CNNSegmentation(kernel))
    inputs = torch.randn(1, 3, 40, 40, dtype=torch.float64)
    whole = saliency(network, inputs, *place)
    theory = box(receptive_field(network, 40), *place)
    found = measure(network, inputs, *place, theory)
    np.testing.assert_allclose(found.gradient, whole, rtol=1e-9, atol=1e-15)
    assert holds(theory, found.support)
    assert found.gradient.dtype == np.float64


def test_saliency_is_what_small_changes_do():
    """Central differences of the winning logit, channel by channel."""
    torch.manual_seed(1)
    network, step = awake(CNNSegmentation(3)), 1e-6
    inputs = torch.randn(1, 3, 6, 5, dtype=torch.float64)
    winner = network(inputs)[0, :, 2, 3].argmax()
    changes = step * torch.eye(inputs.numel(), dtype=torch.float64).reshape(-1, *inputs.shape[1:])
    above, below = (network(inputs + sign * changes)[:, winner, 2, 3] for sign in (1, -1))
    slopes = ((above - below) / (2 * step)).reshape(3, 6, 5)
    np.testing.assert_allclose(
        saliency(network, inputs, 2, 3), slopes.abs().sum(dim=0), rtol=1e-5, atol=1e-9
    )


def test_measuring_leaves_the_networks_alone_and_threads_do_not_mix(predictor, chelsea):
    network, inputs = predictor.network("unet"), to_input(chelsea)
    whole = (0, 0, 127, 127)
    places = [(10, 20), (90, 30), (64, 64), (10, 20)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda p: measure(network, inputs, *p, whole), places))
    assert not any(p.requires_grad or p.grad is not None for p in network.parameters())
    assert not inputs.requires_grad
    np.testing.assert_allclose(found[0].gradient, found[3].gradient, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(
        found[1].gradient, measure(network, inputs, 90, 30, whole).gradient, rtol=1e-4, atol=1e-7
    )


def test_shares_of_a_gradient_by_hand():
    gradient = np.zeros((5, 5), np.float32)
    gradient[1, 1], gradient[0, 2], gradient[4, 1] = 4, 3, 3
    found = Measured(gradient, row=1, column=1)
    assert found.support == (0, 1, 4, 2)
    assert [found.within(side) for side in (1, 3, 5, 7)] == pytest.approx([0.4, 0.7, 0.7, 1])
    assert found.half == 3
    nothing = Measured(np.zeros((5, 5), np.float32), row=1, column=1)
    assert (nothing.support, nothing.within(3), nothing.half) == (None, None, None)


def test_a_square_may_be_larger_than_the_photo():
    found = Measured(np.ones((5, 5), np.float32), row=0, column=0)
    assert found.within(9) == found.within(97) == 1


# ---- Skip connections ----


NARROW = (3,) * 6  # channels: the same fields, less work


def test_what_single_skips_see_by_hand():
    """The finest: three 3x3 convolutions. Each level down sees about twice as far."""
    fields = skip_fields(EncoderDecoder(skips=True, widths=NARROW), 1024)
    assert [extent(field) for field in fields] == [318, 158, 78, 38, 18, 7]
    assert box(fields[-1], 0, 500) == (0, 497, 3, 503)
    assert skip_fields(EncoderDecoder(skips=False, widths=NARROW)) == []


@pytest.mark.parametrize("level", range(6))
def test_a_skip_s_field_is_exact_where_all_other_ways_are_cut(level):
    torch.manual_seed(0)
    network = EncoderDecoder(skips=True, widths=NARROW).double().eval()
    for parameter in network.parameters():
        parameter.data.abs_()  # nothing vanishes by chance
    for depth, decoder in enumerate(network.decoders):
        weight = decoder.refine[0].weight.data
        half = weight.shape[1] // 2  # what comes from below, then the skip
        if depth == level:
            weight[:, :half] = 0
        elif depth > level:
            weight[:, half:] = 0
    field = skip_fields(network, 256)[level]
    for encoder in network.encoders:
        encoder.pool = nn.AvgPool2d(2)
    network.requires_grad_(False)
    inputs = torch.rand(1, 3, 256, 256, dtype=torch.float64)
    for place in ((0, 255), (128, 100)):
        found = Measured(saliency(network, inputs, *place), *place)
        assert found.support == box(field, *place)
