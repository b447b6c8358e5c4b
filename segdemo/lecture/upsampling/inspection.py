"""One output cell of an upsampling: where it falls, what it takes, the sum written out.

Source: slides *Segmentation (5): upsampling*, whose rule for one cell this is, for every cell of
every mode of `interpolation.py`.
"""

import math
from dataclasses import dataclass

import numpy as np

from segdemo.errors import InputError
from segdemo.lecture.upsampling.axis_weights import ALIGNABLE, centres
from segdemo.lecture.upsampling.interpolation import weights
from segdemo.parsing import whole_between

DECIMALS = 4  # of a number in a written sum


@dataclass(frozen=True)
class Source:
    """An input cell that an output cell takes something from. Row and column count from 0."""

    row: int
    column: int
    value: float
    row_weight: float
    column_weight: float

    @property
    def weight(self) -> float:
        return self.row_weight * self.column_weight


@dataclass(frozen=True)
class Neighbour:
    """An input cell that nearest could have taken. Row and column count from 0."""

    row: int
    column: int
    value: float
    distance: float  # from the output cell's centre, in input cells
    won: bool  # this is the one it took


@dataclass(frozen=True)
class Inspection:
    """How one output cell came about. Rows and columns count from 0."""

    row: int
    column: int
    centre: tuple[float, float]  # (row, column) in input cells, (0, 0) the first one's centre
    sources: tuple[Source, ...]  # those of a weight other than 0, in reading order
    value: float  # the sum of weight * value over the sources
    neighbours: tuple[Neighbour, ...]  # for nearest: 2x2 cells or fewer, reading order; else ()

    @property
    def closest_won(self) -> bool:
        """No neighbour is closer than the winner; PyTorch's rule can miss (nearest_weights)."""
        won = [n.distance for n in self.neighbours if n.won]
        return all(n.distance >= distance for n in self.neighbours for distance in won)


def inspect(
    matrix: np.ndarray,
    mode: str,
    size: tuple[int, int],
    align_corners: bool,
    row: int,
    column: int,
) -> Inspection:
    """Where the output cell (row, column), counted from 0, of `upsample(...)` comes from.

    Raises InputError as `weights` does, and for a cell outside the output.
    """
    down, along = weights(matrix.shape, mode, size, align_corners)
    i, j = whole_between(row, 0, len(down) - 1), whole_between(column, 0, len(along) - 1)
    if i is None or j is None:
        raise InputError("upsampling-errors.cell", rows=len(down) - 1, columns=len(along) - 1)
    row_weights, column_weights = down[i], along[j]
    aligned = align_corners and mode in ALIGNABLE
    rows, columns = matrix.shape
    centre = (
        _centre(rows, len(down), aligned, i),
        _centre(columns, len(along), aligned, j),
    )
    sources = tuple(
        Source(int(r), int(c), float(matrix[r, c]), float(row_weights[r]), float(column_weights[c]))
        for r in np.flatnonzero(row_weights)
        for c in np.flatnonzero(column_weights)
    )
    return Inspection(
        row=i,
        column=j,
        centre=centre,
        sources=sources,
        value=float(row_weights @ matrix @ column_weights),
        neighbours=_neighbours(matrix, centre, sources[0]) if mode == "nearest" else (),
    )


def _centre(inputs: int, outputs: int, align_corners: bool, i: int) -> float:
    whole, rest = centres(inputs, outputs, align_corners)
    return float(whole[i] + rest[i])


def _neighbours(
    matrix: np.ndarray, centre: tuple[float, float], winner: Source
) -> tuple[Neighbour, ...]:
    """The 2x2 input cells nearest to the centre, and the winner, with their distances."""
    rows, columns = (
        _pair(n, at, won) for n, at, won in zip(matrix.shape, centre, (winner.row, winner.column))
    )
    return tuple(
        Neighbour(
            row=r,
            column=c,
            value=float(matrix[r, c]),
            distance=math.hypot(r - centre[0], c - centre[1]),
            won=(r, c) == (winner.row, winner.column),
        )
        for r in rows
        for c in columns
    )


def _pair(inputs: int, centre: float, winner: int) -> list[int]:
    """The two cells of an axis beside its centre, one of them replaced by a winner elsewhere."""
    first = min(max(math.floor(centre), 0), max(inputs - 2, 0))
    pair = {first, min(first + 1, inputs - 1)}
    if winner not in pair:  # the output is smaller than the matrix: PyTorch's rule strays
        pair = {winner, min(pair, key=lambda cell: abs(cell - centre))}
    return sorted(pair)


def written_sum(inspection: Inspection) -> str:
    """The sum over the sources, "column weight*row weight*value + ... = value".

    Along the columns first, x before y, as a slide says it. Numbers below zero stand in
    brackets; with "≈" for "=" where a number had to be rounded.

    >>> lecture = np.array([[1.0, 5.0], [4.0, 8.0]])
    >>> written_sum(inspect(lecture, "bilinear", (4, 4), False, 1, 1))
    '0.75*0.75*1 + 0.25*0.75*5 + 0.75*0.25*4 + 0.25*0.25*8 = 2.75'
    """
    factors = [(s.column_weight, s.row_weight, s.value) for s in inspection.sources]
    largest = max((abs(math.prod(term)) for term in factors), default=0.0)
    # What is left when terms cancel is rounding, not a result.
    result = inspection.value if abs(inspection.value) > 1e-12 * largest else 0.0
    terms = " + ".join("*".join(_bracketed(f) for f in term) for term in factors)
    numbers = [number for term in factors for number in term] + [result]
    exact = all(math.isclose(float(written(n)), n, rel_tol=1e-12) for n in numbers)
    return f"{terms} {'=' if exact else '≈'} {written(result)}"


def written(number: float) -> str:
    """DECIMALS decimals without trailing zeros; three significant digits below 0.01."""
    if 0 < abs(number) < 0.01:
        return f"{number:.3g}"
    return f"{number + 0.0:.{DECIMALS}f}".rstrip("0").rstrip(".")  # + 0.0 drops the sign of -0.0


def _bracketed(number: float) -> str:
    return f"({written(number)})" if number < 0 else written(number)
