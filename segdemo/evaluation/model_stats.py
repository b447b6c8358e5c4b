"""What a stage is before it sees a photo: numbers computed from its network."""

from dataclasses import dataclass
from functools import cache

import torch

from segdemo.analysis.layer_graph import blocks
from segdemo.analysis.receptive_field import extent, receptive_field
from segdemo.data.preprocessing import SIZE
from segdemo.models.registry import Stage


@dataclass(frozen=True)
class ModelStats:
    """One stage at 128x128 input; k-means has neither weights nor layers: zeros, 1 pixel."""

    parameters: int
    multiply_adds: int  # for one photo
    receptive_field: int  # pixels along one side, at the centre of the picture

    @property
    def sees_whole_photo(self) -> bool:
        return self.receptive_field >= SIZE


@cache
def model_stats(stage: Stage) -> ModelStats:
    """The stage's numbers; nothing is allocated for its weights."""
    if stage.network is None:
        return ModelStats(parameters=0, multiply_adds=0, receptive_field=1)
    with torch.device("meta"):
        network = stage.build().eval()
    return ModelStats(
        sum(block.parameters for block in blocks(stage)),
        sum(block.multiply_adds for block in blocks(stage)),
        extent(receptive_field(network, SIZE)),
    )
