"""Numbers out of what a page or an API sends: any JSON value, of which little is usable."""

import re
import sys
from numbers import Real

from segdemo.errors import InputError

MINUS_SIGNS = str.maketrans("\N{MINUS SIGN}\N{EN DASH}", "--")  # as keyboards and slides have them
DECIMAL_COMMA = re.compile(r"\s*[+-]?\d*,\d+(e[+-]?\d+)?\s*", re.IGNORECASE)
THOUSANDS = re.compile(r"\s*[+-]?[1-9]\d{0,2},\d{3}\s*")  # "1,000" may be a thousand, or 1


def to_float(value: object) -> float | None:
    """A number, or text that spells one, as a float (perhaps NaN or infinite); else None.

    Text may have a decimal comma, and a minus sign or an en dash for "-". True and False are no
    numbers. A whole number beyond float's range becomes its largest float.

    >>> to_float(" 1.5 "), to_float(2), to_float("1,5"), to_float("\N{MINUS SIGN}1")
    (1.5, 2.0, 1.5, -1.0)
    >>> to_float("1,000"), to_float("1.500,5"), to_float(True)
    (None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, str | Real):
        return None
    if isinstance(value, str):
        value = value.translate(MINUS_SIGNS)
        if DECIMAL_COMMA.fullmatch(value) and not THOUSANDS.fullmatch(value):
            value = value.replace(",", ".")
    if isinstance(value, str) and "_" in value:  # float() reads "1_0" as 10
        return None
    try:
        return float(value)
    except ValueError:
        return None
    except OverflowError:
        largest = sys.float_info.max
        return largest if value > 0 else -largest  # pyright: ignore[reportOperatorIssue]


def number_between(value: object, low: float, high: float) -> float | None:
    """`value` as a float if it is a number from low to high, else None."""
    number = to_float(value)
    return number if number is not None and low <= number <= high else None


def whole_between(value: object, low: int, high: int) -> int | None:
    """`value` as an int if it is a whole number (2, 2.0, "2") from low to high, else None."""
    number = number_between(value, low, high)
    return int(number) if number is not None and number.is_integer() else None


def to_bool(name: str, value: object) -> bool:
    """True or False; anything else, of which "no" would count as true, raises InputError."""
    if not isinstance(value, bool):
        raise InputError("server.true-or-false", name=name)
    return value
