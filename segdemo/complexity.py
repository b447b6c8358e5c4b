"""How large a network is and how much it computes, counted from the network itself."""

from copy import deepcopy

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


def parameters(network: nn.Module) -> int:
    """Number of trained values, batch normalisation's scale and shift included."""
    return sum(weight.numel() for weight in network.parameters())


def multiply_adds(network: nn.Module, size: int = 128) -> int:
    """Multiplications with an addition for one size x size RGB photo.

        Convolutions and matrix products; bilinear upsampling, pooling, batch normalisation and
        ReLU are not counted. `size` must be one the network can read. Nothing is computed, the
        network is neither run nor changed; but counting makes torch import its compiler, which
    takes more than a second the first time.

        A 1x1 convolution from 3 to 64 channels on 2x2 pixels: 4 * 3 * 64 = 768.
    """
    # Handing deepcopy shapes in place of the weights copies the modules, not the 430 MB of
    # the reshape head.
    tensors = (*network.parameters(), *network.buffers())
    shapes = {id(tensor): torch.empty_like(tensor, device="meta") for tensor in tensors}
    skeleton = deepcopy(network, shapes).eval()
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        skeleton(torch.empty(1, 3, size, size, device="meta"))
    return counter.get_total_flops() // 2
