"""The written-out upsampling against the lecture's tables and against PyTorch."""

import doctest
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from segdemo import axis_weights, interpolation
from segdemo.axis_weights import ALIGNABLE, MODES
from segdemo.interpolation import (
    MAX_SIDE,
    inspect,
    interpolate_1d,
    output_size,
    upsample,
    weights,
    written_sum,
)
from segdemo.matrices import MAX_COLUMNS, MAX_ROWS
from tests.helpers import refusal, unhurried

LECTURE = np.array([[1.0, 5.0], [4.0, 8.0]])
INTERPOLATIONS = [mode for mode in MODES if mode != "transposed"]

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


@pytest.mark.parametrize("module", [axis_weights, interpolation])
def test_docstring_examples(module):
    assert doctest.testmod(module).failed == 0


# ---- The lecture's tables ----


def test_nearest_table():
    assert upsample(LECTURE, "nearest", (4, 4)).tolist() == [
        [1, 1, 5, 5],
        [1, 1, 5, 5],
        [4, 4, 8, 8],
        [4, 4, 8, 8],
    ]


def test_bilinear_table_exactly_where_the_slide_cut_it():
    table = upsample(LECTURE, "bilinear", (4, 4), align_corners=False)
    assert table.tolist() == [
        [1.0, 2.0, 4.0, 5.0],
        [1.75, 2.75, 4.75, 5.75],
        [3.25, 4.25, 6.25, 7.25],
        [4.0, 5.0, 7.0, 8.0],
    ]
    printed = [[1.0, 2.0, 4.0, 5.0], [1.7, 2.7, 4.7, 5.7], [3.2, 4.2, 6.2, 7.2], [4.0, 5.0, 7, 8]]
    assert (np.floor(table * 10) / 10).tolist() == printed


def test_bilinear_table_of_the_decoder_block():
    table = upsample(LECTURE, "bilinear", (4, 4), align_corners=True)
    first_row, first_column = np.array([1, 7 / 3, 11 / 3, 5]), np.array([0, 1, 2, 3])
    np.testing.assert_allclose(table, first_row + first_column[:, None], rtol=0, atol=1e-12)


@unhurried
@given(
    st.tuples(values, values, values),
    st.sampled_from(ALIGNABLE),
    st.sampled_from([(4, 4), (3, 7), (16, 16)]),
    st.booleans(),
)
def test_a_planar_matrix_stays_a_plane_without_a_twist(plane, mode, size, align_corners):
    """x11 - x12 - x21 + x22 = 0 in the matrix, and in every 2x2 block of the result."""
    start, down, along = plane
    matrix = start + np.array([[0, along], [down, down + along]])
    result = upsample(matrix, mode, size, align_corners)
    twist = result[1:, 1:] - result[1:, :-1] - result[:-1, 1:] + result[:-1, :-1]
    np.testing.assert_allclose(twist, 0, atol=1e-9)


def test_a_bent_matrix_is_no_plane():
    result = upsample(np.array([[1.0, 5.0], [4.0, 0.0]]), "bilinear", (4, 4))
    assert result[1, 1] - result[1, 2] - result[2, 1] + result[2, 2] == -2


# ---- PyTorch ----


@unhurried
@given(upsamplings())
def test_agrees_with_pytorch(case):
    result = upsample(*case)
    assert result.dtype == np.float64
    np.testing.assert_allclose(result, by_torch(*case), rtol=0, atol=1e-6)


def test_every_pair_of_sides_takes_pytorchs_nearest_cell():
    """In float32, which the networks use, n/m is rounded, and the cell is still the same."""
    for n in range(1, MAX_ROWS + 1):
        matrix = np.arange(n, dtype=float)[:, None]
        for m in range(1, MAX_SIDE + 1):
            x = torch.from_numpy(matrix).float()[None, None]
            expected = F.interpolate(x, size=(m, 1), mode="nearest")[0, 0].tolist()
            assert upsample(matrix, "nearest", (m, 1)).tolist() == expected


