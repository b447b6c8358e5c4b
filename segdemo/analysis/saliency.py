"""The measured receptive field: how much each pixel of the photo moves one pixel's answer.

The theoretical field says which pixels can matter; the gradient of the winning logit with respect
to the photo says how much each of them does, for this photo and these weights. Source: Simonyan,
Vedaldi, Zisserman, *Deep Inside Convolutional Networks*, arXiv 1312.6034; Luo et al.,
*Understanding the Effective Receptive Field*, arXiv 1701.04128.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn

from segdemo.analysis.pixel import Box

# The network reads this many pixels more than the theory gives it on each side: a gradient
# outside the theoretical box would show, and 11x11 kernels take a fifth of the time.
MARGIN = 8


@dataclass(frozen=True)
class Measured:
    """What moves the winning logit of the pixel at (row, column)."""

    gradient: np.ndarray  # (H, W), not negative; how much each pixel of the photo does
    row: int
    column: int

    @property
    def support(self) -> Box | None:
        """The box around everything that moves the answer; None where nothing does."""
        rows, columns = (np.flatnonzero(self.gradient.any(axis=axis)) for axis in (1, 0))
        if not len(rows):
            return None
        return int(rows[0]), int(columns[0]), int(rows[-1]), int(columns[-1])

    def within(self, side: int) -> float | None:
        """The share of the gradient in the square of odd `side` around the pixel, in 0..1."""
        if self.support is None:
            return None
        return float(self._shares[min(side // 2, len(self._shares) - 1)])

    @property
    def half(self) -> int | None:
        """The side of the smallest square around the pixel that holds half of the gradient."""
        return None if self.support is None else 2 * int((self._shares >= 0.5).argmax()) + 1

    @cached_property
    def _shares(self) -> np.ndarray:
        """For each distance, the share of the gradient that is no farther along either axis."""
        rows, columns = np.indices(self.gradient.shape)
        distances = np.maximum(abs(rows - self.row), abs(columns - self.column))
        sums = np.bincount(
            distances.ravel(), self.gradient.ravel(), minlength=max(self.gradient.shape)
        ).cumsum()
        return sums / sums[-1]


def measure(network: nn.Module, inputs: Tensor, row: int, column: int, theory: Box) -> Measured:
    """What moves the winning logit at (row, column): |gradient|, summed over the RGB channels.

    `inputs` is (1, 3, H, W), as `segdemo.data.preprocessing.to_input` makes it; `network` is in
    evaluation mode and left as it is, so that several threads may measure with it at once.
    `theory` is the pixel's theoretical box. A network with poolings sees (almost) the whole photo
    and so reads it from its edges, where the poolings' windows begin.
    """
    height, width = inputs.shape[-2:]
    top, left, bottom, right = theory
    top, left = max(top - MARGIN, 0), max(left - MARGIN, 0)
    window = np.s_[top : bottom + MARGIN + 1, left : right + MARGIN + 1]
    found = saliency(network, inputs[..., *window], row - top, column - left)
    gradient = np.zeros((height, width), found.dtype)
    gradient[window] = found
    return Measured(gradient, row, column)


def saliency(network: nn.Module, inputs: Tensor, row: int, column: int) -> np.ndarray:
    """(1, 3, H, W) -> (H, W): |d winning logit / d pixel|, summed over the channels."""
    leaf = inputs.detach().clone(memory_format=torch.channels_last).requires_grad_()
    with torch.enable_grad():
        winner = network(leaf)[0, :, row, column].max()
    (gradient,) = torch.autograd.grad(winner, leaf)
    return gradient[0].abs().sum(dim=0).numpy()
