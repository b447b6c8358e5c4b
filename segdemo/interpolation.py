"""Upsampling of a small matrix, written out: nearest, bilinear, bicubic, transposed convolution.

Every mode works on one axis at a time (`segdemo/axis_weights.py`), so the result is
`down @ matrix @ along.T`. The numbers are those of
`torch.nn.functional.interpolate(x, size=(rows, columns), mode=..., align_corners=...)`, and for
"transposed" of `conv_transpose2d`. With `scale_factor=` in place of `size=` PyTorch interpolates
in other places where a side times the factor is not whole.
Source: slides *Segmentation (5): upsampling*.
"""

import math
from dataclasses import dataclass

import numpy as np

from segdemo.axis_weights import ALIGNABLE, MODES, axis_weights, centres
from segdemo.errors import InputError
from segdemo.matrices import MAX_VALUE
from segdemo.parsing import number_between, to_float, whole_between

MODES_1D = ("nearest", "linear")

MIN_FACTOR, MAX_FACTOR = 1.5, 8
MAX_SIDE = 48  # of the output: the largest matrix times the largest factor


# ---- Between two values ----


def interpolate_1d(x1: object, x2: object, position: object, mode: str) -> float:
    """The value at `position` on the way from x1 (0) to x2 (1), "nearest" or "linear".

    Halfway, where both are equally near, nearest takes x1. Raises InputError.

    >>> interpolate_1d(1, 5, 0.25, "nearest"), interpolate_1d(1, 5, 0.25, "linear")
    (1.0, 2.0)
    """
    if mode not in MODES_1D:
        raise InputError("upsampling-errors.mode", modes=", ".join(MODES_1D))
    start, end = (number_between(x, -MAX_VALUE, MAX_VALUE) for x in (x1, x2))
    for name, value in (("x1", start), ("x2", end)):
        if value is None:
            raise InputError("upsampling-errors.end", name=name, limit=MAX_VALUE)
    t = number_between(position, 0, 1)
    if t is None:
        raise InputError("upsampling-errors.position")
    if mode == "nearest":
        return start if t <= 0.5 else end
    return (1 - t) * start + t * end


# ---- The matrix ----


def output_size(matrix_shape: tuple[int, int], factor: object) -> tuple[int, int]:
    """(rows, columns) times a factor of MIN_FACTOR to MAX_FACTOR, rounded down as PyTorch does.

    Raises InputError.
    """
    if to_float(factor) is None:
        raise InputError("upsampling-errors.factor.text", low=MIN_FACTOR, high=MAX_FACTOR)
    number = number_between(factor, MIN_FACTOR, MAX_FACTOR)
    if number is None:
        raise InputError("upsampling-errors.factor.range", low=MIN_FACTOR, high=MAX_FACTOR)
    rows, columns = matrix_shape
    return math.floor(rows * number), math.floor(columns * number)


def parse_size(size: object) -> tuple[int, int]:
    """A pair of whole numbers, each 1 to MAX_SIDE -> (rows, columns). Raises InputError."""
    pair = size if isinstance(size, list | tuple) else ()
    sides = tuple(whole_between(side, 1, MAX_SIDE) for side in pair[:3])
    if len(sides) != 2 or None in sides:
        raise InputError("upsampling-errors.size", limit=MAX_SIDE)
    return sides


def weights(
    matrix_shape: tuple[int, int], mode: object, size: object, align_corners: object
) -> tuple[np.ndarray, np.ndarray]:
    """The weight tables down the rows, (rows, matrix rows), and along the columns.

    Raises InputError for a mode outside MODES, a size that is no pair of 1 to MAX_SIDE, an
    align_corners that is no bool, and for "transposed" unless the size is one whole multiple,
    2 or more, of both sides. The modes outside ALIGNABLE have no align_corners: it is ignored.
    """
    if mode not in MODES:
        raise InputError("upsampling-errors.mode", modes=", ".join(MODES))
    if not isinstance(align_corners, bool):
        raise InputError("upsampling-errors.align-corners")
    outputs = parse_size(size)
    if mode == "transposed":
        factor = outputs[0] // matrix_shape[0]
        if factor < 2 or outputs != tuple(factor * side for side in matrix_shape):
            raise InputError("upsampling-errors.transposed")
    down, along = (axis_weights(mode, n, m, align_corners) for n, m in zip(matrix_shape, outputs))
    return down, along


def upsample(
    matrix: np.ndarray, mode: str, size: tuple[int, int], align_corners: bool = False
) -> np.ndarray:
    """(rows, columns) float64 matrix -> float64 matrix of `size`, (rows, columns).

    Raises InputError as `weights` does; align_corners is ignored by nearest and transposed.

    >>> upsample(np.array([[1.0, 5.0], [4.0, 8.0]]), "bilinear", (2, 4)).tolist()
    [[1.0, 2.0, 4.0, 5.0], [4.0, 5.0, 7.0, 8.0]]
    """
    down, along = weights(matrix.shape, mode, size, align_corners)
    return down @ matrix @ along.T


# ---- One output cell ----


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
    cell = tuple(whole_between(i, 0, len(w) - 1) for i, w in zip((row, column), (down, along)))
    if None in cell:
        raise InputError("upsampling-errors.cell", rows=len(down) - 1, columns=len(along) - 1)
    row_weights, column_weights = down[cell[0]], along[cell[1]]
    aligned = align_corners and mode in ALIGNABLE
    centre = tuple(
        _centre(n, len(w), aligned, i) for n, w, i in zip(matrix.shape, (down, along), cell)
    )
    sources = tuple(
        Source(int(r), int(c), float(matrix[r, c]), float(row_weights[r]), float(column_weights[c]))
        for r in np.flatnonzero(row_weights)
        for c in np.flatnonzero(column_weights)
    )
    return Inspection(
        row=cell[0],
        column=cell[1],
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


DECIMALS = 4


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
