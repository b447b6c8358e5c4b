"""The written-out upsampling against the lecture's tables and against PyTorch."""

import doctest
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from support.helpers import refusal, unhurried
from support.upsamplings import LECTURE, by_torch, matrices, sizes, upsamplings, values

from segdemo.lecture.matrices import MAX_ROWS
from segdemo.lecture.upsampling import axis_weights, interpolation
from segdemo.lecture.upsampling.axis_weights import ALIGNABLE, MODES
from segdemo.lecture.upsampling.interpolation import (
    MAX_SIDE,
    interpolate_1d,
    output_size,
    upsample,
    weights,
)

INTERPOLATIONS = [mode for mode in MODES if mode != "transposed"]


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
