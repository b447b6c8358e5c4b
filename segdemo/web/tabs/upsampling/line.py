"""One dimension: the values at u, v, p and q between x1 and x2, drawn and in a table."""

from html import escape

import gradio as gr

from segdemo.errors import InputError
from segdemo.lecture.upsampling.interpolation import MODES_1D, interpolate_1d
from segdemo.locales import text
from segdemo.parsing import number_between
from segdemo.web.components.html import alert, scrolling
from segdemo.web.components.matrix import tidy

ENDS = {"x1": 1, "x2": 5}
POINTS = {"u": 0.2, "v": 0.4, "p": 0.6, "q": 0.8}
WIDTH, HEIGHT = 520, 300  # of the drawing, in its own units
LEFT, RIGHT, TOP, BOTTOM = 60, 460, 34, 220  # where x1, x2, the larger and the smaller value lie
AXIS = 256


def fields(language: str) -> str:
    """Input fields for x1, x2 and the points."""
    keys = dict.fromkeys(ENDS, "upsampling.line.end") | dict.fromkeys(
        POINTS, "upsampling.line.point"
    )
    inputs = "".join(
        f'<label><b>{name}</b><input name="{name}" inputmode="decimal" autocomplete="off" '
        f'value="{value}" aria-label="{escape(text(keys[name], language, name=name))}"></label>'
        for name, value in (ENDS | POINTS).items()
    )
    return f'<div class="line-fields">{inputs}</div>'


def show_line(values: dict, language: str) -> tuple:
    """(problem, drawing and table) for the fields' texts by name; bad input keeps the drawing."""
    try:
        return "", render(values, language)
    except InputError as error:
        return alert(error.sentence(language)), gr.skip()


def render(values: dict, language: str) -> str:
    """Both rules drawn between x1 and x2, and what they give at the points. Raises InputError."""
    x1, x2 = (interpolate_1d(values["x1"], values["x2"], end, "linear") for end in (0, 1))
    points = {name: _position(name, values[name]) for name in POINTS}
    found = {
        name: {mode: interpolate_1d(x1, x2, t, mode) for mode in MODES_1D}
        for name, t in points.items()
    }
    return (
        f'<div class="line-view">{_drawing(x1, x2, points, found, language)}'
        f"{_table(points, found, language)}</div>"
    )


def _position(name: str, value: object) -> float:
    position = number_between(value, 0, 1)
    if position is None:
        raise InputError("upsampling-errors.point", name=name)
    return position


def _table(points: dict[str, float], found: dict[str, dict[str, float]], language: str) -> str:
    titles = ("point.title", "to-x1", "to-x2", "nearest", "linear")
    head = "".join(
        f'<th scope="col" class="{title}">{text(f"upsampling.line.{title}", language)}</th>'
        for title in titles
    )
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{tidy(t)}</td><td>{tidy(1 - t)}</td>'
        f"<td>{tidy(found[name]['nearest'])}</td><td>{tidy(found[name]['linear'])}</td></tr>"
        for name, t in points.items()
    )
    return scrolling(
        f'<table class="facts"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>',
        text("upsampling.line.table", language),
    )


def _drawing(
    x1: float,
    x2: float,
    points: dict[str, float],
    found: dict[str, dict[str, float]],
    language: str,
) -> str:
    low, span = min(x1, x2), abs(x2 - x1)

    def y(value: float) -> float:
        share = (value - low) / span if span else 0.5
        return round(BOTTOM - share * (BOTTOM - TOP), 2)

    middle = (LEFT + RIGHT) / 2
    curves = (
        f'<path class="nearest" d="M{LEFT} {y(x1)}H{middle}M{middle} {y(x2)}H{RIGHT}"/>'
        f'<path class="jump" d="M{middle} {y(x1)}V{y(x2)}"/>'
        f'<path class="linear" d="M{LEFT} {y(x1)}L{RIGHT} {y(x2)}"/>'
    )
    ends = "".join(
        f'<circle class="end" cx="{x}" cy="{y(value)}" r="6"/>'
        f'<text class="value" x="{x}" y="{y(value) - 12}">{name} = {tidy(value)}</text>'
        for name, x, value in (("x1", LEFT, x1), ("x2", RIGHT, x2))
    )
    marks = "".join(
        _mark(name, t, {mode: y(value) for mode, value in found[name].items()}, language)
        for name, t in points.items()
    )
    label = escape(text("upsampling.line.alt", language))
    return (
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{label}" '
        f'data-left="{LEFT}" data-right="{RIGHT}">'
        f'<path class="axis" d="M{LEFT} {AXIS}H{RIGHT}"/>{curves}{ends}{marks}</svg>'
    )


def _mark(name: str, t: float, heights: dict[str, float], language: str) -> str:
    """A point: its handle on the axis and its dot on each curve."""
    x = round(LEFT + t * (RIGHT - LEFT), 2)
    label = escape(text("upsampling.line.point", language, name=name))
    top = min(heights.values())
    return (
        f'<g class="point" data-point="{name}" tabindex="0" role="slider" aria-label="{label}" '
        f'aria-valuemin="0" aria-valuemax="1" aria-valuenow="{tidy(t)}">'
        f'<circle class="hold" cx="{x}" cy="{AXIS}" r="38"/>'
        f'<path class="guide" d="M{x} {AXIS}V{top}"/>'
        f'<rect class="nearest" x="{x - 6}" y="{heights["nearest"] - 6}" width="12" height="12"/>'
        f'<circle class="linear" cx="{x}" cy="{heights["linear"]}" r="7"/>'
        f'<circle class="handle" cx="{x}" cy="{AXIS}" r="17"/>'
        f'<text x="{x}" y="{AXIS + 6}">{name}</text></g>'
    )
