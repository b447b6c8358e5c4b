"""The inspector's cells, weights, distances and sums."""

import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.helpers import refusal, unhurried
from support.upsamplings import LECTURE, by_torch, matrices, sizes, upsamplings

from segdemo.lecture.upsampling import inspection
from segdemo.lecture.upsampling.axis_weights import ALIGNABLE
from segdemo.lecture.upsampling.inspection import inspect, written_sum
from segdemo.lecture.upsampling.interpolation import output_size, upsample


def test_docstring_examples():
    assert doctest.testmod(inspection).failed == 0


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


@pytest.mark.parametrize(
    "cell", [(-1, 0), (4, 0), (0, 4), (None, 0), (0, "a"), (0.5, 0), (math.nan, 0), ([], 0)]
)
def test_cells_outside_the_output_are_refused(cell):
    key = refusal(inspect, LECTURE, "bilinear", (4, 4), False, *cell).key
    assert key == "upsampling-errors.cell"


@pytest.mark.parametrize("mode", ["nearest", "transposed"])
def test_align_corners_moves_no_centre_of_modes_that_have_none(mode):
    centres = [inspect(LECTURE, mode, (4, 4), align, 0, 0).centre for align in (False, True)]
    assert centres == [(-0.25, -0.25)] * 2
