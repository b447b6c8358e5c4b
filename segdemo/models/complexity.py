"""How large a network is and how much its convolutions compute, where nearly all of that is."""

from copy import deepcopy
from functools import partial

from torch import Tensor, nn


def parameters(network: nn.Module) -> int:
    """Number of trained values, batch normalisation's scale and shift included."""
    return sum(weight.numel() for weight in network.parameters())


def shapes_alone(network: nn.Module) -> nn.Module:
    """A copy that reads no weights, and gives zeros of the same shapes in next to no time.

    The "meta" device does so too, but it would load PyTorch's compiler: a second and 150 MB.
    """
    network = deepcopy(network)
    for name, module in list(network.named_modules()):
        if isinstance(module, nn.BatchNorm2d):
            network.set_submodule(name, nn.Identity())
        elif isinstance(module, nn.Conv2d):
            module.forward = partial(_zeros, module)  # pyright: ignore[reportAttributeAccessIssue]
    return network


def _zeros(layer: nn.Conv2d, x: Tensor) -> Tensor:
    """In place of the layer's output."""
    assert not isinstance(layer.padding, str)
    sides = zip(x.shape[2:], layer.kernel_size, layer.padding, layer.stride)
    size = [(side + 2 * padding - kernel) // stride + 1 for side, kernel, padding, stride in sides]
    return x.new_zeros(len(x), layer.out_channels, *size)


def convolution_multiply_adds(layer: nn.Conv2d, output: Tensor) -> int:
    """Those of one convolution that gave `output` (N, C, H, W): every weight once at every place.

    A 1x1 convolution from 3 to 64 channels on 2x2 pixels: 4 * 3 * 64 = 768.
    """
    return output[:, 0].numel() * layer.weight.numel()
