"""How long a network takes for one photo on this machine."""

import statistics
import time
from collections.abc import Iterator

import torch

from segdemo.data.preprocessing import SIZE
from segdemo.inference import Predictor

RUNS = 5  # of which the median counts, after one that warms up


class Timings:
    """Milliseconds for one 128x128 photo, by stage key, as far as they have been measured."""

    def __init__(self, predictor: Predictor):
        self._predictor = predictor
        self.milliseconds: dict[str, float] = {}

    @property
    def complete(self) -> bool:
        """Whether every stage that can answer has been measured."""
        return self.milliseconds.keys() == self._predictor.metadata.keys()

    def measure(self) -> Iterator[str]:
        """Measure every stage that can answer, anew; yields the key of each that is done."""
        for key in self._predictor.metadata:
            self.milliseconds[key] = self._median(key)
            yield key

    def _median(self, key: str) -> float:
        run, photo = self._predictor.run(key), torch.randn(1, 3, SIZE, SIZE)
        durations = []
        for _ in range(1 + RUNS):
            started = time.perf_counter()
            run(photo)
            durations.append(1000 * (time.perf_counter() - started))
        return statistics.median(durations[1:])
