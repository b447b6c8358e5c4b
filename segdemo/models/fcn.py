"""Further reading: fully convolutional networks, score maps added on the way up."""

from collections.abc import Sequence

from torch import Tensor, nn

from segdemo.models.encoders import WIDTHS, encoders

FIRST = 2  # encoders before the first that is scored
STRIDES = (64, 32, 16, 8)  # pixels between two scores of a map, the coarsest first


class FCN(nn.Module):
    """Encoder, a 1x1 convolution to 3 classes after each of levels 3 to 6, added on the way up.

    (N, 3, H, W) normalised photo -> (N, 3, H, W) logits, H and W multiples of 64. Source: Long,
    Shelhamer, Darrell, *Fully Convolutional Networks for Semantic Segmentation*, 2015, arXiv
    1411.4038. Differs in the lecture's encoder, whose strides are 64 to 8 (there 32 to 8), and in
    upsampling bilinearly throughout.
    """

    def __init__(self, widths: Sequence[int] = WIDTHS):
        super().__init__()
        self.encoders = encoders(widths)
        self.scores = nn.ModuleList(nn.Conv2d(width, 3, 1) for width in reversed(widths[FIRST:]))
        self.upsample = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)

    def forward(self, x: Tensor, every_stride: bool = False) -> Tensor | list[Tensor]:
        """The logits; `every_stride`: a list of them, each with one more map, by STRIDES."""
        features = []
        for encoder in self.encoders:
            x = encoder(x)
            features.insert(0, x)  # (N, width, H/stride, W/stride)
        total, outputs = None, []
        for score, feature, stride in zip(self.scores, features, STRIDES):
            new = score(feature)
            total = new if total is None else self.upsample(total) + new
            outputs.append(
                nn.functional.interpolate(
                    total, scale_factor=float(stride), mode="bilinear", align_corners=False
                )
            )
        return outputs if every_stride else outputs[-1]
