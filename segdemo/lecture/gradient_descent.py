"""The optimizer that the slides leave open, at its plainest: weight - rate * gradient.

`torch.optim.SGD` does the same, but the first of them loads PyTorch's compiler: who presses first
would wait for seconds, and the server hold 145 MB more.
"""

from collections.abc import Iterable

import torch
from torch import nn


class GradientDescent:
    """Changes the weights by their gradients, `rate` times; the rate may change between steps."""

    def __init__(self, weights: Iterable[nn.Parameter], rate: float):
        self._weights = list(weights)
        self.rate = rate

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for weight in self._weights:
            weight.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """One step down; a weight without a gradient stays."""
        for weight in self._weights:
            if weight.grad is not None:
                weight.add_(weight.grad, alpha=-self.rate)
