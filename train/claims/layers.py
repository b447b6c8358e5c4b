"""Claims about layers, upsampling and skip connections, computed from the networks themselves."""

import torch
import torch.nn.functional as F
from torch import nn

from segdemo.analysis.receptive_field import receptive_field, skip_fields
from segdemo.data.preprocessing import SIZE
from segdemo.evaluation.model_stats import model_stats
from segdemo.models.blocks import Decoder
from segdemo.models.registry import STAGES
from train.claims.claim import Evidence, Figure, claim, meta


@claim(
    "Upsampling alone needs no giant layer",
    "stages.upsample-only.fixes",
)
def no_giant_layer(_: Evidence) -> Figure:
    whole = model_stats(STAGES["upsample-only"]).parameters
    head = sum(weight.numel() for weight in meta("upsample-only").classify.parameters())
    return Figure(100 * head / whole, head < 0.01 * whole, "% of its parameters in the head")


@claim(
    "The encoder-decoder doubles the size six times, a convolution after each",
    "stages.encoder-decoder.fixes",
    "upsampling.features.masks",
)
def six_doublings(_: Evidence) -> Figure:
    decoders = [m for m in meta("encoder-decoder").modules() if isinstance(m, Decoder)]
    doubling = [d for d in decoders if d.upsample.scale_factor == 2]
    return Figure(len(doubling), len(doubling) == len(decoders) == 6, "decoders")


@claim(
    "The U-Net has six ways past the 2x2 map, the encoder-decoder none",
    "insight-pixel.look.encoder-decoder",
    "insight-pixel.look.unet",
    "insight.skips.claim",
    "insight-skips.intro",
    "insight.skips.claim",
)
def ways_past_2x2(_: Evidence) -> Figure:
    without, with_skips = (len(skip_fields(meta(key))) for key in ("encoder-decoder", "unet"))
    return Figure(with_skips, (without, with_skips) == (0, 6), "skip connections, 0 without")


@claim(
    "A skip hands over its encoder's map before the pooling, the largest 128x128",
    "insight-layers.look.decoder.skip",
    "insight-layers.key.skips",
    "insight-skips.levels",
)
def skips_before_pooling(_: Evidence) -> Figure:
    """Sides of what each skip hands across; each is its encoder's map before the pooling."""
    sides = []
    network = meta("unet")
    for encoder in network.encoders:
        encoder.pool.register_forward_hook(lambda _, inputs, __: sides.append(len(inputs[0][0, 0])))
    network(torch.empty(1, 3, SIZE, SIZE, device="meta"))
    return Figure(sides[0], sides == [128, 64, 32, 16, 8, 4], "px, the shallowest")


@claim(
    "With skips the decoder reads more channels: 18.9 against 12.6 million parameters",
    "insight-skips.fair",
)
def parameters_with_skips(_: Evidence) -> Figure:
    without, with_skips = (model_stats(STAGES[k]).parameters for k in ("encoder-decoder", "unet"))
    holds = f"{with_skips / 1e6:.1f} {without / 1e6:.1f}" == "18.9 12.6"
    return Figure(with_skips / without, holds, "times the parameters")


@claim(
    "Each encoder halves height and width, and its filters reach further",
    "insight-layers.look.encoder",
)
def encoders_reach_further(_: Evidence) -> Figure:
    encoders = meta("fcn-reshape").encoders
    fields = [receptive_field(nn.Sequential(*encoders[:n]), SIZE) for n in range(1, 7)]
    reaches = [int((field[:, 1] - field[:, 0]).max()) + 1 for field in fields]
    holds = reaches == sorted(set(reaches)) and [len(f) for f in fields] == [64, 32, 16, 8, 4, 2]
    return Figure(reaches[0], holds, f"px after the first, {reaches[-1]} after the last")


@claim(
    "k-means has no trained parameters",
    "stages.kmeans.fixes",
    "compare.method.kmeans",
    "lesson.plan.baseline.show",
)
def kmeans_untrained(_: Evidence) -> Figure:
    count = model_stats(STAGES["kmeans"]).parameters
    return Figure(count, count == 0, "trained parameters")


@claim(
    "Bilinear interpolation has no peak between its corners",
    "stages.upsample-only.wrong",
)
def no_inner_peak(_: Evidence) -> Figure:
    """Of 1,000 random 2x2 scores, those enlarged beyond their largest corner."""
    corners = torch.randn(1000, 1, 2, 2, generator=torch.manual_seed(0))
    enlarged = F.interpolate(corners, (SIZE, SIZE), mode="bilinear", align_corners=True)
    beyond = int((enlarged.amax((1, 2, 3)) > corners.amax((1, 2, 3)) + 1e-5).sum())
    return Figure(beyond, beyond == 0, "of 1,000")


@claim(
    "Bilinear interpolation is straight along rows and columns, not in between",
    "insight-layers.look.upsample",
    "insight-layers.about.upsample",
)
def straight_along_rows(_: Evidence) -> Figure:
    """How far [[0, 1], [1, 0]] enlarged strays from a straight line: rows 0, diagonal more."""
    enlarged = F.interpolate(
        torch.tensor([[[[0.0, 1.0], [1.0, 0.0]]]]), (9, 9), mode="bilinear", align_corners=True
    )[0, 0]
    rows = float(enlarged.diff(n=2).abs().max())
    diagonal = float(enlarged.diagonal().diff(n=2).abs().max())
    return Figure(diagonal, rows < 1e-6 < diagonal, "bend along the diagonal")


@claim(
    "Convolution, BatchNorm, ReLU and MaxPool do what is written beside them",
    *tuple(f"insight-layers.about.{name}" for name in ("conv", "norm", "relu", "pool")),
)
def layers_as_explained(evidence: Evidence) -> Figure:
    """The first encoder's layers as the page explains them, less PyTorch's, at most."""
    encoder = evidence.network("unet").encoders[0]
    conv, norm, _ = encoder.convolve
    x = torch.randn(1, 3, 8, 8, generator=torch.manual_seed(0))
    windows = F.unfold(x, 3, padding=1)  # (1, 27, 64)
    maps = (conv.weight.flatten(1) @ windows + conv.bias[:, None]).view(1, -1, 8, 8)
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    scaled = (maps - norm.running_mean[:, None, None]) * scale[:, None, None]
    scaled = scaled + norm.bias[:, None, None]
    squares = scaled.clamp(min=0).unfold(2, 2, 2).unfold(3, 2, 2).amax((4, 5))
    difference = float((squares - encoder(x)).abs().max())
    return Figure(difference, difference < 1e-4, "largest difference")


@claim(
    "Bilinear upsampling makes no step between neighbours steeper",
    "upsampling.features.upsampled",
    "insight-layers.about.upsample",
)
def upsampled_no_sharper(_: Evidence) -> Figure:
    """The steepest step between neighbours after bilinear upsampling by 2, of that before."""
    maps = torch.rand(50, 1, 16, 16, generator=torch.manual_seed(0))
    larger = F.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=True)
    ratio = float(larger.diff().abs().amax() / maps.diff().abs().amax())
    return Figure(ratio, ratio < 1, "of the steepest step")
