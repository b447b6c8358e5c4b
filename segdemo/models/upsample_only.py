"""How to upsample feature maps, the naive way: an encoder and only upsampling."""

from collections.abc import Sequence

from torch import Tensor, nn

from segdemo.models.encoders import REDUCTION, WIDTHS, encoders


class UpsampleOnly(nn.Module):
    """Encoder, a 1x1 convolution to 3 classes, one bilinear upsampling of factor 64.

    (N, 3, H, W) normalised photo -> (N, 3, H, W) logits, H and W multiples of 64.
    Source: slide *How to Upsample Feature Maps*, "only use image upsampling".
    """

    def __init__(self, widths: Sequence[int] = WIDTHS):
        super().__init__()
        self.encoders = encoders(widths)
        self.classify = nn.Conv2d(widths[-1], 3, kernel_size=1)
        self.upsample = nn.Upsample(scale_factor=REDUCTION, mode="bilinear", align_corners=True)

    def forward(self, x: Tensor) -> Tensor:
        for encoder in self.encoders:
            x = encoder(x)  # (N, 512, H/64, W/64) after the sixth
        x = self.classify(x)  # (N, 3, H/64, W/64)
        return self.upsample(x)  # (N, 3, H, W)
