"""What a stage is before it sees a photo: numbers computed from its network."""

from dataclasses import dataclass
from functools import cache

import torch

from segdemo.complexity import multiply_adds, parameters
from segdemo.preprocessing import SIZE
from segdemo.receptive_field import extent, receptive_field
from segdemo.stages import Stage


@dataclass(frozen=True)
class Facts:
    """One stage at 128x128 input; k-means has neither weights nor layers: zeros, 1 pixel."""

    parameters: int
    multiply_adds: int  # for one photo
    receptive_field: int  # pixels along one side, at the centre of the picture

    @property
    def sees_everything(self) -> bool:
        return self.receptive_field >= SIZE


@cache
def facts(stage: Stage) -> Facts:
    """The stage's Facts; nothing is allocated for its weights."""
    if stage.network is None:
        return Facts(parameters=0, multiply_adds=0, receptive_field=1)
    with torch.device("meta"):
        network = stage.build().eval()
    return Facts(
        parameters(network),
        multiply_adds(network, SIZE),
        extent(receptive_field(network, SIZE)),
    )