@unhurried
@given(matrices(), st.sampled_from(INTERPOLATIONS), sizes, st.booleans())
def test_interpolations_weights_sum_to_one(matrix, mode, size, align_corners):
    for table in weights(matrix.shape, mode, size, align_corners):
        np.testing.assert_allclose(table.sum(axis=1), 1, rtol=0, atol=1e-12)


@pytest.mark.parametrize("factor", range(2, 9))
def test_transposed_is_bilinear_but_for_its_fading_border(factor):
    size = (4 * factor, 4 * factor)
    transposed, _ = weights((4, 4), "transposed", size, False)
    bilinear, _ = weights((4, 4), "bilinear", size, False)
    border = factor // 2
    np.testing.assert_allclose(transposed[border:-border], bilinear[border:-border], atol=1e-12)
    assert (transposed[:border].sum(axis=1) < 1).all()
    assert (transposed[-border:].sum(axis=1) < 1).all()


@pytest.mark.parametrize("mode", ["nearest", "transposed"])
def test_align_corners_is_ignored_by_modes_that_have_none(mode):
    results = [upsample(LECTURE, mode, (4, 4), align) for align in (False, True)]
    assert results[0].tolist() == results[1].tolist()
    centres = [inspect(LECTURE, mode, (4, 4), align, 0, 0).centre for align in (False, True)]
    assert centres == [(-0.25, -0.25)] * 2


# ---- One output cell ----


@unhurried
@given(upsamplings(), st.data())
def test_the_inspected_sum_is_the_cell(case, data):
    size = case[2]
    row = data.draw(st.integers(0, size[0] - 1))
    column = data.draw(st.integers(0, size[1] - 1))
    found = inspect(*case, row, column)
    total = sum(source.weight * source.value for source in found.sources)
    assert total == pytest.approx(upsample(*case)[row, column], abs=1e-9)
    assert found.value == pytest.approx(total, abs=1e-9)
    assert all(source.weight != 0 for source in found.sources)
    assert all(source.value == case[0][source.row, source.column] for source in found.sources)
    if case[1] != "transposed":
        assert sum(source.weight for source in found.sources) == pytest.approx(1)


@unhurried
@given(upsamplings(), st.data())
def test_the_centre_is_where_a_ramp_says(case, data):
    """A long ramp of 0, 1, 2 ... holds its own coordinates, so bilinear reads the centre off."""
    (rows, columns), (_, mode, size, align_corners) = case[0].shape, case
    row = data.draw(st.integers(0, size[0] - 1))
    column = data.draw(st.integers(0, size[1] - 1))
    centre = inspect(*case, row, column).centre
    align = align_corners and mode in ALIGNABLE
    for at, n, ramp in (
        (
            centre[0],
            rows,
            by_torch(np.arange(rows)[:, None] + np.zeros(columns), "bilinear", size, align),
        ),
        (
            centre[1],
            columns,
            by_torch(np.arange(columns) + np.zeros((rows, 1)), "bilinear", size, align),
        ),
    ):
        assert min(max(at, 0), n - 1) == pytest.approx(ramp[row, column], abs=1e-9)


def test_inspecting_the_lectures_cell():
    found = inspect(LECTURE, "bilinear", (4, 4), False, 1, 1)
    assert found.centre == (0.25, 0.25)
    assert [(s.row, s.column, s.value, s.weight) for s in found.sources] == [
        (0, 0, 1, 0.5625),
        (0, 1, 5, 0.1875),
        (1, 0, 4, 0.1875),
        (1, 1, 8, 0.0625),
    ]
    assert found.value == 2.75
    assert found.neighbours == ()
    assert written_sum(found) == ("0.75*0.75*1 + 0.25*0.75*5 + 0.75*0.25*4 + 0.25*0.25*8 = 2.75")


def test_nearest_shows_distances_and_the_winner():
    found = inspect(LECTURE, "nearest", (4, 4), False, 1, 2)
    assert found.centre == (0.25, 0.75)
    assert [(n.row, n.column, n.value, n.won) for n in found.neighbours] == [
        (0, 0, 1, False),
        (0, 1, 5, True),
        (1, 0, 4, False),
        (1, 1, 8, False),
    ]
    assert [n.distance for n in found.neighbours] == pytest.approx(
        [
            math.hypot(0.25, 0.75),
            math.hypot(0.25, 0.25),
            math.hypot(0.75, 0.75),
            math.hypot(0.75, 0.25),
        ]
    )
    assert found.closest_won
    assert written_sum(found) == "1*1*5 = 5"


