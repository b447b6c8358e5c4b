"""How feature maps are upsampled inside the encoder-decoder, step by step.

Source: slide *How to Upsample Feature Maps*: what is only upsampled lacks details; the decoder's
convolution after it combines channels into shapes of its own.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from segdemo.models import EncoderDecoder
from segdemo.models.blocks import Decoder


@dataclass(frozen=True)
class DecoderStep:
    """What one Decoder does to one photo's feature map, without the batch dimension."""

    before: Tensor  # (C, h, w), what the Decoder receives
    upsampled: Tensor  # (C, 2h, 2w), after its upsampling alone
    convolved: Tensor  # (C', 2h, 2w), after its convolution, batch normalisation and ReLU too


def decoder_steps(network: EncoderDecoder, inputs: Tensor) -> list[DecoderStep]:
    """The steps of every Decoder, the deepest first, for one normalised photo (1, 3, H, W).

    `network` has no skips and is in evaluation mode; H and W are multiples of 64. The last
    step's `convolved` is what the network classifies.
    """
    steps = []
    with torch.inference_mode():
        x = inputs
        for encoder in network.encoders:
            x = encoder(x)  # (1, C, H/2^i, W/2^i)
        for decoder in network.decoders:
            assert isinstance(decoder, Decoder)
            before, x = x, decoder(x)
            steps.append(DecoderStep(before[0], decoder.upsample(before)[0], x[0]))
    return steps


def most_like(features: Tensor, mask: Tensor, count: int) -> list[int]:
    """The channels of (C, h, w) features that most resemble a mask (H, W), best first.

    By correlation with the mask at the features' size; H and W are multiples of h and w. A channel
    of one value all over resembles nothing.
    """
    height, width = features.shape[1:]
    small = F.adaptive_avg_pool2d(mask[None], (height, width)).flatten()  # (h * w,)
    channels = features.flatten(1)
    channels = channels - channels.mean(dim=1, keepdim=True)
    likeness = F.cosine_similarity(channels, (small - small.mean())[None], dim=1)
    return likeness.topk(min(count, len(likeness))).indices.tolist()


def most_active(features: Tensor, count: int) -> list[int]:
    """The channels of (C, h, w) features with the largest mean, `count` of them, largest first."""
    means = features.mean(dim=(1, 2))
    return means.topk(min(count, len(means))).indices.tolist()
