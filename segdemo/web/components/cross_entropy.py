"""Numbers, vectors, bars and tiles of tab *Loss* as HTML."""

import math
from html import escape

import numpy as np

from segdemo.data.classes import CLASSES
from segdemo.data.palette import COLOURS
from segdemo.locales import text

# Black or white, whichever is easier to read on the class's colour: 4.5:1 at least.
INK = {"pet": "#111", "background": "#fff", "border": "#111"}
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MINUS, INFINITY = "\N{MINUS SIGN}", "\N{INFINITY}"


def number(value: float, digits: int = 4) -> str:
    """Fixed decimals with a typographic minus; large ones shorter; infinity as its sign."""
    if math.isinf(value):
        return INFINITY
    shown = f"{value:.{digits}f}" if abs(value) < 1000 else f"{value:,.1f}"
    return shown.replace("-", MINUS)


def probability(value: float, digits: int = 4) -> str:
    """Fixed decimals, or 4.5·10⁻⁵ for what they would round to nothing."""
    if value == 0 or value >= 10 ** (1 - digits):
        return number(value, digits)
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(RAISED)}"


def colours(label: int) -> str:
    """A style: the class's colour and what is readable on it."""
    red, green, blue = COLOURS[CLASSES[label]]
    return f"background:rgb({red},{green},{blue});color:{INK[CLASSES[label]]}"


def swatch(label: int) -> str:
    return f'<i class="swatch" style="{colours(label)}">{label}</i>'


def label_grid(labels: np.ndarray, caption: str) -> str:
    """(H, W) labels as tiles in their classes' colours."""
    rows = "".join(
        "<tr>" + "".join(f'<td style="{colours(label)}">{label}</td>' for label in row) + "</tr>"
        for row in labels.tolist()
    )
    return (
        f'<table class="matrix tiles"><caption>{escape(caption)}</caption>'
        f"<tbody>{rows}</tbody></table>"
    )


def vector(values: list[str], chosen: int | None = None) -> str:
    """A column vector in brackets, one entry perhaps marked."""
    entries = "".join(
        f"<b>{value}</b>" if i == chosen else f"<span>{value}</span>"
        for i, value in enumerate(values)
    )
    return f'<span class="vector">{entries}</span>'


def one_hot_text(vector_: np.ndarray) -> str:
    """The slide's way to write a one-hot vector: 010."""
    return "".join(f"{bit:.0f}" for bit in vector_)


def bars(probabilities: np.ndarray, names: list[str], chosen: int) -> str:
    """A bar a class, from 0 to 1, the true class marked."""
    rows = "".join(
        f"<li{' class=chosen' if i == chosen else ''}><span>{name}</span>"
        f'<span class="bar"><i style="width:{100 * p:.1f}%;{colours(i)}"></i></span>'
        f"<b>{probability(p)}</b></li>"
        for i, (name, p) in enumerate(zip(names, probabilities.tolist()))
    )
    return f'<ul class="bars">{rows}</ul>'


def written_out(probabilities: np.ndarray, label: int, loss: float) -> str:
    """-sum y_i log p_i with its numbers, the term that counts marked."""
    terms = [
        f"<mark>1·log {probability(p)}</mark>"
        if i == label
        else f"<span>0·log {probability(p)}</span>"
        for i, p in enumerate(probabilities.tolist())
    ]
    chosen = probability(float(probabilities[label]))
    return (
        f'<p class="formula"><span>{MINUS}&sum;<sub>i</sub> y<sub>i</sub> log p<sub>i</sub></span>'
        f"<span>= {MINUS}({' + '.join(terms)})</span><span>= {MINUS}log {chosen}</span>"
        f'<span>= <b class="loss-value">{number(loss)}</b></span></p>'
    )


def figure(content: str, caption: str) -> str:
    return f"<figure>{content}<figcaption>{escape(caption)}</figcaption></figure>"


def paragraph(key: str, language: str, style: str = "", **values: object) -> str:
    """One of the texts `loss.<key>` as a paragraph."""
    return f'<p class="{style}">{escape(text(f"loss.{key}", language, **values))}</p>'