@pytest.mark.parametrize("corner", [(0, 0), (0, 3), (3, 0), (3, 3)])
def test_nearest_compares_with_every_cell_of_a_2x2_matrix(corner):
    neighbours = inspect(LECTURE, "nearest", (4, 4), False, *corner).neighbours
    assert [n.value for n in neighbours] == [1, 5, 4, 8]


@unhurried
@given(matrices(), st.data())
def test_nearest_has_one_winner_and_it_is_the_value(matrix, data):
    size = data.draw(sizes)
    row = data.draw(st.integers(0, size[0] - 1))
    column = data.draw(st.integers(0, size[1] - 1))
    found = inspect(matrix, "nearest", size, False, row, column)
    (winner,) = [neighbour for neighbour in found.neighbours if neighbour.won]
    assert winner.value == found.value
    assert 1 <= len(found.neighbours) <= 4
    closest = min(
        math.hypot(r - found.centre[0], c - found.centre[1]) for r, c in np.ndindex(matrix.shape)
    )
    assert min(neighbour.distance for neighbour in found.neighbours) == closest
    assert found.closest_won == (winner.distance == closest)


@unhurried
@given(matrices(), st.integers(2, 8), st.data())
def test_the_closest_wins_for_whole_factors(matrix, factor, data):
    size = output_size(matrix.shape, factor)
    row = data.draw(st.integers(0, size[0] - 1))
    column = data.draw(st.integers(0, size[1] - 1))
    assert inspect(matrix, "nearest", size, False, row, column).closest_won


def test_pytorchs_nearest_may_miss_the_closest():
    """3 cells to 4: the second centre falls at 0.625, closer to cell 1, yet floor(0.75) is 0."""
    found = inspect(np.array([[10.0, 20.0, 30.0]]), "nearest", (1, 4), False, 0, 1)
    assert (found.centre[1], found.value, found.closest_won) == (0.625, 10, False)


@pytest.mark.parametrize(
    ("matrix", "mode", "size", "align_corners", "cell", "written"),
    [
        (LECTURE, "bilinear", (4, 4), True, (0, 1), "0.6667*1*1 + 0.3333*1*5 ≈ 2.3333"),
        (-LECTURE, "bilinear", (2, 4), False, (0, 1), "0.75*1*(-1) + 0.25*1*(-5) = -2"),
        (LECTURE, "transposed", (4, 4), False, (0, 0), "0.75*0.75*1 = 0.5625"),
        (np.array([[-0.0]]), "nearest", (1, 1), False, (0, 0), "1*1*0 = 0"),
        (np.array([[2e-6]]), "nearest", (1, 1), False, (0, 0), "1*1*2e-06 = 2e-06"),
        (np.array([[1e6]]), "bilinear", (1, 1), False, (0, 0), "1*1*1000000 = 1000000"),
        (
            np.array([[0.2, -0.1]]),
            "bilinear",
            (1, 4),
            True,
            (0, 2),
            "0.3333*1*0.2 + 0.6667*1*(-0.1) ≈ 0",
        ),
    ],
)
def test_sums_as_written(matrix, mode, size, align_corners, cell, written):
    assert written_sum(inspect(matrix, mode, size, align_corners, *cell)) == written


@unhurried
@given(upsamplings(), st.data())
def test_a_written_sum_adds_up_as_written(case, data):
    row = data.draw(st.integers(0, case[2][0] - 1))
    column = data.draw(st.integers(0, case[2][1] - 1))
    found = inspect(*case, row, column)
    left, sign, right = written_sum(found).rpartition(" = ")
    if not sign:
        left, sign, right = written_sum(found).rpartition(" ≈ ")
    total = sum(
        math.prod(float(factor.strip("()")) for factor in term.split("*"))
        for term in left.split(" + ")
    )
    tolerance = 1e-9 if sign == " = " else 16 * 1e-4 * (1 + np.abs(case[0]).max())
    assert total == pytest.approx(float(right), rel=1e-9, abs=tolerance)


