"""How large a network is and how much it computes, counted from the network itself."""

import torch
from torch import Tensor, nn


def parameters(network: nn.Module) -> int:
    """Number of trained values, batch normalisation's scale and shift included."""
    return sum(weight.numel() for weight in network.parameters())


def multiply_adds(network: nn.Module, size: int = 128) -> int:
    """Multiplications with an addition for one size x size RGB photo.

    Those of the convolutions, which is where nearly all of them are. The network is run once,
    in the mode it is in; on the "meta" device that computes nothing.
    """
    counts = []

    def count(layer: nn.Conv2d, _: object, output: Tensor) -> None:
        counts.append(convolution_multiply_adds(layer, output))

    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    hooks = [layer.register_forward_hook(count) for layer in convolutions]
    device = next(network.parameters()).device
    try:
        with torch.inference_mode():
            network(torch.zeros(1, 3, size, size, device=device))
    finally:
        for hook in hooks:
            hook.remove()
    return sum(counts)


def convolution_multiply_adds(layer: nn.Conv2d, output: Tensor) -> int:
    """Those of one convolution that gave `output` (N, C, H, W): every weight once at every place.

    A 1x1 convolution from 3 to 64 channels on 2x2 pixels: 4 * 3 * 64 = 768.
    """
    return output[:, 0].numel() * layer.weight.numel()
