"""What every layer of a network makes of one photo."""

from collections.abc import Collection
from dataclasses import dataclass

from torch import Tensor, nn

from segdemo.analysis.feature_maps import most_active
from segdemo.analysis.layer_graph import layer_outputs
from segdemo.models.registry import Stage

SHOWN = 24  # channels kept of each layer: the most active


@dataclass(frozen=True)
class Activation:
    """What one layer makes of one photo."""

    means: Tensor  # (C,): each channel's mean
    dead: int  # channels that are zero at every pixel
    channels: list[int]  # at most SHOWN, the one with the largest mean first
    maps: Tensor  # (len(channels), H, W)


def activations(
    stage: Stage, network: nn.Module, photo: Tensor, zeroed: Collection[str] = ()
) -> dict[str, Activation]:
    """What every layer of a stage makes of one photo, by the layer's name.

    network: the stage's, in evaluation mode; nothing of it is changed, and many threads may ask
    at once. photo: (1, 3, SIZE, SIZE), normalised. zeroed: names of blocks whose skip brings zeros.
    """
    outputs = layer_outputs(stage, network, photo, zeroed)
    return {name: _activation(output[0]) for name, output in outputs}


def _activation(features: Tensor) -> Activation:
    """(C, H, W) -> what is kept of it, all of it copies."""
    channels = most_active(features, SHOWN)
    lowest, highest = features.amin(dim=(1, 2)), features.amax(dim=(1, 2))
    return Activation(
        means=features.mean(dim=(1, 2)),
        dead=int(((lowest == 0) & (highest == 0)).sum()),
        channels=channels,
        maps=features[channels].contiguous(),
    )
