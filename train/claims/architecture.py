"""Claims that follow from how the networks are built, computed from the networks themselves."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from segdemo.analysis.receptive_field import extent, receptive_field, skip_fields
from segdemo.data.preprocessing import SIZE
from segdemo.evaluation.model_stats import model_stats
from segdemo.models import checkpoints
from segdemo.models.blocks import Decoder
from segdemo.models.checkpoints import LEFT
from segdemo.models.encoders import REDUCTION, WIDTHS
from segdemo.models.registry import NETWORKS, STAGES
from train.claims.claim import NETWORKS_ALONE, Claim, Evidence, Figure

SIDES = (64, 96, 128, 192, 256)  # pixels: heights and widths that are tried


def _meta(key: str) -> nn.Module:
    """The stage's network without memory for weights."""
    with torch.device("meta"):
        return STAGES[key].build().eval()


def _reads(key: str, side: int) -> bool:
    """Whether a photo of side x side gives labels of side x side."""
    try:
        output = _meta(key)(torch.empty(1, 3, side, side, device="meta"))
    except RuntimeError:  # PyTorch's, for shapes that do not fit
        return False
    return output.shape == (1, 3, side, side)


def _receptive_field(key: str, expected: int):
    def measure(_: Evidence) -> Figure:
        pixels = extent(receptive_field(_meta(key), SIZE))
        return Figure(pixels, pixels == expected, "px")

    return measure


def _colours_alone(evidence: Evidence) -> Figure:
    """Scores of one colour on two places, the rest of the photos being different."""
    photos = torch.rand(2, 3, 16, 16, generator=torch.manual_seed(0))
    photos[0, :, 3, 4] = photos[1, :, 12, 7]
    with torch.inference_mode():
        scores = evidence.network("cnn-1x1")(photos)
    difference = float((scores[0, :, 3, 4] - scores[1, :, 12, 7]).abs().max())
    return Figure(difference, difference < 1e-5, "largest difference")


def _nothing_outside_counts(evidence: Evidence) -> Figure:
    """The largest change of a score when every pixel outside the receptive field is another."""
    changes = []
    for key in ("cnn-5x5", "cnn-11x11"):
        reach = model_stats(STAGES[key]).receptive_field // 2
        photo, other = torch.randn(2, 1, 3, 64, 64, generator=torch.manual_seed(0))
        window = np.s_[..., 32 - reach : 33 + reach, 32 - reach : 33 + reach]
        other[window] = photo[window]
        with torch.inference_mode():
            one, two = (evidence.network(key)(x)[0, :, 32, 32] for x in (photo, other))
        changes.append(float((one - two).abs().max()))
    return Figure(max(changes), max(changes) < 1e-4, "largest change")


def _kernel_cost(_: Evidence) -> Figure:
    small, large = (model_stats(STAGES[key]).multiply_adds for key in ("cnn-5x5", "cnn-11x11"))
    return Figure(large / small, abs(large / small - (11 / 5) ** 2) < 0.05, "times")


def _pooling_is_cheap(_: Evidence) -> Figure:
    plain, pooled = (model_stats(STAGES[key]).multiply_adds for key in ("cnn-11x11", "fcn-reshape"))
    return Figure(plain / pooled, plain > 5 * pooled, "times fewer multiply-adds")


def _cell_of_2x2(_: Evidence) -> Figure:
    """The least fraction of the photo that one cell of the encoder's 2x2 map depends on."""
    field = receptive_field(nn.Sequential(*_meta("fcn-reshape").encoders), SIZE)
    widths = [last - first + 1 for first, last in field.tolist()]
    fraction = (min(widths) / SIZE) ** 2
    return Figure(100 * fraction, fraction > 0.7, "% of the photo")


def _head_parameters(_: Evidence) -> Figure:
    count = sum(weight.numel() for weight in _meta("fcn-reshape").out_conv.parameters())
    return Figure(count / 1e6, round(count / 1e6) == 101, "million")


