"""Probabilities as bars: what the macro of `probability_bars.html` draws."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from segdemo.data.classes import CLASSES
from segdemo.data.palette import CSS_COLOURS
from segdemo.locales import Translator
from segdemo.web.formatting import probability


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
        Bar(name, colour, p, probability(p), label == chosen)
        for label, (name, colour, p) in enumerate(
            zip(names, CSS_COLOURS.values(), probabilities.tolist())
        )
    ]


def class_names(t: Translator) -> list[str]:
    """Label and name of each class: "0 pet"."""
    return [f"{label} {t(f'page.class.{name}')}" for label, name in enumerate(CLASSES)]