# ---- One axis ----


@pytest.mark.parametrize(
    ("t", "nearest", "linear"), [(0, 1, 1), (0.25, 1, 2), (0.5, 1, 3), (0.75, 5, 4), (1, 5, 5)]
)
def test_points_between_two_values(t, nearest, linear):
    assert interpolate_1d(1, 5, t, "nearest") == nearest
    assert interpolate_1d(1, 5, t, "linear") == linear


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ((None, 5, 0.5, "linear"), "end"),
        ((1, "x", 0.5, "linear"), "end"),
        ((1, 1e308, 0.5, "linear"), "end"),
        ((1, 5, 1.01, "linear"), "position"),
        ((1, 5, math.nan, "nearest"), "position"),
        ((1, 5, [], "nearest"), "position"),
        ((1, 5, 0.5, "cubic"), "mode"),
        ((1, 5, 0.5, ["linear"]), "mode"),
    ],
)
def test_refusals_between_two_values(arguments, key):
    assert refusal(interpolate_1d, *arguments).key == f"upsampling-errors.{key}"


# ---- Sizes, factors, refusals ----


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 5), (6, 6)])
@pytest.mark.parametrize("factor", [1.5, 2, 2.3, 3, 7.9, 8, "2"])
def test_output_size_is_pytorchs(shape, factor):
    x = torch.zeros(1, 1, *shape)
    expected = F.interpolate(x, scale_factor=float(factor), mode="nearest").shape[2:]
    assert output_size(shape, factor) == tuple(expected)


@pytest.mark.parametrize(
    ("factor", "key"),
    [
        *((factor, "factor.text") for factor in (None, "", "two", [2], {}, True)),
        *((f, "factor.range") for f in (0, 1, -2, 1.49, 8.01, 1000, math.nan, math.inf, 10**400)),
    ],
)
def test_factors_refused(factor, key):
    assert refusal(output_size, (2, 2), factor).key == f"upsampling-errors.{key}"


@pytest.mark.parametrize(
    "size",
    [None, 4, "44", [], [4], [4, 4, 4], [0, 4], [4, 49], [4.5, 4], [4, None], [4, "x"], [[4], 4]]
    + [[math.nan, 4], [math.inf, 4], [10**400, 4], [True, 4], {"rows": 4, "columns": 4}],
)
def test_sizes_refused(size):
    assert refusal(upsample, LECTURE, "bilinear", size).key == "upsampling-errors.size"


def test_sizes_as_a_page_sends_them():
    for size in ([4, 4], (4.0, 4.0), ["4", "4"]):
        assert upsample(LECTURE, "nearest", size).shape == (4, 4)


@pytest.mark.parametrize("mode", [None, "", "cubic", "NEAREST", 1, ["nearest"], {}])
def test_modes_refused(mode):
    assert refusal(upsample, LECTURE, mode, (4, 4)).key == "upsampling-errors.mode"


@pytest.mark.parametrize("align_corners", [None, 1, "false", []])
def test_align_corners_must_be_a_bool(align_corners):
    key = refusal(upsample, LECTURE, "bilinear", (4, 4), align_corners).key
    assert key == "upsampling-errors.align-corners"


@pytest.mark.parametrize("size", [(2, 2), (1, 1), (4, 6), (5, 5), (3, 3), (4, 2)])
def test_transposed_needs_one_whole_factor(size):
    assert refusal(upsample, LECTURE, "transposed", size).key == "upsampling-errors.transposed"


@pytest.mark.parametrize(
    "cell", [(-1, 0), (4, 0), (0, 4), (None, 0), (0, "a"), (0.5, 0), (math.nan, 0), ([], 0)]
)
def test_cells_outside_the_output_are_refused(cell):
    key = refusal(inspect, LECTURE, "bilinear", (4, 4), False, *cell).key
    assert key == "upsampling-errors.cell"
