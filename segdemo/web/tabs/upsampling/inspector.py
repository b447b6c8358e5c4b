"""The inspector: where one output cell falls on the input, what it takes, the sum written out."""

import math
from dataclasses import dataclass

import numpy as np

from segdemo.lecture.upsampling.axis_weights import ALIGNABLE
from segdemo.lecture.upsampling.inspection import Inspection, inspect, written, written_sum
from segdemo.locales import Translator
from segdemo.web.components.matrix import Tile, tiles
from segdemo.web.tabs.upsampling.matrix import Cell, Enlarging
from segdemo.web.templates import render

SIDE = 104  # of an input cell in the drawing's units, which are CSS pixels where there is room


@dataclass(frozen=True)
class Placed:
    """An input cell: its tile, where it lies, its weight, None where nothing is taken from it."""

    tile: Tile
    x: float
    y: float
    weight: float | None


@dataclass(frozen=True)
class Drawing:
    """The input's cells with the output cell laid over them, in units of SIDE a cell."""

    cells: list[Placed]
    width: float
    height: float
    centre: tuple[float, float]  # x, y
    footprint: tuple[float, float, float, float]  # x, y, width, height
    ways: list[tuple[float, float, bool]]  # of nearest: to x, y; and whether that one is taken


def drawing(asked: Enlarging, found: Inspection, aligned: bool) -> Drawing:
    """Where the inspected cell lies over the input; `aligned`: by align_corners=True."""
    weights = {(source.row, source.column): source.weight for source in found.sources}
    cells = [
        Placed(tile, column * SIDE, row * SIDE, weights.get((row, column)))
        for row, line in enumerate(tiles(asked.matrix))
        for column, tile in enumerate(line)
    ]
    rows, columns = asked.matrix.shape
    height, width = (
        (n - 1) / max(m - 1, 1) if aligned else n / m for n, m in zip((rows, columns), asked.size)
    )
    y, x = (_at(place) for place in found.centre)
    footprint = (x - width * SIDE / 2, y - height * SIDE / 2, width * SIDE, height * SIDE)
    return Drawing(
        cells,
        columns * SIDE,
        rows * SIDE,
        (x, y),
        tuple(round(side, 2) for side in footprint),
        [(_at(n.column), _at(n.row), n.won) for n in found.neighbours],
    )


def _at(position: float) -> float:
    """A position in input cells, 0 the first one's centre, in units of the drawing."""
    return round((position + 0.5) * SIDE, 2)


def notes(found: Inspection) -> list[str]:
    """The texts `upsampling.<note>`: what the sum is made of, and what is unusual about it."""
    if found.neighbours:
        return ["nearest.closest" if found.closest_won else "nearest.not-closest"]
    keys = ["sum"]
    if not math.isclose(weight_sum(found), 1):
        keys.append("sum.faded")
    if any(source.weight < 0 for source in found.sources):
        keys.append("sum.negative")
    return keys


def weight_sum(found: Inspection) -> float:
    return float(np.sum([source.weight for source in found.sources]))


def show_inspection(asked: Enlarging, cell: Cell, t: Translator) -> str:
    """How the output cell came about. Raises InputError."""
    found = inspect(asked.matrix, asked.mode, asked.size, cell.aligned, cell.row, cell.column)
    return render(
        "tabs/upsampling/inspector.html",
        t,
        found=found,
        drawing=drawing(asked, found, cell.aligned),
        convention=f"(align_corners={cell.aligned})" if asked.mode in ALIGNABLE else "",
        written_sum=written_sum(found),
        written=written,
        notes=notes(found),
        total=written(weight_sum(found)),
        side=SIDE,
    )
