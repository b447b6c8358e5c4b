"""Upsampling of a small matrix, written out: nearest, bilinear, bicubic, transposed convolution.

Every mode works on one axis at a time (`axis_weights.py`), so the result is
`down @ matrix @ along.T`. The numbers are those of
`torch.nn.functional.interpolate(x, size=(rows, columns), mode=..., align_corners=...)`, and for
"transposed" of `conv_transpose2d`. With `scale_factor=` in place of `size=` PyTorch interpolates
in other places where a side times the factor is not whole.
Source: slides *Segmentation (5): upsampling*.
"""

import math

import numpy as np

from segdemo.errors import InputError
from segdemo.lecture.matrices import MAX_VALUE, MAX_VALUE_WRITTEN
from segdemo.lecture.upsampling.axis_weights import MODES, axis_weights
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
    start, end = _end("x1", x1), _end("x2", x2)
    t = number_between(position, 0, 1)
    if t is None:
        raise InputError("upsampling-errors.position")
    if mode == "nearest":
        return start if t <= 0.5 else end
    return (1 - t) * start + t * end


def _end(name: str, value: object) -> float:
    number = number_between(value, -MAX_VALUE, MAX_VALUE)
    if number is None:
        raise InputError("upsampling-errors.end", name=name, limit=MAX_VALUE_WRITTEN)
    return number


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
    pair = size if isinstance(size, list | tuple) and len(size) == 2 else (None, None)
    rows, columns = (whole_between(side, 1, MAX_SIDE) for side in pair)
    if rows is None or columns is None:
        raise InputError("upsampling-errors.size", limit=MAX_SIDE)
    return rows, columns


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
