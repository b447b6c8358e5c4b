"""A U-Net with skips zeroed: against forwards written out by hand, and against itself."""

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from support.helpers import refusal

from segdemo.analysis.skip_ablation import (
    ALL,
    LEVELS,
    Ablation,
    changed_fraction,
    effects,
    parse_levels,
)
from segdemo.data.preprocessing import to_input
from segdemo.metrics import class_fractions, confusion_matrix, score
from segdemo.models import EncoderDecoder
from segdemo.models.encoders import WIDTHS

SIDE = 64  # pixels: the smallest photo that six poolings allow
SETS = [frozenset(), *({level} for level in LEVELS), frozenset({1, 3}), frozenset({4, 5, 6}), ALL]


@pytest.fixture(scope="module")
def untrained():
    torch.manual_seed(0)
    return EncoderDecoder(skips=True).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def inputs():
    return torch.randn(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


def by_hand(network, x, zeroed):
    """The slide's forward, every skip multiplied by 0 or 1."""
    skips = []
    for encoder in network.encoders:
        skips.append(F.relu(encoder.convolve[1](encoder.convolve[0](x))))
        x = F.max_pool2d(skips[-1], 2)
    for level, decoder in zip((6, 5, 4, 3, 2, 1), network.decoders):
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)
        x = torch.cat([x, skips[level - 1] * (level not in zeroed)], dim=1)
        x = F.relu(decoder.refine[1](decoder.refine[0](x)))
    return network.classify(x)[0]


@pytest.mark.parametrize("zeroed", SETS, ids=lambda levels: str(sorted(levels)))
def test_the_answer_is_that_of_a_forward_written_out(untrained, inputs, zeroed):
    expected = by_hand(untrained, inputs, zeroed)
    [answer] = Ablation(untrained, inputs).logits([zeroed])
    torch.testing.assert_close(answer, expected, atol=1e-5, rtol=1e-4)


def test_with_nothing_zeroed_it_is_the_trained_network_s_own_answer(predictor, chelsea):
    unet, photo = predictor.network("unet"), to_input(chelsea)
    [answer] = Ablation(unet, photo).logits([frozenset()])
    with torch.inference_mode():
        torch.testing.assert_close(answer, unet(photo)[0])


def test_a_level_takes_the_skip_of_its_own_resolution_away(untrained, inputs):
    network, seen = EncoderDecoder(skips=True).eval(), []
    network.load_state_dict(untrained.state_dict())
    for decoder in network.decoders:
        decoder.register_forward_pre_hook(lambda _, given: seen.append(given[1].shape))
    shapes = {
        level: (1, WIDTHS[level - 1], SIDE >> (level - 1), SIDE >> (level - 1)) for level in LEVELS
    }
    ablation = Ablation(network, inputs)
    for level in LEVELS:
        seen.clear()
        ablation.logits([{level}])
        assert seen == [shapes[kept] for kept in reversed(LEVELS) if kept != level]


def test_sets_together_answer_as_each_by_itself(untrained, inputs):
    sets = [frozenset(pair) for pair in combinations(LEVELS, 2)]
    ablation = Ablation(untrained, inputs)
    together = ablation.logits(sets)
    for zeroed, answer in zip(sets, together):
        assert torch.equal(answer, ablation.logits([zeroed])[0])


def test_threads_share_one_network(untrained, inputs):
    alone = [Ablation(untrained, inputs).logits([zeroed]) for zeroed in SETS]
    shared = Ablation(untrained, inputs)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda zeroed: shared.logits([zeroed]), SETS))
    for answer, expected in zip(answers, alone):
        assert torch.equal(answer, expected)


def test_shares_are_counted():
    labels = np.array([[0, 1, 2, 2], [0, 0, 2, 2]], dtype=np.uint8)
    intact = np.array([[0, 1, 2, 1], [0, 0, 1, 2]], dtype=np.uint8)
    assert changed_fraction(labels, intact) == 2 / 8
    assert class_fractions(labels) == {"pet": 3 / 8, "background": 1 / 8, "border": 4 / 8}


def test_effects_are_measured_against_the_intact_network_where_no_truth_is_known(untrained, inputs):
    ablation = Ablation(untrained, inputs)
    intact = ablation.logits([frozenset()])[0].argmax(0).numpy().astype(np.uint8)
    nothing, everything = effects(ablation, [frozenset(), ALL], intact.shape)
    assert nothing.changed == 0
    assert nothing.score.miou == 1
    labels = ablation.logits([ALL])[0].argmax(0).numpy()
    np.testing.assert_array_equal(everything.labels, labels)
    assert everything.changed == (labels != intact).mean() > 0
    assert everything.score == score(confusion_matrix(labels, intact))


def test_effects_are_measured_against_a_truth_of_its_own_size(untrained, inputs):
    ablation = Ablation(untrained, inputs)
    logits = ablation.logits([{1}])
    truth = np.random.default_rng(0).integers(0, 3, (96, 160)).astype(np.uint8)
    [effect] = effects(ablation, [frozenset({1})], (40, 50), truth)
    enlarged = F.interpolate(logits, truth.shape, mode="bilinear", align_corners=False)
    expected = score(confusion_matrix(enlarged[0].argmax(0).numpy(), truth))
    assert effect.labels.shape == (40, 50)
    assert effect.score.miou == pytest.approx(expected.miou, abs=1e-3)


def test_levels_are_read_as_json_has_them():
    assert parse_levels([]) == frozenset()
    assert parse_levels([6, 1, 1.0, "3"]) == {1, 3, 6}


@pytest.mark.parametrize(
    "levels", [[0], [7], [1, 1.5], ["x"], [None], [True], [[1]], None, 3, "1", {"1": 1}]
)
def test_what_is_no_list_of_levels_is_refused(levels):
    assert "[1, 3]" in str(refusal(parse_levels, levels))
