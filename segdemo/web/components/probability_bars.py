"""Probabilities as bars: what the macro of `probability_bars.html` draws."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from segdemo.data.classes import CLASSES
from segdemo.data.palette import COLOURS
from segdemo.locales import Translator

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MINUS, INFINITY, THIN_SPACE = "\N{MINUS SIGN}", "\N{INFINITY}", "\N{NARROW NO-BREAK SPACE}"


class Bar(NamedTuple):
    """A row: `fraction` 0..1 is the bar's length, `chosen` the one that is outlined."""

    name: str
    colour: str  # CSS
    fraction: float
    written: str
    chosen: bool


def class_bars(probabilities: np.ndarray, names: Sequence[str], chosen: int) -> list[Bar]:
    """(3,) probabilities, one bar per class in its colour."""
    return [
        Bar(name, class_colour(label), p, probability(p), label == chosen)
        for label, (name, p) in enumerate(zip(names, probabilities.tolist()))
    ]


def class_names(t: Translator) -> list[str]:
    """Label and name of each class: "0 pet"."""
    return [f"{label} {t(f'page.class.{name}')}" for label, name in enumerate(CLASSES)]


def class_colour(label: int) -> str:
    """The class's colour, as CSS."""
    red, green, blue = COLOURS[CLASSES[label]]
    return f"rgb({red},{green},{blue})"


def number(value: float, digits: int = 4) -> str:
    """Fixed decimals with a typographic minus; large ones shorter; infinity as its sign."""
    if math.isinf(value):
        return INFINITY
    written = f"{value:.{digits}f}" if abs(value) < 1000 else f"{value:,.1f}"
    return written.replace("-", MINUS).replace(",", THIN_SPACE)


def probability(value: float, digits: int = 4) -> str:
    """Fixed decimals, or 4.5·10⁻⁵ for what they would round to nothing."""
    if value == 0 or value >= 10 ** (1 - digits):
        return number(value, digits)
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(RAISED)}"
