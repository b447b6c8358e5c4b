"""Segmentation (4): six Encoders and a head that convolves to 128*128*3 and reshapes."""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from segdemo.models.encoders import WIDTHS, encoders

SIZE = 128  # pixels: the only height and width this head can read and write


class FullConv2d(nn.Conv2d):
    """Conv2d whose kernel is as large as its input: one output pixel.

    The same sums as Conv2d's, written as the matrix product they are, because CPU
    convolutions take five times as long over it in training. Weight and input are read
    channels last, so neither is copied in that memory format.
    """

    def forward(self, x: Tensor) -> Tensor:
        x = x.permute(0, 2, 3, 1).flatten(1)  # (N, kernel * kernel * in_channels)
        weight = self.weight.permute(0, 2, 3, 1).flatten(1)
        return F.linear(x, weight, self.bias)[:, :, None, None]  # (N, out_channels, 1, 1)


class FCNReshape(nn.Module):
    """Encoder to 2x2, then `Conv2d(512, 128*128*3, kernel_size=2)` and a reshape.

    (N, 3, 128, 128) normalised photo -> (N, 3, 128, 128) logits. Source: slide
    *Segmentation (4)*. The head alone has 101 million parameters; every output pixel has
    weights of its own, so what a convolution gets for free has to be learnt at each place. Small
    shifts of the photo are followed all the same, far ones badly (`python -m train shifts`).
    """

    def __init__(self, widths: Sequence[int] = WIDTHS):
        super().__init__()
        self.encoders = encoders(widths)
        self.out_conv = FullConv2d(widths[-1], SIZE * SIZE * 3, kernel_size=2)

    def forward(self, x: Tensor) -> Tensor:
        for encoder in self.encoders:
            x = encoder(x)  # (N, 512, 2, 2) after the sixth
        x = self.out_conv(x)  # (N, 128*128*3, 1, 1)
        return x.reshape(-1, 3, SIZE, SIZE)
