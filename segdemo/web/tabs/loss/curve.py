"""-log p over p, with one point on it that may be dragged."""

from dataclasses import dataclass

import numpy as np

from segdemo.web.tabs.loss.axes import Axis, points

HIGHEST = 5  # of the loss axis; p = 0.0067 is there
ACROSS = Axis(0, 1, 34, 328, (0, 0.25, 0.5, 0.75, 1))
UP = Axis(0, HIGHEST, 190, 16, tuple(range(HIGHEST + 1)))


@dataclass(frozen=True)
class Curve:
    """The drawing's lines and its point; `above`: the loss is higher than the axis goes."""

    line: str
    x: float
    y: float
    above: bool
    probability: float
    loss: float
    across: Axis = ACROSS
    up: Axis = UP


def curve(probability: float, loss: float) -> Curve:
    """`loss` is that of the true class's `probability`, which may be too small for a float."""
    losses = np.linspace(0, HIGHEST, 120)
    line = points(ACROSS, UP, zip(np.exp(-losses).tolist(), losses.tolist()))
    return Curve(line, ACROSS.at(probability), UP.at(loss), loss > HIGHEST, probability, loss)
