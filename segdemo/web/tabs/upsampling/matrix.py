"""The upsampling playground: a small matrix, its enlargements, the slide's table beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from segdemo.errors import InputError
from segdemo.lecture.matrices import parse_matrix
from segdemo.lecture.upsampling.axis_weights import ALIGNABLE
from segdemo.lecture.upsampling.interpolation import output_size, parse_size, upsample
from segdemo.locales import Translator
from segdemo.web.components.matrix import Tile, grey_image, tiles
from segdemo.web.formatting import tidy
from segdemo.web.templates import render

LECTURE = [[1, 5], [4, 8]]
PRESETS = {
    "lecture": LECTURE,
    "bent": [[1, 5], [4, 0]],  # 1 - 5 - 4 + 0 is not 0: no plane goes through the four
    "edge": [[0, 0, 9, 9]] * 4,
    "checkerboard": [[0, 9, 0, 9], [9, 0, 9, 0]] * 2,
    "bright": [[9 * ((row, column) == (2, 2)) for column in range(5)] for row in range(5)],
}
# What the slide prints for the lecture's matrix at 4x4; its bilinear table is cut, not rounded.
PRINTED = {
    "nearest": "1 1 5 5 / 1 1 5 5 / 4 4 8 8 / 4 4 8 8",
    "bilinear": "1.0 2.0 4.0 5.0 / 1.7 2.7 4.7 5.7 / 3.2 4.2 6.2 7.2 / 4.0 5.0 7.0 8.0",
}
FREE = "free"  # in place of a factor: the size is given as rows and columns
FINE = 16  # cells a side: where a mouse can point, larger grids show their colours alone
Rows = Sequence[Sequence[Any]]  # numbers, or what is typed for them


@dataclass(frozen=True)
class Enlarging:
    """What is asked: a matrix, a mode, the output's (rows, columns)."""

    matrix: np.ndarray
    mode: str
    size: tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """An output cell, counted from 0, of one of the two conventions."""

    row: int
    column: int
    aligned: bool

    def within(self, asked: Enlarging) -> "Cell":
        """This cell, or the closest there is."""
        row, column = (min(i, n - 1) for i, n in zip((self.row, self.column), asked.size))
        return Cell(row, column, self.aligned and asked.mode in ALIGNABLE)

    @classmethod
    def from_link(cls, cell: Sequence[int]) -> "Cell":
        """Of [row, column, aligned], rows and columns from 1."""
        row, column, aligned = cell
        return cls(max(row - 1, 0), max(column - 1, 0), bool(aligned))

    def for_link(self) -> list[int]:
        """What `from_link` reads."""
        return [self.row + 1, self.column + 1, int(self.aligned)]


FIRST_CELL = Cell(1, 1, False)  # 2.75, as the sum is written out


@dataclass(frozen=True)
class Output:
    """One enlargement, of `align_corners` where the mode knows it."""

    title: str
    hint: str
    aligned: bool
    tiles: list[list[Tile]]
    picture: Image.Image
    low: str
    high: str
    fine: bool


@dataclass(frozen=True)
class Printed:
    """The slide's table; each cell with whether its number was cut off."""

    mode: str
    rows: list[list[tuple[str, bool]]]


def enlarging(rows: Rows, mode: str, factor: object, sides: Sequence[object]) -> Enlarging:
    """The question that the fields ask; `sides` count with factor FREE. Raises InputError."""
    matrix = parse_matrix(rows)
    size = parse_size(sides) if factor == FREE else output_size(matrix.shape, factor)
    return Enlarging(matrix, mode, size)


def outputs(asked: Enlarging, t: Translator) -> list[Output]:
    """Every enlargement there is in this mode. Raises InputError."""
    conventions = (False, True) if asked.mode in ALIGNABLE else (False,)
    return [_output(asked, aligned, t) for aligned in conventions]


def _output(asked: Enlarging, aligned: bool, t: Translator) -> Output:
    enlarged = upsample(asked.matrix, asked.mode, asked.size, aligned)
    title, hint = f"{asked.size[0]}×{asked.size[1]}", ""
    if asked.mode in ALIGNABLE:
        title = f"align_corners={aligned}"
        hint = t(f"upsampling.convention.{str(aligned).lower()}")
    low, high = tidy(enlarged.min()), tidy(enlarged.max())
    fine = max(asked.size) > FINE
    return Output(title, hint, aligned, tiles(enlarged), grey_image(enlarged), low, high, fine)


def printed(asked: Enlarging) -> Printed | None:
    """The slide's table, where this is what it shows."""
    if asked.matrix.tolist() != LECTURE or asked.size != (4, 4) or asked.mode not in PRINTED:
        return None
    exact = upsample(asked.matrix, asked.mode, asked.size)
    rows = [row.split() for row in PRINTED[asked.mode].split("/")]
    cut = [
        [(number, float(number) != value) for number, value in zip(row, values)]
        for row, values in zip(rows, exact.tolist())
    ]
    return Printed(asked.mode, cut)


def show_outputs(asked: Enlarging, cell: Cell, t: Translator) -> str:
    """Every enlargement, the slide's table, and why they differ. Raises InputError."""
    return render(
        "tabs/upsampling/matrix.html",
        t,
        outputs=outputs(asked, t),
        printed=printed(asked),
        cell=cell,
        mode=asked.mode,
    )


# ---- The fields ----


def texts(rows: Rows) -> dict[str, str]:
    """Rows of numbers, or of texts, as texts by field, "row-column" from 1."""
    return {
        f"{r}-{c}": cell if isinstance(cell, str) else tidy(cell)
        for r, row in enumerate(rows, 1)
        for c, cell in enumerate(row, 1)
    }


def typed_rows(typed: Mapping[str, object], rows: int, columns: int) -> list[list[object]]:
    """The fields as so many rows and columns; what is new says 0."""
    return [[typed.get(f"{r}-{c}", "0") for c in range(1, columns + 1)] for r in range(1, rows + 1)]


def fields(rows: Rows, t: Translator, error: InputError | None = None) -> dict:
    """The value of the fields, the cell that `error` names marked."""
    values = error.values if error else {}
    html = render(
        "tabs/upsampling/matrix_fields.html",
        t,
        rows=[[cell if isinstance(cell, str) else tidy(cell) for cell in row] for row in rows],
        bad=(values.get("row"), values.get("column")),
    )
    return {"html": html, "texts": texts(rows)}
