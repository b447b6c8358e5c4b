"""Claims about what the networks read and how large they are, computed from themselves."""

import numpy as np
import torch
from torch import nn

from segdemo.analysis.receptive_field import extent, receptive_field
from segdemo.data.preprocessing import SIZE
from segdemo.evaluation.model_stats import model_stats
from segdemo.models import checkpoints
from segdemo.models.checkpoints import LEFT
from segdemo.models.encoders import REDUCTION, WIDTHS
from segdemo.models.registry import NETWORKS, STAGES
from train.claims.claim import Evidence, Figure, claim, meta

SIDES = (64, 96, 128, 192, 256)  # pixels: heights and widths that are tried


def _reads(key: str, side: int) -> bool:
    """Whether a photo of side x side gives labels of side x side."""
    try:
        output = meta(key)(torch.empty(1, 3, side, side, device="meta"))
    except RuntimeError:  # PyTorch's, for shapes that do not fit
        return False
    return output.shape == (1, 3, side, side)


def _receptive_field(key: str, expected: int) -> Figure:
    pixels = extent(receptive_field(meta(key), SIZE))
    return Figure(pixels, pixels == expected, "px")


@claim(
    "The receptive field of the 1x1 network is 1x1 px",
    "stages.cnn-1x1.wrong",
    "lesson.plan.kernels.show",
)
def receptive_field_1x1(_: Evidence) -> Figure:
    return _receptive_field("cnn-1x1", 1)


@claim(
    "The receptive field of the 5x5 network is 17x17 px",
    "stages.cnn-5x5.fixes",
    "stages.cnn-5x5.wrong",
    "lesson.plan.kernels.show",
)
def receptive_field_5x5(_: Evidence) -> Figure:
    return _receptive_field("cnn-5x5", 17)


@claim(
    "The receptive field of the 11x11 network is 41x41 px",
    "stages.cnn-11x11.fixes",
    "lesson.plan.kernels.show",
)
def receptive_field_11x11(_: Evidence) -> Figure:
    return _receptive_field("cnn-11x11", 41)


@claim(
    "The 1x1 network gives one colour the same scores wherever it is",
    "stages.cnn-1x1.wrong",
    "insight-pixel.look.cnn-1x1",
)
def same_colour_same_scores(evidence: Evidence) -> Figure:
    """Scores of one colour on two places, the rest of the photos being different."""
    photos = torch.rand(2, 3, 16, 16, generator=torch.manual_seed(0))
    photos[0, :, 3, 4] = photos[1, :, 12, 7]
    scores = evidence.network("cnn-1x1")(photos)
    difference = float((scores[0, :, 3, 4] - scores[1, :, 12, 7]).abs().max())
    return Figure(difference, difference < 1e-5, "largest difference")


@claim(
    "Nothing outside its receptive field changes a pixel's scores",
    "insight.pixel.claim",
)
def outside_the_receptive_field(evidence: Evidence) -> Figure:
    """The largest change of a score when every pixel outside the receptive field is another."""
    changes = []
    for key in ("cnn-5x5", "cnn-11x11"):
        reach = model_stats(STAGES[key]).receptive_field // 2
        photo, other = torch.randn(2, 1, 3, 64, 64, generator=torch.manual_seed(0))
        window = np.s_[..., 32 - reach : 33 + reach, 32 - reach : 33 + reach]
        other[window] = photo[window]
        one, two = (evidence.network(key)(x)[0, :, 32, 32] for x in (photo, other))
        changes.append(float((one - two).abs().max()))
    return Figure(max(changes), max(changes) < 1e-4, "largest change")


@claim(
    "11x11 kernels cost (11/5)^2 = 4.8 times as much as 5x5",
    "stages.cnn-11x11.wrong",
    "lesson.plan.kernels.expected",
)
def cost_of_kernels(_: Evidence) -> Figure:
    small, large = (model_stats(STAGES[key]).multiply_adds for key in ("cnn-5x5", "cnn-11x11"))
    return Figure(large / small, abs(large / small - (11 / 5) ** 2) < 0.05, "times")


@claim(
    "With pooling the whole photo costs less than 41x41 px without",
    "stages.fcn-reshape.fixes",
    "lesson.plan.reshape.title",
)
def pooling_is_cheap(_: Evidence) -> Figure:
    plain, pooled = (model_stats(STAGES[key]).multiply_adds for key in ("cnn-11x11", "fcn-reshape"))
    return Figure(plain / pooled, plain > 5 * pooled, "times fewer multiply-adds")


