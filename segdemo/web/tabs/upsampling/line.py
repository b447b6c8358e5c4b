"""Idea *One dimension*: the values at u, v, p and q between x1 and x2, drawn and in a table."""

from collections.abc import Mapping
from dataclasses import dataclass

import gradio as gr

from segdemo.errors import InputError
from segdemo.lecture.lesson_links import LessonState
from segdemo.lecture.upsampling.interpolation import interpolate_1d
from segdemo.locales import DEFAULT_LANGUAGE, Translator
from segdemo.parsing import number_between
from segdemo.web.callbacks import alert_html
from segdemo.web.components.number_fields import number_fields, refusal_slot, texts_of
from segdemo.web.context import PageContext
from segdemo.web.events import UNQUEUED
from segdemo.web.templates import render

ENDS = ("x1", "x2")
POINTS = ("u", "v", "p", "q")
OPENING: dict[str, str] = dict(zip(ENDS + POINTS, map("{:g}".format, LessonState().line)))
LEFT, RIGHT, TOP, BOTTOM = 60, 460, 34, 220  # where x1, x2, the larger and the smaller value lie


@dataclass(frozen=True)
class Point:
    """A place from 0 (x1) to 1 (x2), both rules' values there, and where they are drawn."""

    name: str
    position: float
    nearest: float
    linear: float
    x: float
    nearest_y: float
    linear_y: float


@dataclass(frozen=True)
class Line:
    """Both ends, as (name, value, x, y), and the points between them."""

    ends: list[tuple[str, float, float, float]]
    points: list[Point]


def line(typed: Mapping[str, object]) -> Line:
    """What is typed -> both rules at the points. Raises InputError, whose `name` is the field."""
    x1, x2 = (interpolate_1d(typed.get("x1"), typed.get("x2"), end, "linear") for end in (0, 1))
    low, span = min(x1, x2), abs(x2 - x1)

    def y(value: float) -> float:
        fraction = (value - low) / span if span else 0.5
        return round(BOTTOM - fraction * (BOTTOM - TOP), 2)

    points = []
    for name in POINTS:
        t = _position(name, typed.get(name))
        nearest, linear = (interpolate_1d(x1, x2, t, mode) for mode in ("nearest", "linear"))
        x = round(LEFT + t * (RIGHT - LEFT), 2)
        points.append(Point(name, t, nearest, linear, x, y(nearest), y(linear)))
    return Line([("x1", x1, LEFT, y(x1)), ("x2", x2, RIGHT, y(x2))], points)


def _position(name: str, value: object) -> float:
    position = number_between(value, 0, 1)
    if position is None:
        raise InputError("upsampling-errors.point", name=name)
    return position


def numbers(drawn: Line) -> list[float]:
    """x1, x2, u, v, p, q, as a link has them."""
    return [value for _, value, _, _ in drawn.ends] + [point.position for point in drawn.points]


def view(typed: Mapping[str, object], drawn: Line, t: Translator, bad: str = "") -> dict:
    """Fields, drawing and table, the field named `bad` marked; the drawing may be an older one."""
    html = render(
        "tabs/upsampling/line.html",
        t,
        fields=[(name, typed.get(name, ""), name in ENDS) for name in OPENING],
        line=drawn,
        bad=bad,
        left=LEFT,
        right=RIGHT,
    )
    return {"html": html, "texts": dict(typed)}


def show(value: object, last: list[float], t: Translator) -> tuple[str, dict, list[float]]:
    """(alert, fields with drawing, the numbers drawn); bad input keeps the `last` drawing."""
    typed = texts_of(value)
    try:
        drawn = line(typed)
    except InputError as error:
        old = line(dict(zip(OPENING, last)))
        return alert_html(error, t), view(typed, old, t, error.values.get("name", "")), last
    return "", view(typed, drawn, t), numbers(drawn)


def build(context: PageContext) -> tuple[gr.HTML, gr.JSON]:
    """Add the idea; returns its view and the numbers drawn, which a link sets."""
    alert = refusal_slot("line-alert")
    shown = number_fields(
        view(OPENING, line(OPENING), Translator(DEFAULT_LANGUAGE)),
        "tabs/upsampling/line.js",
        elem_id="line",
        elem_classes="fields",
    )
    drawn = gr.JSON(list(LessonState().line), visible="hidden")
    context.show_on(
        [shown.input, context.language.change],
        show,
        [shown, drawn],
        [alert, shown, drawn],
        **UNQUEUED,
    )
    return shown, drawn


def restore(state: LessonState, t: Translator) -> dict:
    """The view of a link's numbers."""
    typed = dict(zip(OPENING, map("{:g}".format, state.line)))
    return view(typed, line(typed), t)
