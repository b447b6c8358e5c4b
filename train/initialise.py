"""The weights a run starts from."""

import torch
from torch import nn


def grow(network: nn.Module, trained: nn.Module) -> None:
    """Start `network` from what `trained` has learnt, in place.

    A weight of the same name and channels is taken over; if its kernel is smaller it is put
    into the middle of a larger one of zeros, which computes the same. The rest stays as it is.
    """
    weights = trained.state_dict()
    with torch.no_grad():
        for name, target in network.state_dict().items():
            source = weights.get(name)
            if source is None or source.shape[:2] != target.shape[:2]:
                continue
            if source.shape == target.shape:
                target.copy_(source)
            else:
                margin = (target.shape[-1] - source.shape[-1]) // 2
                target.zero_()
                target[..., margin:-margin, margin:-margin] = source
