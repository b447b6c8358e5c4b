"""Numbers as people read them."""

import math
from collections.abc import Iterable

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MINUS, INFINITY = "\N{MINUS SIGN}", "\N{INFINITY}"
UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def short(number: float) -> str:
    """Three digits and a unit: 9155 -> "9.2 k", 106987008 -> "107 M"."""
    for size, unit in UNITS:
        if number >= size:
            scaled = number / size
            return f"{scaled:.0f} {unit}" if scaled >= 99.5 else f"{scaled:.1f} {unit}"
    return f"{number:.0f}"


def thousands(number: int) -> str:
    """214979 -> "214 979" with a narrow space that does not break, as both languages read it."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def sides(shape: Iterable[int]) -> str:
    """(256, 16, 16) -> "256×16×16"."""
    return "×".join(map(str, shape))


def percent(share: float) -> str:
    """0.3041 -> "30"."""
    return f"{100 * share:.0f}"


def precise(share: float) -> str:
    """0.0347 -> "3.5", for shares that are often small."""
    return f"{100 * share:.1f}"


def tidy(value: float) -> str:
    """Three decimals at most, no trailing zeros, no minus zero: 2.333, 1.75, 4."""
    return f"{round(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".")


def number(value: float, digits: int = 4) -> str:
    """Fixed decimals with a typographic minus; large ones shorter; infinity as its sign."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else INFINITY
    if abs(value) >= 1e6:
        return _power_of_ten(value)
    written = f"{value:.{digits}f}" if abs(value) < 1000 else f"{value:,.1f}"
    return written.replace("-", MINUS).replace(",", "\N{NARROW NO-BREAK SPACE}")


def probability(value: float, digits: int = 4) -> str:
    """Fixed decimals, or 4.5·10⁻⁵ for what they would round to nothing."""
    is_small = 0 < value < 10 ** (1 - digits)
    return _power_of_ten(value) if is_small else number(value, digits)


def _power_of_ten(value: float) -> str:
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(RAISED)}".replace("-", MINUS)


def milliseconds(duration: float) -> str:
    """One decimal below ten, none above."""
    return f"{duration:.1f}" if duration < 9.95 else f"{duration:.0f}"


def iou(value: float | None) -> str:
    """Two decimals; a dash for a class that neither truth nor answer has."""
    return "–" if value is None else f"{value:.2f}"


# What templates may call, by these names.
FILTERS = short, thousands, sides, percent, precise, tidy, number, probability, milliseconds, iou
