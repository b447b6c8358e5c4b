"""Where numbers stand on a drawing, and the ticks to read them off by."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Axis:
    """From `low` at the drawing's `start` to `high` at its `end`; of powers of ten with `log`.

    What lies beyond either end stands at that end.
    """

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]
    log: bool = False

    def at(self, value: float) -> float:
        """Where `value` stands, in units of the drawing."""
        low, high, value = (self._scaled(v) for v in (self.low, self.high, value))
        return round(float(np.interp(value, (low, high), (self.start, self.end))), 2)

    def _scaled(self, value: float) -> float:
        return math.log10(max(value, self.low)) if self.log else value


def points(across: Axis, up: Axis, values: Iterable[tuple[float, float]]) -> str:
    """(x, y) pairs as the `points` of an SVG polyline."""
    return " ".join(f"{across.at(x)},{up.at(y)}" for x, y in values)
