"""The weights a run starts from."""

import torch
from torch import nn


def grow_kernels(large: nn.Module, small: nn.Module) -> None:
    """Make `large` compute what `small` does, in place.

    Both are the same network but for their kernel size; each small kernel is put into the
    middle of a larger one of zeros.
    """
    weights = small.state_dict()
    with torch.no_grad():
        for name, target in large.state_dict().items():
            source = weights[name]
            if target.shape == source.shape:
                target.copy_(source)
                continue
            margin = (target.shape[-1] - source.shape[-1]) // 2
            target.zero_()
            target[..., margin:-margin, margin:-margin] = source
