"""Large convolutions in the frequency domain, where they need far fewer multiplications.

Directly, an 11x11 convolution multiplies 121 times for each pixel and pair of channels. In the
frequency domain (the convolution theorem) it multiplies once for each frequency. A tile of 42x42
real pixels has 42 * 22 of them, each a product of complex numbers, which are four of real ones;
of its result 32x32 pixels are right: 42 * 22 * 4 / 32**2 = 3.6 multiplications instead of 121. The
transforms to and fro come on top, but are made for each channel, not for each pair.

Source: overlap-save, as in Oppenheim and Schafer, *Discrete-Time Signal Processing*, 8.7; for
networks Mathieu, Henaff, LeCun, *Fast Training of Convolutional Networks through FFTs*, 2013,
arXiv 1312.5851.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

TILE = 42  # pixels; an 11x11 convolution covers 128 of them with four tiles, nothing left over
# In float32 a layer of 64 -> 64 channels takes a third of the direct one's time, one of 5x5 twice
# with its best tile, 36; the first layer, of 3 channels, has too few pairs to win.
LEAST_KERNEL, LEAST_CHANNELS = 11, 64


def has_large_convolutions(network: nn.Module) -> bool:
    """Whether the network has layers that are faster in the frequency domain."""
    return any(map(_is_large, network.modules()))


def transform_large_convolutions(network: nn.Module) -> None:
    """Replace these layers, in place, by ones of the same output but for the last bits."""
    for name, layer in list(network.named_modules()):
        if isinstance(layer, nn.Conv2d) and _is_large(layer):
            network.set_submodule(name, FrequencyConv2d(layer))


def _is_large(layer: nn.Module) -> bool:
    return (
        isinstance(layer, nn.Conv2d)
        and min(layer.kernel_size) >= LEAST_KERNEL
        and layer.in_channels >= LEAST_CHANNELS
    )


class FrequencyConv2d(nn.Module):
    """A Conv2d of an odd square kernel and a padding that keeps height and width.

    (1, in_channels, H, W) -> (1, out_channels, H, W), any H and W. The weights are transformed
    once, and take 30 MB for 64 -> 64 channels.
    """

    def __init__(self, direct: nn.Conv2d):
        super().__init__()
        assert direct.bias is not None
        self.overlap = direct.kernel_size[0] - 1  # of neighbouring tiles
        self.bias = direct.bias[:, None, None]
        # The theorem is about a kernel that is flipped; a network's Conv2d does not flip it.
        weight = torch.fft.rfft2(direct.weight.flip(2, 3), s=(TILE, TILE))
        self.weight = weight.permute(2, 3, 0, 1).flatten(0, 1).contiguous()  # (frequency, out, in)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        step, margin = TILE - self.overlap, self.overlap // 2
        rows, columns = -(-height // step), -(-width // step)
        bottom, right = rows * step - height + margin, columns * step - width + margin
        x = F.pad(x[0].contiguous(), (margin, right, margin, bottom))
        x = x.unfold(1, TILE, step).unfold(2, TILE, step)  # (in, rows, columns, TILE, TILE)
        x = torch.fft.rfft2(x).permute(3, 4, 0, 1, 2)
        # Contiguous, else PyTorch multiplies matrix by matrix, in ten times the time.
        x = self.weight @ x.flatten(3).flatten(0, 1).contiguous()  # (frequency, out, tile)
        x = x.unflatten(0, (TILE, -1)).permute(2, 3, 0, 1)
        x = torch.fft.irfft2(x, s=(TILE, TILE))
        x = x[..., self.overlap :, self.overlap :]  # what is before has wrapped around
        x = x.unflatten(1, (rows, columns)).permute(0, 1, 3, 2, 4)
        x = x.flatten(3).flatten(1, 2)  # (out, rows * step, columns * step)
        return (x[:, :height, :width] + self.bias)[None]