def _weights_per_score(_: Evidence) -> Figure:
    """Weights that give one pixel its score for one class; no two pixels share any."""
    weights = _meta("fcn-reshape").out_conv.weight
    rows = SIZE * SIZE * 3
    return Figure(
        weights[0].numel(), len(weights) == rows and weights[0].numel() == 2048, "weights"
    )


def _head_rank(evidence: Evidence) -> Figure:
    stored = checkpoints.load(evidence.folder, STAGES["fcn-reshape"]).stored
    rank = stored["out_conv.weight" + LEFT].shape[1]
    return Figure(rank, rank == 64, "basis maps")


def _one_size(_: Evidence) -> Figure:
    read = [side for side in SIDES if _reads("fcn-reshape", side)]
    return Figure(len(read), read == [SIZE], f"of {len(SIDES)} sizes")


def _slide_s_head(_: Evidence) -> Figure:
    """Pictures that the slide's Conv2d and reshape(-1, 3, 128, 128) give for a 256x256 photo."""
    cells = 256 // REDUCTION
    with torch.device("meta"):
        head = nn.Conv2d(WIDTHS[-1], SIZE * SIZE * 3, kernel_size=2)
        pictures = len(head(torch.empty(1, WIDTHS[-1], cells, cells)).reshape(-1, 3, SIZE, SIZE))
    return Figure(pictures, pictures == 9, "pictures")


def _multiples_of_64(_: Evidence) -> Figure:
    keys = ("upsample-only", "encoder-decoder", "unet")
    right = [_reads(key, side) == (side % REDUCTION == 0) for key in keys for side in SIDES]
    return Figure(sum(right), all(right), f"of {len(right)} sizes read or not, as said")


def _plain_cnns_read_any_size(_: Evidence) -> Figure:
    read = [_reads(key, side) for key in NETWORKS if key.startswith("cnn") for side in SIDES]
    return Figure(sum(read), all(read), f"of {len(read)} sizes read")


def _no_giant_layer(_: Evidence) -> Figure:
    whole = model_stats(STAGES["upsample-only"]).parameters
    head = sum(weight.numel() for weight in _meta("upsample-only").classify.parameters())
    return Figure(100 * head / whole, head < 0.01 * whole, "% of its parameters in the head")


def _six_doublings(_: Evidence) -> Figure:
    decoders = [m for m in _meta("encoder-decoder").modules() if isinstance(m, Decoder)]
    doubling = [d for d in decoders if d.upsample.scale_factor == 2]
    return Figure(len(doubling), len(doubling) == len(decoders) == 6, "decoders")


def _ways_past_2x2(_: Evidence) -> Figure:
    without, with_skips = (len(skip_fields(_meta(key))) for key in ("encoder-decoder", "unet"))
    return Figure(with_skips, (without, with_skips) == (0, 6), "skip connections, 0 without")


def _skip_sizes(_: Evidence) -> Figure:
    """Sides of what each skip hands across; each is its encoder's map before the pooling."""
    sides = []
    network = _meta("unet")
    for encoder in network.encoders:
        encoder.pool.register_forward_hook(lambda _, inputs, __: sides.append(len(inputs[0][0, 0])))
    network(torch.empty(1, 3, SIZE, SIZE, device="meta"))
    return Figure(sides[0], sides == [128, 64, 32, 16, 8, 4], "px, the shallowest")


def _more_parameters_with_skips(_: Evidence) -> Figure:
    without, with_skips = (model_stats(STAGES[k]).parameters for k in ("encoder-decoder", "unet"))
    holds = f"{with_skips / 1e6:.1f} {without / 1e6:.1f}" == "18.9 12.6"
    return Figure(with_skips / without, holds, "times the parameters")


def _encoders_reach_further(_: Evidence) -> Figure:
    encoders = _meta("fcn-reshape").encoders
    fields = [receptive_field(nn.Sequential(*encoders[:n]), SIZE) for n in range(1, 7)]
    reaches = [int((field[:, 1] - field[:, 0]).max()) + 1 for field in fields]
    holds = reaches == sorted(set(reaches)) and [len(f) for f in fields] == [64, 32, 16, 8, 4, 2]
    return Figure(reaches[0], holds, f"px after the first, {reaches[-1]} after the last")