@claim(
    "Each cell of the encoder's 2x2 map sees most of the photo",
    "stages.fcn-reshape.fixes",
)
def cells_of_2x2(_: Evidence) -> Figure:
    """The least fraction of the photo that one cell of the encoder's 2x2 map depends on."""
    field = receptive_field(nn.Sequential(*meta("fcn-reshape").encoders), SIZE)
    widths = [last - first + 1 for first, last in field.tolist()]
    fraction = (min(widths) / SIZE) ** 2
    return Figure(100 * fraction, fraction > 0.7, "% of the photo")


@claim(
    "The reshape head is one layer with 101 million parameters",
    "stages.fcn-reshape.wrong",
    "lesson.plan.reshape.show",
)
def reshape_head(_: Evidence) -> Figure:
    count = sum(weight.numel() for weight in meta("fcn-reshape").out_conv.parameters())
    return Figure(count / 1e6, round(count / 1e6) == 101, "million")


@claim(
    "For every pixel and class the reshape head has 2,048 weights of its own",
    "stages.fcn-reshape.wrong",
    "insight-layers.look.head",
    "insight-layers.look.reshape",
    "insight-pixel.look.fcn-reshape",
    "insight-sizes.cannot",
    "lesson.plan.reshape.expected",
)
def reshape_weights(_: Evidence) -> Figure:
    """Weights that give one pixel its score for one class; no two pixels share any."""
    weights = meta("fcn-reshape").out_conv.weight
    rows = SIZE * SIZE * 3
    return Figure(
        weights[0].numel(), len(weights) == rows and weights[0].numel() == 2048, "weights"
    )


@claim(
    "As shipped, these weights are sums of 64 basis maps",
    "insight-layers.look.head",
)
def reshape_rank(evidence: Evidence) -> Figure:
    stored = checkpoints.load(evidence.folder, STAGES["fcn-reshape"]).stored
    rank = stored["out_conv.weight" + LEFT].shape[1]
    return Figure(rank, rank == 64, "basis maps")


@claim(
    "The reshape network reads 128x128 px and no other size",
    "stages.fcn-reshape.wrong",
    "insight.sizes.claim",
    "insight-sizes.cannot",
)
def reshape_one_size(_: Evidence) -> Figure:
    read = [side for side in SIDES if _reads("fcn-reshape", side)]
    return Figure(len(read), read == [SIZE], f"of {len(SIDES)} sizes")


@claim(
    "At 256x256 the slide's Conv2d and reshape return 9 pictures and no error",
    "insight-sizes.slide",
)
def slide_s_head_at_256(_: Evidence) -> Figure:
    """Pictures that the slide's Conv2d and reshape(-1, 3, 128, 128) give for a 256x256 photo."""
    cells = 256 // REDUCTION
    with torch.device("meta"):
        head = nn.Conv2d(WIDTHS[-1], SIZE * SIZE * 3, kernel_size=2)
        pictures = len(head(torch.empty(1, WIDTHS[-1], cells, cells)).reshape(-1, 3, SIZE, SIZE))
    return Figure(pictures, pictures == 9, "pictures")


@claim(
    "Without the reshape head the networks with pooling read any multiple of 64",
    "stages.upsample-only.fixes",
    "insight-sizes.cannot",
    "insight.sizes.claim",
)
def any_multiple_of_64(_: Evidence) -> Figure:
    keys = ("upsample-only", "encoder-decoder", "unet")
    right = [_reads(key, side) == (side % REDUCTION == 0) for key in keys for side in SIDES]
    return Figure(sum(right), all(right), f"of {len(right)} sizes read or not, as said")


@claim(
    "The networks without pooling read any size",
    "insight-sizes.cannot",
)
def plain_cnns_read_any_size(_: Evidence) -> Figure:
    read = [_reads(key, side) for key in NETWORKS if key.startswith("cnn") for side in SIDES]
    return Figure(sum(read), all(read), f"of {len(read)} sizes read")


@claim(
    "In the networks without pooling no filter sees the whole photo of 128x128 px",
    "insight-layers.look.conv-block",
)
def plain_cnns_never_see_all(_: Evidence) -> Figure:
    largest = max(model_stats(s).receptive_field for k, s in NETWORKS.items() if k[:3] == "cnn")
    return Figure(largest, largest < SIZE, "px at most")
