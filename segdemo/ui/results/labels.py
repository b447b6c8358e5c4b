"""Where the names beside a chart's points go, so that they cover neither points nor each other.

Laid out for a phone's width; on anything wider there is more room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 270, 250  # pixels between the axes on a phone 390 pixels wide
LETTER, LINE = 7.2, 15  # pixels: mean width of a letter, height of a line
GAP = 8  # pixels from the middle of a point to its name
POINT = 7  # pixels: half the width of a point

Point = tuple[float, float]  # shares of width and height, (0, 0) top left
Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels


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
    taken = [around(point) for point in (*points, *others)]
    sides = []
    for point, name in zip(points, names):
        boxes = {side: covered(point, name, side) for side in SIDES}
        best = min(SIDES, key=lambda side: _cost(boxes[side], taken))
        taken.append(boxes[best])
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


def common(one: Box, other: Box) -> float:
    """Square pixels that two boxes share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)


def _cost(box: Box, taken: Sequence[Box]) -> float:
    """Square pixels covered of what is there, and those outside of the chart, which cost more."""
    outside = common(box, box) - common(box, (0, 0, WIDTH, HEIGHT))
    return 3 * outside + sum(common(box, other) for other in taken)