def _never_the_whole_photo(_: Evidence) -> Figure:
    largest = max(model_stats(s).receptive_field for k, s in NETWORKS.items() if k[:3] == "cnn")
    return Figure(largest, largest < SIZE, "px at most")


def _no_training(_: Evidence) -> Figure:
    count = model_stats(STAGES["kmeans"]).parameters
    return Figure(count, count == 0, "trained parameters")


def _no_inner_peak(_: Evidence) -> Figure:
    """Of 1,000 random 2x2 scores, those enlarged beyond their largest corner."""
    corners = torch.randn(1000, 1, 2, 2, generator=torch.manual_seed(0))
    enlarged = F.interpolate(corners, (SIZE, SIZE), mode="bilinear", align_corners=True)
    beyond = int((enlarged.amax((1, 2, 3)) > corners.amax((1, 2, 3)) + 1e-5).sum())
    return Figure(beyond, beyond == 0, "of 1,000")


def _straight_along_rows_only(_: Evidence) -> Figure:
    """How far [[0, 1], [1, 0]] enlarged strays from a straight line: rows 0, diagonal more."""
    enlarged = F.interpolate(
        torch.tensor([[[[0.0, 1.0], [1.0, 0.0]]]]), (9, 9), mode="bilinear", align_corners=True
    )[0, 0]
    rows = float(enlarged.diff(n=2).abs().max())
    diagonal = float(enlarged.diagonal().diff(n=2).abs().max())
    return Figure(diagonal, rows < 1e-6 < diagonal, "bend along the diagonal")


def _no_sharper(_: Evidence) -> Figure:
    """The steepest step between neighbours after bilinear upsampling by 2, of that before."""
    maps = torch.rand(50, 1, 16, 16, generator=torch.manual_seed(0))
    larger = F.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=True)
    ratio = float(larger.diff().abs().amax() / maps.diff().abs().amax())
    return Figure(ratio, ratio < 1, "of the steepest step")


