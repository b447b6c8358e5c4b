"""What a claim is, and what it is measured on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from segdemo.data.oxford_pets import Pets
from segdemo.evaluation.shift_scores import ShiftScores
from segdemo.inference import Predictor
from segdemo.models.registry import STAGES
from train.data import PetTensors
from train.shifts import labeller, sample


@dataclass(frozen=True)
class Figure:
    """What a measurement found, and whether the claim holds by it."""

    value: float
    holds: bool
    unit: str = ""
    interval: tuple[float, float] | None = None  # 95 %, bootstrap over photos; None if exact


@dataclass(frozen=True)
class Claim:
    """Something that sentences on the page say, in a form that can be measured.

    `keys` are the texts that say it, in `segdemo/locales`; none for a sentence that was found to
    be false and is no longer there, quoted in `says`. `data` says what `measure` looks at.
    """

    name: str
    says: str
    keys: tuple[str, ...]
    measure: "Measure"
    data: str

    @property
    def exact(self) -> bool:
        """Whether it is computed from networks and arithmetic alone, without photos."""
        return self.data == NETWORKS_ALONE


Measure = Callable[["Evidence"], Figure]
PHOTOS = 200  # of the test split, drawn at random; enough for every claim here
NETWORKS_ALONE = "computed"
TEST_PHOTOS = f"{PHOTOS} test photos"
SPLIT = "all test photos"
CARDS = "the JSON of the checkpoints"
SHIFTED = "test photos (`python -m train shifts`)"
NOTED = "test photos at their own size (`python -m train pet-confidence`)"
ORIGINALS = "test photos at their own size"


def claim(says: str, *keys: str, on: str = NETWORKS_ALONE) -> Callable[[Measure], Claim]:
    """Makes a measurement the Claim of its own name."""
    return lambda measure: Claim(measure.__name__.replace("_", "-"), says, keys, measure, on)


class Evidence:
    """The shipped checkpoints in `folder`, and test photos.

    `data` is the folder that holds the data set, `originals` one of test photos at their own
    size; both are needed only by the claims that look at photos. Labels are those of the page's
    own inference, computed once per stage.
    """

    def __init__(self, folder: Path, data: Path | None = None, originals: Path | None = None):
        self.folder, self.data, self.originals = folder, data, originals
        self.labels = cache(self._labels)

    @property
    def _data_folder(self) -> Path:
        if self.data is None:
            raise ValueError("this claim is about photos: it needs --data")
        return self.data

    @property
    def originals_folder(self) -> Path:
        """Raises ValueError where it was not given."""
        if self.originals is None:
            raise ValueError("this claim is about photos at their own size: it needs --originals")
        return self.originals

    @cached_property
    def predictor(self) -> Predictor:
        return Predictor(self.folder)

    @cached_property
    def test(self) -> PetTensors:
        return PetTensors(Pets(self._data_folder, "test"))

    @cached_property
    def trainval(self) -> list[str]:
        """The names of the photos for training and validation."""
        return Pets(self._data_folder, "trainval").names

    @cached_property
    def _indices(self) -> list[int]:
        """The claims' photos in the test split."""
        return sample(len(self.test.names), PHOTOS)

    @cached_property
    def photos(self) -> np.ndarray:
        """(PHOTOS, 128, 128, 3) uint8 RGB."""
        return self.test.photos[self._indices].movedim(1, -1).numpy()

    @cached_property
    def truth(self) -> np.ndarray:
        """(PHOTOS, 128, 128) uint8 ground truth."""
        return self.test.masks[self._indices].numpy()

    @cached_property
    def shifts(self) -> ShiftScores:
        """Raises MeasurementError."""
        return ShiftScores.read(self.folder)

    def network(self, key: str) -> Any:
        """The lecture's network with the shipped weights, float32. Raises CheckpointError."""
        return self.predictor.network(key)

    def predict(self, key: str, photos: Iterable[np.ndarray]) -> np.ndarray:
        """(photos, 128, 128) uint8 labels of photos of 128x128. Raises CheckpointError."""
        return np.stack([*map(labeller(self.predictor, key), photos)])

    def _labels(self, key: str) -> np.ndarray:
        """As `predict`, of the sample."""
        return self.predict(key, self.photos)


def meta(key: str) -> Any:
    """The stage's network without memory for weights."""
    with torch.device("meta"):
        return STAGES[key].build().eval()
