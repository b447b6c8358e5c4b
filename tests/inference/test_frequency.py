"""Convolution in the frequency domain: the same numbers as F.conv2d's, where it is used."""

import pytest
import torch
from conftest import CHECKPOINTS
from torch import nn

from segdemo.inference.backends.frequency import (
    FrequencyConv2d,
    has_large_convolutions,
    transform_large_convolutions,
)
from segdemo.inference.backends.fusion import fuse_for_inference
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS


@pytest.mark.parametrize("kernel", [1, 5, 11])
@pytest.mark.parametrize("size", [(128, 128), (1, 1), (33, 70)])
@torch.inference_mode()
def test_it_is_the_direct_convolution(kernel, size):
    """Also at the borders, where what is wrapped around would show, and between tiles."""
    torch.manual_seed(0)
    direct = nn.Conv2d(6, 4, kernel, padding=kernel // 2)
    x = torch.randn(1, 6, *size)
    torch.testing.assert_close(FrequencyConv2d(direct)(x), direct(x), atol=1e-5, rtol=0)


@pytest.mark.parametrize("key", NETWORKS)
def test_it_is_used_where_it_wins(key):
    network = fuse_for_inference(checkpoints.load(CHECKPOINTS, NETWORKS[key]))
    assert has_large_convolutions(network) == (key == "cnn-11x11")
    transform_large_convolutions(network)
    replaced = [n for n, layer in network.named_modules() if isinstance(layer, FrequencyConv2d)]
    assert replaced == (["conv2.0", "conv3.0", "conv4"] if key == "cnn-11x11" else [])
