"""The weights a run starts from."""

import torch
from torch import Tensor, nn


def grow(network: nn.Module, trained: nn.Module) -> None:
    """Start `network` from what `trained` has learnt, in place.

    A weight of the same name that fits into the new one is taken over: a smaller kernel into
    the middle, fewer input channels (a Decoder without its skip) into the first of them,
    zeros around. Where everything fits, the grown network computes what the trained one did.
    The rest stays as it is.
    """
    weights = trained.state_dict()
    with torch.no_grad():
        for name, target in network.state_dict().items():
            source = weights.get(name)
            if source is None:
                continue
            if source.shape == target.shape:
                target.copy_(source)
            elif fits(source, target):
                margin = (target.shape[-1] - source.shape[-1]) // 2
                inside = slice(margin, target.shape[-1] - margin)
                target.zero_()
                target[:, : source.shape[1], inside, inside] = source


def fits(source: Tensor, target: Tensor) -> bool:
    """Whether `target` is the weight of a larger convolution with as many outputs."""
    return (
        source.dim() == target.dim() == 4
        and source.shape[0] == target.shape[0]
        and all(few <= many for few, many in zip(source.shape, target.shape))
    )
