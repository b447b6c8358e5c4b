"""The small matrix of the playgrounds, out of whatever a page or an API sends."""

import math
from collections.abc import Sequence

import numpy as np

from segdemo.errors import InputError
from segdemo.parsing import to_float

MAX_ROWS = 6  # what a page can show beside its result, and a class can read
MAX_COLUMNS = 6
MAX_VALUE = 1_000_000  # either sign; far above what anyone types, far below float32's range
MAX_VALUE_WRITTEN = f"{MAX_VALUE:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def parse_matrix(rows: object) -> np.ndarray:
    """List of rows of numbers, or of text that spells them -> (rows, columns) float64.

    Raises InputError (texts `matrix.*`), which names the cell, row and column counted from 1.

    >>> parse_matrix([[1, "5"], [4.0, " 8 "]]).tolist()
    [[1.0, 5.0], [4.0, 8.0]]
    """
    return np.array(
        [
            [parse_cell(cell, "matrix.cell", row=r, column=c) for c, cell in enumerate(row, 1)]
            for r, row in enumerate(check_shape(rows), 1)
        ]
    )


def check_shape(rows: object) -> Sequence[Sequence[object]]:
    """The rows; InputError unless they are 1 to MAX_ROWS, each of 1 to MAX_COLUMNS cells."""
    if not isinstance(rows, list | tuple):
        raise InputError("matrix.not-rows")
    if len(rows) > MAX_ROWS:
        raise InputError("matrix.too-many-rows", rows=len(rows), limit=MAX_ROWS)
    for r, row in enumerate(rows, 1):
        if not isinstance(row, list | tuple):
            raise InputError("matrix.row-not-list", row=r)
        if len(row) > MAX_COLUMNS:
            raise InputError("matrix.too-many-columns", row=r, columns=len(row), limit=MAX_COLUMNS)
    if not any(rows):
        raise InputError("matrix.no-cells")
    for r, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise InputError("matrix.ragged", row=r, cells=len(row), expected=len(rows[0]))
    return rows


def parse_cell(value: object, errors: str, **where: int) -> float:
    """One cell -> a float of at most MAX_VALUE, either sign.

    Raises InputError `<errors>.empty`, `.text`, `.infinite` or `.large`, filled from `where`.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        raise InputError(f"{errors}.empty", **where)
    number = to_float(value)
    if number is None:
        raise InputError(f"{errors}.text", **where)
    if not math.isfinite(number):
        raise InputError(f"{errors}.infinite", limit=MAX_VALUE_WRITTEN, **where)
    if abs(number) > MAX_VALUE:
        raise InputError(f"{errors}.large", limit=MAX_VALUE_WRITTEN, **where)
    return number
