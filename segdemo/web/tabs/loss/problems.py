"""Idea *Three kinds of problem*: input, model, output and loss of each, with live numbers."""

from dataclasses import dataclass

import gradio as gr
import numpy as np

from segdemo.errors import InputError
from segdemo.lecture.loss.cross_entropy import cross_entropy, one_hot, parse_label
from segdemo.lecture.loss.toy_problems import (
    PETAL_LABELS,
    PETAL_LENGTHS,
    TEMPERATURES,
    next_temperature,
    petal_probabilities,
    temperature_line,
)
from segdemo.locales import DEFAULT_LANGUAGE, Translator
from segdemo.parsing import number_between
from segdemo.web.components.probability_bars import Bar, class_bars
from segdemo.web.context import PageContext
from segdemo.web.events import UNQUEUED
from segdemo.web.html import html
from segdemo.web.tabs.loss.axes import Axis
from segdemo.web.templates import render

SHORTEST, LONGEST = 0.5, 7  # cm, around the nine petals
COLDEST, HOTTEST = 15, 35  # degrees Celsius
OPENING_PETAL = 4.9, 1
OPENING_TEMPERATURE = 26
PETAL_AXIS = Axis(0, LONGEST, 12, 288, tuple(range(LONGEST + 1)))
DAYS = Axis(1, len(TEMPERATURES) + 1, 40, 288, tuple(range(1, len(TEMPERATURES) + 2)))
DEGREES = Axis(COLDEST, HOTTEST, 92, 12, (15, 25, 35))
TEMPLATE = "tabs/loss/problems.html"


@dataclass(frozen=True)
class Petal:
    """A petal of `length` cm of the class `label`, and what softmax regression says of it."""

    length: float
    label: int
    probability: float
    bars: list[Bar]
    loss: float


@dataclass(frozen=True)
class Forecast:
    """What the line says of the eighth day, what that day brings, in °C, and the squared error."""

    predicted: float
    true: float
    loss: float


def petal(length: object, label: object, t: Translator) -> Petal:
    """Raises InputError for a length outside of 0 to LONGEST or no class."""
    centimetres = number_between(length, 0, LONGEST)
    if centimetres is None:
        raise InputError("loss-errors.petal", longest=LONGEST)
    label = parse_label(label)
    p = petal_probabilities(centimetres)
    names = [t("loss.class", label=i) for i in range(len(p))]
    loss = float(cross_entropy(p, one_hot(label)))
    return Petal(centimetres, label, float(p[label]), class_bars(p, names, label), loss)


def forecast(temperature: object) -> Forecast:
    """Raises InputError for a temperature outside of COLDEST to HOTTEST."""
    true = number_between(temperature, COLDEST, HOTTEST)
    if true is None:
        raise InputError("loss-errors.temperature", coldest=COLDEST, hottest=HOTTEST)
    predicted = next_temperature()
    return Forecast(predicted, true, (predicted - true) ** 2)


def show_petal(length: object, label: object, t: Translator) -> tuple[str, str]:
    """(input, output and loss) of the classification."""
    values = {
        "petal": petal(length, label, t),
        "axis": PETAL_AXIS,
        "flowers": [
            (PETAL_AXIS.at(x), 78 - 27 * (i % 3), label)
            for i, (x, label) in enumerate(zip(PETAL_LENGTHS.tolist(), PETAL_LABELS.tolist()))
        ],
        "table": [(PETAL_LENGTHS[label == PETAL_LABELS].tolist(), label) for label in range(3)],
    }
    return _halves("classification", t, **values)


def show_temperature(temperature: object, t: Translator) -> tuple[str, str]:
    """(input, output and loss) of the regression."""
    slope, start = temperature_line()
    values = {
        "forecast": forecast(temperature),
        "days": DAYS,
        "degrees": DEGREES,
        "week": list(enumerate(TEMPERATURES.tolist(), start=1)),
        "line": [(day, start + slope * day) for day in (1, DAYS.high)],
    }
    return _halves("regression", t, **values)


def show_segmentation(
    predicted: np.ndarray, labels: np.ndarray, total: float, t: Translator
) -> tuple[str, str]:
    """(input, output and loss) of the 2x2 image, which the idea of that name edits."""
    return _halves("segmentation", t, predicted=predicted, labels=labels, loss=total)


def _halves(kind: str, t: Translator, **values: object) -> tuple[str, str]:
    left, right = (
        render(TEMPLATE, t, kind=kind, half=half, **values) for half in ("input", "output")
    )
    return left, right


def build(context: PageContext, segmentation: tuple[str, str]) -> tuple[gr.HTML, gr.HTML]:
    """Add the idea; returns the two parts of the third column, which idea *2x2 image* fills."""
    with gr.Row(elem_id="loss-three"):
        _classification(context)
        _regression(context)
        with gr.Column(elem_classes="problem"):
            given = html(segmentation[0], elem_classes="follows")
            gr.HTML("")
            result = html(segmentation[1], elem_classes="follows")
    return given, result


def _classification(context: PageContext) -> None:
    local = context.translations
    given, result = show_petal(*OPENING_PETAL, Translator(DEFAULT_LANGUAGE))
    with gr.Column(elem_classes="problem"):
        parts = [html(given, elem_classes="follows")]
        with gr.Row(elem_classes="petal-controls"):
            length = local.slider(
                "loss.petal.length",
                SHORTEST,
                LONGEST,
                OPENING_PETAL[0],
                step=0.1,
                min_width=150,
                scale=2,
            )
            label = local.numbers("loss.petal.label", range(3), OPENING_PETAL[1], min_width=120)
        parts.append(html(result, elem_classes="follows"))
    triggers = [length.change, label.change, context.language.change]
    context.show_on(triggers, show_petal, [length, label], parts, **UNQUEUED)


def _regression(context: PageContext) -> None:
    given, result = show_temperature(OPENING_TEMPERATURE, Translator(DEFAULT_LANGUAGE))
    with gr.Column(elem_classes="problem"):
        parts = [html(given, elem_classes="follows")]
        temperature = context.translations.slider(
            "loss.temperature.truth", COLDEST, HOTTEST, OPENING_TEMPERATURE, step=0.5
        )
        parts.append(html(result, elem_classes="follows"))
    triggers = [temperature.change, context.language.change]
    context.show_on(triggers, show_temperature, [temperature], parts, **UNQUEUED)
