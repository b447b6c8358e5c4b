"""One photo at several sizes: convolutions read them all, the reshape head reads one.

Source: slide *Segmentation (4)*, "Problem?"; Long, Shelhamer, Darrell, *Fully Convolutional
Networks*, arXiv 1411.4038.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor, nn

from segdemo.analysis.layer_graph import layer_outputs
from segdemo.data.preprocessing import SIZE, to_input
from segdemo.models.registry import Stage

SIZES = (SIZE, 2 * SIZE, 4 * SIZE)  # pixels; each a multiple of 64, as poolings need


@dataclass(frozen=True)
class SizedAnswer:
    """A network's answer to the photo at one size, or why there is none."""

    size: int  # pixels: height and width of the network's input
    logits: Tensor | None  # (3, size, size) float32
    milliseconds: float = 0.0
    problem: str = ""  # what PyTorch says when the network cannot read this size


def answer_at_size(
    stage: Stage, network: nn.Module, photo: Image.Image, size: int
) -> Iterator[SizedAnswer | None]:
    """The answer to an RGB photo squashed to size x size, after a None for each layer before it.

    `network` is the stage's, in evaluation mode. Who no longer waits can stop between layers.
    A size it cannot read gives an answer without logits.
    """
    inputs = to_input(photo, size).contiguous(memory_format=torch.channels_last)
    started = time.perf_counter()
    try:
        for _, output in layer_outputs(stage, network, inputs):
            logits = output
            yield None
    except RuntimeError as error:
        yield SizedAnswer(size, None, problem=str(error).splitlines()[0])
        return
    yield SizedAnswer(size, logits[0].contiguous(), 1000 * (time.perf_counter() - started))
