"""A trained U-Net with some of its skip connections zeroed: the same weights, less to go by.

Source: slide *Segmentation (6)*, with and without skips. The slide compares two networks that
were trained apart; this takes the skips away from one that was trained with them.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from segdemo.data.preprocessing import to_labels
from segdemo.errors import InputError
from segdemo.metrics import Score, confusion_matrix, score
from segdemo.models import EncoderDecoder
from segdemo.models.blocks import Decoder
from segdemo.models.encoders import WIDTHS
from segdemo.parsing import whole_between

LEVELS = range(1, len(WIDTHS) + 1)  # of the skips: 1 the finest, 6 the deepest
ALL = frozenset(LEVELS)


def parse_levels(levels: object) -> frozenset[int]:
    """A list of levels, as a page or an API sends it; raises InputError for any other value."""
    listed = levels if isinstance(levels, list) else [None]
    parsed = [whole_between(level, LEVELS[0], LEVELS[-1]) for level in listed]
    if None in parsed:
        raise InputError("insight-skips.levels", deepest=LEVELS[-1])
    return frozenset(level for level in parsed if level is not None)


class Ablation:
    """One photo inside a U-Net: encoded once, then decoded with any of its skips zeroed.

    The network is only read, so that many threads may share it.
    """

    def __init__(self, network: EncoderDecoder, inputs: Tensor):
        """`network` has skips and is in evaluation mode; `inputs` is a normalised photo,
        (1, 3, H, W), H and W multiples of 64."""
        self._network = network
        self._skips: list[Tensor] = []
        x = inputs.contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            for encoder in network.encoders:
                self._skips.append(encoder.convolve(x))  # (1, width, H/2^i, W/2^i)
                x = encoder.pool(self._skips[-1])
        self._bottom = x  # (1, 512, H/64, W/64)

    def logits(self, sets: Sequence[AbstractSet[int]]) -> Tensor:
        """(len(sets), 3, H, W): for each set of levels, the answer with those skips zeroed.

        Sets that agree from some level down share what is decoded there. With nothing zeroed
        it is the network's own answer, bit for bit.
        """
        decoded: dict[tuple[int, frozenset[int]], Tensor] = {}

        def decode(level: int, zeroed: AbstractSet[int]) -> Tensor:
            """What the Decoder of this level gives."""
            if level > LEVELS[-1]:
                return self._bottom
            question = level, frozenset(range(level, LEVELS[-1] + 1)) & zeroed
            if question not in decoded:
                decoder, below = self._network.decoders[-level], decode(level + 1, zeroed)
                assert isinstance(decoder, Decoder)
                decoded[question] = (
                    _decode_zeros(decoder, below)
                    if level in zeroed
                    else decoder(below, self._skips[level - 1])
                )
            return decoded[question]

        with torch.inference_mode():
            return torch.cat([self._network.classify(decode(1, zeroed)) for zeroed in sets])


def _decode_zeros(decoder: Decoder, x: Tensor) -> Tensor:
    """What the Decoder gives beside a skip of zeros, at half the cost: the weights that would
    read the skip are left out."""
    convolve, *after = decoder.refine
    assert isinstance(convolve, nn.Conv2d)
    x = decoder.upsample(x)
    weight = convolve.weight[:, : x.shape[1]]
    x = F.conv2d(x, weight, convolve.bias, padding=convolve.padding)
    for layer in after:
        x = layer(x)
    return x


def changed_fraction(labels: np.ndarray, intact: np.ndarray) -> float:
    """The share of pixels, 0..1, whose labels differ; two integer arrays of one shape."""
    return float((labels != intact).mean())


@dataclass(frozen=True)
class Effect:
    """What zeroing some skips did to the labels of one photo."""

    zeroed: frozenset[int]
    labels: np.ndarray  # (H, W) uint8
    changed: float  # share of the labels that the intact network gives otherwise
    score: Score  # against the truth, or against the intact network where none is known


def effects(
    ablation: Ablation,
    sets: Sequence[frozenset[int]],
    size: tuple[int, int],
    truth: np.ndarray | None = None,
) -> list[Effect]:
    """One Effect for each set of levels.

    `size` is the (height, width) in which labels are wanted; `truth` is labels of any size, or
    None. All is compared with what the same computation gives with every skip, not with the
    compiled network's answer, which rounds otherwise.
    """
    logits = ablation.logits([frozenset(), *sets])
    intact, *every = to_labels(logits, *size).numpy()
    reference = intact if truth is None else truth
    scored = every
    if reference.shape != size:
        scored = to_labels(logits, *reference.shape).numpy()[1:]
    return [
        Effect(
            zeroed,
            labels,
            changed_fraction(labels, intact),
            score(confusion_matrix(own, reference)),
        )
        for zeroed, labels, own in zip(sets, every, scored)
    ]
