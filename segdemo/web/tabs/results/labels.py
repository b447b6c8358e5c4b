"""Where the names beside a chart's points go, so that they cover neither points nor each other.

Laid out for a phone's width; on anything wider there is more room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

WIDTH, HEIGHT = 270, 250  # pixels between the axes on a phone 390 pixels wide
LETTER, LINE = 7.2, 15  # pixels: mean width of a letter, height of a line
GAP = 8  # pixels from the middle of a point to its name
POINT = 7  # pixels: half the width of a point

Point = tuple[float, float]  # shares of width and height, (0, 0) top left
Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels
CHART = 0, 0, WIDTH, HEIGHT  # a Box


@dataclass(frozen=True)
class Side:
    """Which way from its point a name goes, in the terms of a Vega text mark."""

    align: str
    baseline: str
    dx: int
    dy: int


SIDES = (
    Side("left", "middle", GAP, 0),
    Side("right", "middle", -GAP, 0),
    Side("center", "bottom", 0, -GAP),
    Side("center", "top", 0, GAP),
    Side("left", "bottom", 3, -GAP),
    Side("right", "bottom", -3, -GAP),
    Side("left", "top", 3, GAP),
    Side("right", "top", -3, GAP),
)
# A Vega text mark whose data carry the fields of a Side.
SIDED = {name: {"expr": f"datum.{name}"} for name in ("align", "baseline", "dx", "dy")}


def place(
    points: Sequence[Point], names: Sequence[str], others: Sequence[Point] = ()
) -> list[Side]:
    """A Side for each name, one after the other where it covers least.

    `others` are points without a name.
    """
    taken = np.array([around(point) for point in (*points, *others)])
    sides = []
    for point, name in zip(points, names):
        boxes = {side: covered(point, name, side) for side in SIDES}
        best = min(SIDES, key=lambda side: _cost(boxes[side], taken))
        taken = np.vstack([taken, boxes[best]])
        sides.append(best)
    return sides


def along(line: Sequence[Point]) -> list[Point]:
    """Points on a line through all of these, close enough to keep names off it."""
    return [
        (x + share * (next_x - x), y + share * (next_y - y))
        for (x, y), (next_x, next_y) in pairwise(line)
        for share in (0, 0.25, 0.5, 0.75)
    ]


def around(point: Point) -> Box:
    """What a point covers."""
    x, y = point[0] * WIDTH, point[1] * HEIGHT
    return x - POINT, y - POINT, x + POINT, y + POINT


def covered(point: Point, name: str, side: Side) -> Box:
    """What a point's name covers on this side of it."""
    width = LETTER * len(name)
    before = {"left": 0, "center": width / 2, "right": width}[side.align]
    above = {"top": 0, "middle": LINE / 2, "bottom": LINE}[side.baseline]
    left, top = point[0] * WIDTH + side.dx - before, point[1] * HEIGHT + side.dy - above
    return left, top, left + width, top + LINE


def common(box: Box, others: Sequence[Box] | np.ndarray) -> float:
    """Square pixels that a box shares with others, together; where two of them lie, twice."""
    left, top, right, bottom = np.transpose(others)
    widths = np.minimum(box[2], right) - np.maximum(box[0], left)
    heights = np.minimum(box[3], bottom) - np.maximum(box[1], top)
    return float(widths.clip(min=0) @ heights.clip(min=0))


def _cost(box: Box, taken: np.ndarray) -> float:
    """Square pixels covered of what is there, and those outside of the chart, which cost more."""
    outside = common(box, [box]) - common(box, [CHART])
    return 3 * outside + common(box, taken)
