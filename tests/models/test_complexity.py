"""Parameters and multiply-adds against sums done by hand."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from segdemo.evaluation.model_stats import model_stats
from segdemo.models.complexity import convolution_multiply_adds, parameters
from segdemo.models.registry import NETWORKS

WIDTHS = (3, 64, 128, 256, 512, 512, 512)
UPWARDS = (512, 512, 512, 256, 128, 64, 64)
SKIPS = (512, 512, 512, 256, 128, 64)


def cnn(kernel: int) -> int:
    return 128**2 * kernel**2 * (3 * 64 + 64 * 64 + 64 * 64 + 64 * 3)


def encoder() -> int:
    levels = zip(WIDTHS, WIDTHS[1:])
    return sum((128 >> level) ** 2 * 9 * i * o for level, (i, o) in enumerate(levels))


def decoder(skips: bool) -> int:
    levels = zip(UPWARDS, UPWARDS[1:], SKIPS)
    blocks = (
        (4 << level) ** 2 * 9 * (i + skips * skip) * o for level, (i, o, skip) in enumerate(levels)
    )
    return sum(blocks) + 128**2 * 9 * 64 * 3


MULTIPLY_ADDS = {
    "cnn-1x1": cnn(1),
    "cnn-5x5": cnn(5),
    "cnn-11x11": cnn(11),
    "fcn-reshape": encoder() + 4 * 512 * 128 * 128 * 3,
    "upsample-only": encoder() + 4 * 512 * 3,
    "encoder-decoder": encoder() + decoder(skips=False),
    "unet": encoder() + decoder(skips=True),
}


def shape_of(key: str) -> nn.Module:
    with torch.device("meta"):
        return NETWORKS[key].build()


@pytest.mark.parametrize("key", NETWORKS)
def test_multiply_adds_are_those_of_the_layers(key):
    assert model_stats(NETWORKS[key]).multiply_adds == MULTIPLY_ADDS[key]


def test_one_convolution_by_hand():
    convolution = nn.Conv2d(3, 64, kernel_size=1)
    assert parameters(convolution) == 3 * 64 + 64
    output = convolution(torch.zeros(1, 3, 2, 2))
    assert convolution_multiply_adds(convolution, output) == 768


def test_smallest_network_s_parameters_by_hand():
    convolutions = (3 * 64 + 64) + 2 * (64 * 64 + 64) + (64 * 3 + 3)
    scales_and_shifts = 3 * 2 * 64
    assert parameters(shape_of("cnn-1x1")) == convolutions + scales_and_shifts


@pytest.mark.parametrize("key", NETWORKS)
def test_same_as_pytorch_s_own_counter(key):
    network = shape_of(key).eval()
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        network(torch.empty(1, 3, 128, 128, device="meta"))
    assert model_stats(NETWORKS[key]).multiply_adds == counter.get_total_flops() // 2