def claims() -> tuple[Claim, ...]:
    """In the order of the lecture."""
    return tuple(
        Claim(name, says, keys, measure, NETWORKS_ALONE)
        for name, says, keys, measure in (
            (
                "kmeans-untrained",
                "k-means has no trained parameters",
                ("stages.kmeans.fixes", "compare.method.kmeans", "lesson.plan.baseline.show"),
                _no_training,
            ),
            (
                "receptive-field-1x1",
                "The receptive field of the 1x1 network is 1x1 px",
                ("stages.cnn-1x1.wrong", "lesson.plan.kernels.show"),
                _receptive_field("cnn-1x1", 1),
            ),
            (
                "same-colour-same-scores",
                "The 1x1 network gives one colour the same scores wherever it is",
                ("stages.cnn-1x1.wrong", "insight-pixel.look.cnn-1x1"),
                _colours_alone,
            ),
            (
                "receptive-field-5x5",
                "The receptive field of the 5x5 network is 17x17 px",
                ("stages.cnn-5x5.fixes", "stages.cnn-5x5.wrong", "lesson.plan.kernels.show"),
                _receptive_field("cnn-5x5", 17),
            ),
            (
                "receptive-field-11x11",
                "The receptive field of the 11x11 network is 41x41 px",
                ("stages.cnn-11x11.fixes", "lesson.plan.kernels.show"),
                _receptive_field("cnn-11x11", 41),
            ),
            (
                "outside-the-receptive-field",
                "Nothing outside its receptive field changes a pixel's scores",
                ("insight-pixel.intro",),
                _nothing_outside_counts,
            ),
            (
                "plain-cnns-never-see-all",
                "In the networks without pooling no filter sees the whole photo of 128x128 px",
                ("insight-layers.look.conv-block",),
                _never_the_whole_photo,
            ),
            (
                "cost-of-kernels",
                "11x11 kernels cost (11/5)^2 = 4.8 times as much as 5x5",
                ("stages.cnn-11x11.wrong",),
                _kernel_cost,
            ),
            (
                "pooling-is-cheap",
                "With pooling the whole photo costs less than 41x41 px without",
                ("stages.fcn-reshape.fixes", "lesson.plan.reshape.title"),
                _pooling_is_cheap,
            ),
            (
                "cells-of-2x2",
                "Each cell of the encoder's 2x2 map sees most of the photo",
                ("stages.fcn-reshape.fixes",),
                _cell_of_2x2,
            ),
            (
                "encoders-reach-further",
                "Each encoder halves height and width, and its filters reach further",
                ("insight-layers.look.encoder",),
                _encoders_reach_further,
            ),
            (
                "reshape-head",
                "The reshape head is one layer with 101 million parameters",
                ("stages.fcn-reshape.wrong", "lesson.plan.reshape.show"),
                _head_parameters,
            ),
            (
                "reshape-weights",
                "For every pixel and class the reshape head has 2,048 weights of its own",
                (
                    "stages.fcn-reshape.wrong",
                    "insight-layers.look.head",
                    "insight-layers.look.reshape",
                    "insight-pixel.look.fcn-reshape",
                    "insight-sizes.intro",
                ),
                _weights_per_score,
            ),
            (
                "reshape-rank",
                "As shipped, these weights are sums of 64 basis maps",
                ("insight-layers.look.head",),
                _head_rank,
            ),
            (
                "reshape-one-size",
                "The reshape network reads 128x128 px and no other size",
                ("stages.fcn-reshape.wrong", "insight-sizes.intro", "insight-sizes.cannot"),
                _one_size,
            ),
            (
                "slide-s-head-at-256",
                "At 256x256 the slide's Conv2d and reshape return 9 pictures and no error",
                ("insight-sizes.cannot",),
                _slide_s_head,
            ),
            (
                "any-multiple-of-64",
                "Without the reshape head the networks with pooling read any multiple of 64",
                ("stages.upsample-only.fixes", "insight-sizes.intro"),
                _multiples_of_64,
            ),
            (
                "plain-cnns-read-any-size",
                "The networks without pooling read any size",
                ("insight-sizes.intro",),
                _plain_cnns_read_any_size,
            ),
            (
                "no-giant-layer",
                "Upsampling alone needs no giant layer",
                ("stages.upsample-only.fixes",),
                _no_giant_layer,
            ),
            (
                "no-inner-peak",
                "Bilinear interpolation has no peak between its corners",
                ("stages.upsample-only.wrong",),
                _no_inner_peak,
            ),
            (
                "straight-along-rows",
                "Bilinear interpolation is straight along rows and columns, not in between",
                ("insight-layers.look.upsample", "insight-layers.about.upsample"),
                _straight_along_rows_only,
            ),
            (
                "upsampled-no-sharper",
                "Bilinear upsampling makes no step between neighbours steeper",
                ("upsampling.features.intro", "insight-layers.about.upsample"),
                _no_sharper,
            ),
            (
                "six-doublings",
                "The encoder-decoder doubles the size six times, a convolution after each",
                ("stages.encoder-decoder.fixes", "upsampling.features.masks"),
                _six_doublings,
            ),
            (
                "ways-past-2x2",
                "The U-Net has six ways past the 2x2 map, the encoder-decoder none",
                (
                    "insight-pixel.look.encoder-decoder",
                    "insight-pixel.look.unet",
                    "insight-skips.intro",
                ),
                _ways_past_2x2,
            ),
            (
                "skips-before-pooling",
                "A skip hands over its encoder's map before the pooling, the largest 128x128",
                ("insight-layers.look.decoder.skip", "insight-skips.levels"),
                _skip_sizes,
            ),
            (
                "parameters-with-skips",
                "With skips the decoder reads more channels: 18.9 against 12.6 million parameters",
                ("insight-skips.intro",),
                _more_parameters_with_skips,
            ),
        )
    )
