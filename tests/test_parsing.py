"""Numbers as people type them: what is read, and what stays refused because it is ambiguous."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.helpers import unhurried

from segdemo import parsing
from segdemo.parsing import to_float


def test_docstring_examples():
    assert doctest.testmod(parsing).failed == 0


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,5", 1.5),
        ("0,5", 0.5),
        (",5", 0.5),
        ("0,125", 0.125),
        ("1,2345", 1.2345),
        ("1,5e2", 150),
        ("\N{MINUS SIGN}1", -1),
        ("\N{EN DASH}1", -1),
        (" \N{MINUS SIGN}1,5 ", -1.5),
        ("1e\N{MINUS SIGN}2", 0.01),
        ("\N{FULLWIDTH DIGIT ONE}.\N{FULLWIDTH DIGIT FIVE}", 1.5),
    ],
)
def test_what_keyboards_write_is_read(typed, number):
    assert to_float(typed) == number


@pytest.mark.parametrize(
    "typed",
    ["1.500,5", "1,000", "-12,000", "1,5,2", "1,", ",", "1_0", "0x10", "", "1\N{EN DASH}2", "--1"],
)
def test_what_is_ambiguous_or_no_number_is_not(typed):
    assert to_float(typed) is None


@unhurried
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_comma_is_read_as_the_point_is(number):
    written = f"{number:.4f}"
    assert to_float(written.replace(".", ",").replace("-", "\N{MINUS SIGN}")) == float(written)
