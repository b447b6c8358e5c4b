"""Every upsampling there is, as hypothesis strategies, and the same by PyTorch."""

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

from segdemo.lecture.matrices import MAX_COLUMNS, MAX_ROWS
from segdemo.lecture.upsampling.axis_weights import ALIGNABLE, MODES
from segdemo.lecture.upsampling.interpolation import MAX_SIDE

LECTURE = np.array([[1.0, 5.0], [4.0, 8.0]])

sides = st.integers(1, MAX_SIDE)
sizes = st.tuples(sides, sides)
values = st.floats(-1000, 1000)


@st.composite
def matrices(draw):
    rows, columns = draw(st.integers(1, MAX_ROWS)), draw(st.integers(1, MAX_COLUMNS))
    cells = draw(st.lists(values, min_size=rows * columns, max_size=rows * columns))
    return np.array(cells).reshape(rows, columns)


@st.composite
def upsamplings(draw):
    """matrix, mode, size, align_corners: every combination that `upsample` answers."""
    matrix, mode = draw(matrices()), draw(st.sampled_from(MODES))
    size = draw(sizes)
    if mode == "transposed":
        factor = draw(st.integers(2, 8))
        size = tuple(factor * side for side in matrix.shape)
    return matrix, mode, size, draw(st.booleans())


def by_torch(matrix, mode, size, align_corners):
    x = torch.from_numpy(matrix)[None, None]
    if mode == "transposed":
        return by_conv_transpose(x, size[0] // matrix.shape[0])
    options = {"align_corners": align_corners} if mode in ALIGNABLE else {}
    return F.interpolate(x, size=size, mode=mode, **options)[0, 0].numpy()


def by_conv_transpose(x, factor):
    """With the kernel as FCN's own code makes it (`upsample_filt` in surgery.py)."""
    length = 2 * factor - factor % 2
    middle = factor - 1 if length % 2 == 1 else factor - 0.5
    y, x_ = np.ogrid[:length, :length]
    kernel = (1 - abs(y - middle) / factor) * (1 - abs(x_ - middle) / factor)
    kernel = torch.from_numpy(kernel)[None, None]
    return F.conv_transpose2d(x, kernel, stride=factor, padding=factor // 2)[0, 0].numpy()
