"""The same function in fewer operations: what a network becomes before it only answers."""

import torch
from torch import nn
from torch.nn.utils import fuse_conv_bn_eval

from segdemo.models.blocks import ConvBlock
from segdemo.models.checkpoints import LEFT, RIGHT, Checkpoint, expand


def fuse_for_inference(checkpoint: Checkpoint) -> nn.Module:
    """A network of the same outputs, but for the last bits: float32, evaluation mode.

    As `network_of_factors` makes it, and batch normalisation is folded into the convolution
    before it.
    """
    network = network_of_factors(checkpoint)
    for block in network.modules():
        if isinstance(block, ConvBlock):
            convolution, normalisation, _ = block
            assert isinstance(convolution, nn.Conv2d)
            assert isinstance(normalisation, nn.BatchNorm2d)
            block[0] = fuse_conv_bn_eval(convolution, normalisation)
            block[1] = nn.Identity()
    return network


def network_of_factors(checkpoint: Checkpoint) -> nn.Module:
    """The lecture's network, but for its head: float32, evaluation mode.

    A convolution whose weight is stored as two factors becomes two convolutions, so that the
    product, 400 MB, is never made.
    """
    stored = dict(checkpoint.stored)
    with torch.device("meta"):
        network = checkpoint.stage.build()
        for weight in [name.removesuffix(LEFT) for name in stored if name.endswith(LEFT)]:
            layer = weight.removesuffix(".weight")
            whole = network.get_submodule(layer)
            assert isinstance(whole, nn.Conv2d)
            left, right = stored.pop(weight + LEFT), stored.pop(weight + RIGHT)
            network.set_submodule(layer, _low_rank_conv(whole, rank=len(right)))
            stored[f"{layer}.0.weight"] = right.view(-1, *whole.weight.shape[1:])
            stored[f"{layer}.1.weight"] = left[:, :, None, None]
            stored[f"{layer}.1.bias"] = stored.pop(f"{layer}.bias")
    network.load_state_dict(expand(stored, network), assign=True)
    return network.eval().requires_grad_(False)


def _low_rank_conv(whole: nn.Conv2d, rank: int) -> nn.Sequential:
    """The convolution to `rank` channels, then one of 1x1 from them to its own."""
    height, width = whole.kernel_size
    return nn.Sequential(
        type(whole)(whole.in_channels, rank, (height, width), bias=False),
        nn.Conv2d(rank, whole.out_channels, kernel_size=1),
    )
