"""Segmentation (5) and (6): encoder-decoder, without and with skip connections (U-Net)."""

from collections.abc import Sequence

from torch import Tensor, nn

from segdemo.models.blocks import Decoder
from segdemo.models.encoders import WIDTHS, encoders


class EncoderDecoder(nn.Module):
    """Six Encoders down, six Decoders up, a 3x3 convolution to 3 classes.

    (N, 3, H, W) normalised photo -> (N, 3, H, W) logits, H and W multiples of 64. With
    `skips`, each Decoder also sees the Encoder's feature map of its own resolution, taken
    before the pooling and concatenated after the upsampling. `widths`: the channels after each
    Encoder, of which there may be more or fewer than six.

    Source: slides *Segmentation (5)*, *Segmentation (6)*; Ronneberger, Fischer, Brox,
    *U-Net*, 2015, arXiv 1505.04597. The decoder mirrors the encoder's widths.
    What other domains change: `channels` of the output, `widths`, the Decoders' `upsampling`.
    """

    def __init__(
        self,
        skips: bool,
        widths: Sequence[int] = WIDTHS,
        channels: int = 3,
        upsampling: str = "bilinear",
    ):
        super().__init__()
        self.skips = skips
        self.encoders = encoders(widths)
        outputs = (*reversed(widths[:-1]), widths[0])  # 512, 512, 256, 128, 64, 64
        inputs = (widths[-1], *outputs)
        self.decoders = nn.ModuleList(
            Decoder(width + skip_width * skips, out_width, upsampling)
            for width, skip_width, out_width in zip(inputs, reversed(widths), outputs)
        )
        self.classify = nn.Conv2d(outputs[-1], channels, kernel_size=3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        features = []
        for encoder in self.encoders:
            features.append(encoder.convolve(x))  # (N, width, H/2^i, W/2^i)
            x = encoder.pool(features[-1])
        for decoder, skip in zip(self.decoders, reversed(features)):
            x = decoder(x, skip if self.skips else None)
        return self.classify(x)  # (N, channels, H, W)
