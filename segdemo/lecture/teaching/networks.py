"""The lecture's networks, thin enough to be trained while somebody watches."""

import torch
from torch import nn

from segdemo.models.encoders import WIDTHS
from segdemo.models.registry import NETWORKS

SIDE = 64  # pixels: what they are trained at, the least that six Encoders can halve
MAX_SEED = 999_999
CNN_WIDTH = 16  # a fourth of the lecture's
THINNER = 8  # times: what the Encoders' widths are divided by
_ENCODERS = {"widths": tuple(width // THINNER for width in WIDTHS)}
# In the lecture's order; what each class is built with instead of its own widths.
THIN = {
    "cnn-1x1": {"width": CNN_WIDTH},
    "cnn-5x5": {"width": CNN_WIDTH},
    "encoder-decoder": _ENCODERS,
    "unet": _ENCODERS,
}


def build(key: str, seed: int) -> nn.Module:
    """The thin version of the stage named `key`; its random weights follow from `seed`."""
    stage = NETWORKS[key]
    assert stage.network
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        return stage.network(**stage.arguments, **THIN[key])
