"""The lecture's encoder, shared by the last four stages (slide *Segmentation (4)*)."""

from collections.abc import Sequence
from typing import cast

from torch import nn

from segdemo.models.blocks import Encoder

WIDTHS = (64, 128, 256, 512, 512, 512)  # channels after each of the six Encoders
REDUCTION = 2 ** len(WIDTHS)  # 64: height and width must be multiples of it


def encoders(widths: Sequence[int] = WIDTHS) -> Sequence[Encoder]:
    """Six Encoders, 3 -> 64 -> 128 -> 256 -> 512 -> 512 -> 512: 128x128 down to 2x2.

    Or as many as there are `widths`, the channels after each.

    An nn.ModuleList, whose own type does not tell what it holds.
    """
    return cast(Sequence[Encoder], nn.ModuleList(map(Encoder, (3, *widths), widths)))
