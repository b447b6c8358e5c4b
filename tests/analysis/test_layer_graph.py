"""A network taken apart: its blocks are the network, and what is shown of them is what they do."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import pytest
import torch
from torch import nn

from segdemo.analysis.layer_graph import blocks
from segdemo.analysis.layer_outputs import Activation, activations
from segdemo.data.preprocessing import to_input
from segdemo.inference import Predictor
from segdemo.models import complexity
from segdemo.models.registry import NETWORKS, Stage, get_stage

ENCODERS = [(64, 64, 64), (128, 32, 32), (256, 16, 16), (512, 8, 8), (512, 4, 4), (512, 2, 2)]
DECODERS = [(512, 4, 4), (512, 8, 8), (256, 16, 16), (128, 32, 32), (64, 64, 64), (64, 128, 128)]


def shapes(key: str) -> list[tuple[int, int, int]]:
    return [block.output.shape for block in blocks(get_stage(key))]


def taken_apart(predictor: Predictor, key: str, photo) -> dict[str, Activation]:
    return activations(get_stage(key), predictor.network(key), to_input(photo))


# ---- The blocks ----


@pytest.mark.parametrize("key", NETWORKS)
def test_parameters_are_the_network_s(key):
    stage = get_stage(key)
    with torch.device("meta"):
        network = stage.build()
    assert sum(block.parameters for block in blocks(stage)) == complexity.parameters(network)


def test_shapes_of_the_slides():
    assert shapes("cnn-5x5") == [(64, 128, 128)] * 3 + [(3, 128, 128)]
    assert shapes("fcn-reshape") == [*ENCODERS, (128 * 128 * 3, 1, 1), (3, 128, 128)]
    assert shapes("upsample-only") == [*ENCODERS, (3, 2, 2), (3, 128, 128)]
    assert shapes("encoder-decoder") == [*ENCODERS, *DECODERS, (3, 128, 128)]
    assert shapes("unet") == [*ENCODERS, *DECODERS, (3, 128, 128)]


def test_what_is_inside_the_blocks():
    unet = blocks(get_stage("unet"))
    convolved = ["conv", "norm", "relu"]
    assert [layer.kind for layer in unet[2].layers] == [*convolved, "pool"]
    assert [layer.kind for layer in unet[8].layers] == ["upsample", "cat", *convolved]
    assert [layer.size for layer in unet[2].layers] == [3, None, None, 2]
    assert blocks(get_stage("upsample-only"))[-1].output.size == 64
    assert [block.kernel for block in blocks(get_stage("cnn-11x11"))] == [11] * 4
    assert [block.kernel for block in blocks(get_stage("upsample-only"))[-2:]] == [1, None]


def test_skips_join_what_has_the_same_size():
    unet = blocks(get_stage("unet"))
    mirrored = [f"encoders.{i}" for i in reversed(range(6))]
    assert [block.skip for block in unet] == [None] * 6 + mirrored + [None]
    for key in set(NETWORKS) - {"unet"}:
        assert not any(block.skip for block in blocks(get_stage(key)))


# ---- What they make of a photo ----


@pytest.mark.parametrize("key", NETWORKS)
def test_the_last_block_gives_the_network_s_logits(predictor, chelsea, key):
    last = taken_apart(predictor, key, chelsea)[blocks(get_stage(key))[-1].output.name]
    with torch.inference_mode():
        logits = predictor.network(key)(to_input(chelsea))[0]
    torch.testing.assert_close(last.maps, logits[last.channels], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("key", ["cnn-1x1", "fcn-reshape", "unet"])
def test_every_layer_is_seen_before_the_next_one_overwrites_it(predictor, chelsea, key):
    """PyTorch's own hooks, on a copy whose ReLUs leave their input alone, see the same."""
    network, outputs = deepcopy(predictor.network(key)), {}
    for way, module in network.named_modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
        module.register_forward_hook(
            lambda _, __, output, way=way: outputs.update({way: output[0]})
        )
    with torch.inference_mode():
        network(to_input(chelsea))
    found = taken_apart(predictor, key, chelsea)
    modules = [way for way in found if way in outputs]
    assert len(found) - len(modules) == {"cnn-1x1": 0, "fcn-reshape": 1, "unet": 6}[key]
    for way in modules:
        output = outputs[way]
        torch.testing.assert_close(found[way].means, output.mean((1, 2)), atol=1e-4, rtol=1e-4)
        maps = output[found[way].channels]
        torch.testing.assert_close(found[way].maps, maps, atol=1e-4, rtol=1e-4)
        assert found[way].dead == sum(not channel.any() for channel in output)


class Constants(nn.Module):
    """Each channel of what it gives has one value everywhere."""

    def __init__(self):
        super().__init__()
        self.give = nn.Conv2d(3, 5, kernel_size=1)
        self.give.weight.data.zero_()
        self.give.bias.data = torch.tensor([1.0, 3.0, 0.0, 2.0, -4.0])

    def forward(self, x):
        return self.give(x)


def test_most_active_first_and_the_dead_counted():
    network = Constants()
    stage = Stage("constants", "", Constants)
    found = activations(stage, network, torch.rand(1, 3, 128, 128))["give"]
    assert found.channels == [1, 3, 0, 2, 4]
    assert found.means.tolist() == [1, 3, 0, 2, -4]
    assert found.maps[:, 7, 9].tolist() == [3, 2, 1, 0, -4]
    assert found.dead == 1


def test_threads_that_ask_at_once_get_their_own_maps(predictor, chelsea):
    """Other stages, other photos, and stages whose graphs are still to be traced."""
    turned = chelsea.rotate(180)
    questions = [(key, photo) for key in ("cnn-1x1", "unet") for photo in (chelsea, turned)]
    expected = [taken_apart(predictor, *question) for question in questions]
    blocks.cache_clear()
    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(lambda question: taken_apart(predictor, *question), questions * 3)
        apart = list(threads.map(blocks, [get_stage(key) for key in NETWORKS] * 2))
        for answer, right in zip(answers, expected * 3):
            assert answer.keys() == right.keys()
            for way in right:
                torch.testing.assert_close(answer[way].means, right[way].means)
                torch.testing.assert_close(answer[way].maps, right[way].maps)
    assert apart[: len(NETWORKS)] == apart[len(NETWORKS) :]
