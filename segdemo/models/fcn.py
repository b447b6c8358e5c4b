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
        self.enlarge = nn.ModuleList(
            nn.Upsample(scale_factor=stride, mode="bilinear", align_corners=False)
            for stride in STRIDES
        )

    def forward(self, x: Tensor) -> Tensor | list[Tensor]:
        """The logits; in training those of every stride, each of which has a loss."""
        if self.training:
            return self.every_stride(x)
        return self.enlarge[-1](self.totals(x)[-1])

    def every_stride(self, x: Tensor) -> list[Tensor]:
        """The logits with one more map each, by STRIDES."""
        return [enlarge(total) for enlarge, total in zip(self.enlarge, self.totals(x))]

    def totals(self, x: Tensor) -> list[Tensor]:
        """The maps' sums so far, (N, 3, H/stride, W/stride), by STRIDES."""
        features = []
        for encoder in self.encoders:
            x = encoder(x)
            features.insert(0, x)  # (N, width, H/stride, W/stride)
        totals = [self.scores[0](features[0])]
        for score, feature in zip(self.scores[1:], features[1:]):
            totals.append(self.upsample(totals[-1]) + score(feature))
        return totals
