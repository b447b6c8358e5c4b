"""Numbers out of what a page or an API sends: any JSON value, of which little is usable."""

import sys
from numbers import Real


def to_float(value: object) -> float | None:
    """A number, or text that spells one, as a float (perhaps NaN or infinite); else None.

    True and False are no numbers. A whole number beyond float's range becomes its largest float.

    >>> to_float(" 1.5 "), to_float(2), to_float("1,5"), to_float(True)
    (1.5, 2.0, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, str | Real):
        return None
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
