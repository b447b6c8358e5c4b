"""-log p over p, drawn with one point on it."""

import math
from html import escape

import numpy as np

from segdemo.locales import text
from segdemo.web.components import cross_entropy

HIGHEST = 5.0  # of the loss axis; p = 0.0067 is there
WIDTH, HEIGHT = 340, 230
LEFT, RIGHT, TOP, BOTTOM = 34, 12, 16, 36  # margins around the axes


def _x(probability: float) -> float:
    return LEFT + probability * (WIDTH - LEFT - RIGHT)


def _y(loss: float) -> float:
    return HEIGHT - BOTTOM - min(loss, HIGHEST) / HIGHEST * (HEIGHT - TOP - BOTTOM)


def draw(probability: float, loss: float, language: str) -> str:
    """The curve as SVG; a loss above the axis is drawn at its end, as an arrow."""
    p = np.exp(-np.linspace(0, HIGHEST, 120))
    line = " ".join(f"{_x(a):.1f},{_y(b):.1f}" for a, b in zip(p.tolist(), (-np.log(p)).tolist()))
    x, y = _x(probability), _y(loss)
    mark = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
    if loss > HIGHEST:
        mark = f'<path d="M{x - 7:.1f},{TOP + 10} h14 l-7,-13 z"/>'
    values = {"p": cross_entropy.probability(probability), "loss": cross_entropy.number(loss)}
    alt = escape(text("loss.curve.alt", language, **values))
    label = escape(text("loss.curve.point", language, **values))
    return (
        f'<svg class="log-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{alt}">'
        f'{_axes(language)}<path class="drop" d="M{x:.1f},{_y(0)} V{y:.1f} H{LEFT}"/>'
        f'<polyline points="{line}"/>{mark}'
        f'<text class="value" x="{WIDTH - RIGHT}" y="{TOP + 16}" text-anchor="end">{label}</text>'
        "</svg>"
    )


def _axes(language: str) -> str:
    floor = _y(0)
    across = "".join(
        f'<text x="{_x(tick)}" y="{floor + 15}" text-anchor="middle">{tick:g}</text>'
        for tick in (0, 0.25, 0.5, 0.75, 1)
    )
    up = "".join(
        f'<path class="guide" d="M{LEFT},{_y(tick)} H{WIDTH - RIGHT}"/>'
        f'<text x="{LEFT - 6}" y="{_y(tick) + 4}" text-anchor="end">{tick}</text>'
        for tick in range(math.floor(HIGHEST) + 1)
    )
    name = escape(text("loss.curve.probability", language))
    middle = (LEFT + WIDTH - RIGHT) / 2
    return f'{across}{up}<text x="{middle}" y="{HEIGHT - 4}" text-anchor="middle">{name}</text>'
