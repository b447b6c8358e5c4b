"""The three blocks of the lecture (slides *Segmentation (1)*, *Encoding*, *Decoding*)."""

import torch
from torch import Tensor, nn


class ConvBlock(nn.Sequential):
    """Convolution that keeps height and width, batch normalisation, ReLU.

    (N, in_channels, H, W) -> (N, out_channels, H, W). The slide uses the name without
    printing the block; it is taken to be the encoder's without its pooling.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int):
        super().__init__(
            nn.Conv2d(in_channels, out_channels, kernel_size, padding=kernel_size // 2),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )


class Encoder(nn.Module):
    """3x3 ConvBlock, then 2x2 max pooling: half the height, half the width.

    (N, in_channels, H, W) -> (N, out_channels, H/2, W/2). Differs from the slide only in
    naming the two halves, because a skip connection leaves between them.
    """

    def __init__(self, in_channels: int, out_channels: int):
        super().__init__()
        self.convolve = ConvBlock(in_channels, out_channels, kernel_size=3)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        return self.pool(self.convolve(x))


class Decoder(nn.Module):
    """Upsampling by 2, the skip beside it if there is one, then a 3x3 ConvBlock.

    The upsampling is the slide's bilinear one, or "nearest".
    (N, in_channels - skip_channels, H, W) [, (N, skip_channels, 2H, 2W)]
    -> (N, out_channels, 2H, 2W).
    """

    def __init__(self, in_channels: int, out_channels: int, upsampling: str = "bilinear"):
        super().__init__()
        corners = True if upsampling == "bilinear" else None  # nearest has none to align
        self.upsample = nn.Upsample(scale_factor=2, mode=upsampling, align_corners=corners)
        self.refine = ConvBlock(in_channels, out_channels, kernel_size=3)

    def forward(self, x: Tensor, skip: Tensor | None = None) -> Tensor:
        x = self.upsample(x)
        if skip is not None:
            x = torch.cat([x, skip], dim=1)
        return self.refine(x)
