"""The matrix parser: what passes, what each refusal says, and that nothing else comes out."""

import doctest
import json
import math
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.helpers import check_sentences, refusal, unhurried

from segdemo import parsing
from segdemo.errors import InputError
from segdemo.lecture import matrices
from segdemo.lecture.matrices import MAX_COLUMNS, MAX_ROWS, MAX_VALUE, parse_matrix
from segdemo.locales import LANGUAGES, Translator

LECTURE = [[1, 5], [4, 8]]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=40,
)
cells = st.none() | st.integers() | st.floats() | st.text(max_size=6) | st.floats(-9, 9).map(str)


def test_docstring_examples():
    assert doctest.testmod(matrices).failed == 0


@pytest.mark.parametrize(
    ("sent", "parsed"),
    [
        (LECTURE, [[1, 5], [4, 8]]),
        ([["1", " 5 "], ["4.0", "8e0"]], [[1, 5], [4, 8]]),
        ([["1,5", "\N{MINUS SIGN}1"], ["0,5", "\N{EN DASH}1"]], [[1.5, -1], [0.5, -1]]),
        (((1, 5), (4, 8)), [[1, 5], [4, 8]]),
        ([[-0.5]], [[-0.5]]),
        ([[MAX_VALUE, -MAX_VALUE]], [[1e6, -1e6]]),
        ([[1] * MAX_COLUMNS] * MAX_ROWS, [[1] * MAX_COLUMNS] * MAX_ROWS),
    ],
)
def test_numbers_and_their_text_pass(sent, parsed):
    matrix = parse_matrix(sent)
    assert matrix.dtype == np.float64
    assert matrix.tolist() == parsed


@pytest.mark.parametrize("sent", [None, 3, "[[1]]", {"data": [[1]]}, True, math.nan])
def test_something_else_than_rows_is_refused(sent):
    assert refusal(parse_matrix, sent).key == "matrix.not-rows"


@pytest.mark.parametrize("row", [None, 3, "12", {"0": 1}])
def test_a_row_that_is_no_list_is_named(row):
    error = refusal(parse_matrix, [[1, 2], row])
    assert (error.key, error.values) == ("matrix.row-not-list", {"row": 2})


@pytest.mark.parametrize("sent", [[], [[]], [[], []]])
def test_no_cells(sent):
    assert refusal(parse_matrix, sent).key == "matrix.no-cells"


@pytest.mark.parametrize("sent", [[[1, 2], [3]], [[1, 2], []], [[1, 2], [3, 4, 5]]])
def test_ragged_rows_are_named(sent):
    error = refusal(parse_matrix, sent)
    assert error.key == "matrix.ragged"
    assert error.values == {"row": 2, "cells": len(sent[1]), "expected": 2}


def test_too_many_rows_and_columns():
    assert refusal(parse_matrix, [[1]] * (MAX_ROWS + 1)).key == "matrix.too-many-rows"
    error = refusal(parse_matrix, [[1], [1] * (MAX_COLUMNS + 1)])
    assert (error.key, error.values["row"]) == ("matrix.too-many-columns", 2)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        *((cell, "empty") for cell in (None, "", " ", "\u00a0")),
        *(
            (cell, "text")
            for cell in ("a", "1,000", "1.500,5", "1_0", "0x1", "1 2", True, [], [1], {})
        ),
        *((cell, "infinite") for cell in (math.nan, math.inf, -math.inf, "nan", "-Infinity")),
        *((cell, "large") for cell in (1e308, -1e308, "1e308", MAX_VALUE + 1, 10**400, -(10**400))),
    ],
)
def test_the_offending_cell_is_named(cell, problem):
    error = refusal(parse_matrix, [[1, 5, 0], [4, 8, cell]])
    assert error.key == f"matrix.cell.{problem}"
    assert (error.values["row"], error.values["column"]) == (2, 3)
    for language in LANGUAGES:
        assert "2" in error.sentence(Translator(language))
        assert "3" in error.sentence(Translator(language))


def test_whole_numbers_beyond_floats_keep_their_sign():
    assert parsing.to_float(10**400) == -parsing.to_float(-(10**400)) == sys.float_info.max


def test_the_first_bad_cell_in_reading_order_is_named():
    error = refusal(parse_matrix, [[1, 2], ["x", None]])
    assert (error.key, error.values) == ("matrix.cell.text", {"row": 2, "column": 1})


def test_english_sentence_in_full():
    assert str(refusal(parse_matrix, [[1, 1e308]])) == (
        "Row 1, column 2 is too large. "
        "Type a number from −1\u202f000\u202f000 to 1\u202f000\u202f000 there."
    )


@pytest.mark.parametrize("cell", ["1" * 1_000_000, "1" * 1_000_000 + "x", "x" * 1_000_000])
def test_a_megabyte_of_text_in_a_cell_is_refused(cell):
    assert refusal(parse_matrix, [[cell]]).key in ("matrix.cell.text", "matrix.cell.infinite")


@unhurried
@given(json_values | st.lists(st.lists(cells, min_size=1, max_size=7), max_size=7))
@example(json.loads("[[1e999]]"))
@example([["\ud800"]])
def test_any_json_is_a_matrix_within_limits_or_a_refusal(sent):
    try:
        matrix = parse_matrix(sent)
    except InputError as error:
        check_sentences(error)
    else:
        assert matrix.shape == (len(sent), len(sent[0]))
        assert 1 <= matrix.shape[0] <= MAX_ROWS
        assert 1 <= matrix.shape[1] <= MAX_COLUMNS
        assert (np.abs(matrix) <= MAX_VALUE).all()


@unhurried
@given(
    st.integers(1, MAX_COLUMNS).flatmap(
        lambda columns: st.lists(
            st.lists(st.floats(-MAX_VALUE, MAX_VALUE), min_size=columns, max_size=columns),
            min_size=1,
            max_size=MAX_ROWS,
        )
    )
)
def test_numbers_pass_unchanged_as_such_and_as_text(rows):
    assert parse_matrix(rows).tolist() == rows
    assert parse_matrix([[repr(cell) for cell in row] for row in rows]).tolist() == rows
