"""Part *Three kinds of problem*: input, output and loss of each, with live numbers."""

from html import escape

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
from segdemo.locales import text
from segdemo.parsing import number_between
from segdemo.web.components.cross_entropy import (
    MINUS,
    bars,
    colours,
    label_grid,
    number,
    probability,
)
from segdemo.web.components.html import alert
from segdemo.web.tabs.loss.form import select, slider

LONGEST = 7  # cm, a little more than the longest of the nine petals
COLDEST, HOTTEST = 15, 35  # degrees Celsius
OPENING_PETAL = {"length": "4.9", "petal-label": "1"}
OPENING_TEMPERATURE = {"temperature": "26"}


def show_petal(fields: dict[str, str], language: str) -> tuple[str, object]:
    """(what is wrong, the card); on bad input the last good card stays."""
    try:
        length = number_between(fields.get("length"), 0, LONGEST)
        if length is None:
            raise InputError("loss-errors.petal", longest=LONGEST)
        label = parse_label(fields.get("petal-label"))
    except InputError as error:
        return alert(error.sentence(language)), gr.skip()
    return "", classification(length, label, language)


def show_temperature(fields: dict[str, str], language: str) -> tuple[str, object]:
    """(what is wrong, the card); on bad input the last good card stays."""
    temperature = number_between(fields.get("temperature"), COLDEST, HOTTEST)
    if temperature is None:
        error = InputError("loss-errors.temperature", coldest=COLDEST, hottest=HOTTEST)
        return alert(error.sentence(language)), gr.skip()
    return "", regression(temperature, language)


def classification(length: float, label: int, language: str) -> str:
    """A petal's length -> three probabilities -> their cross-entropy."""
    probabilities = petal_probabilities(length)
    loss = float(cross_entropy(probabilities, one_hot(label)))
    names = [text("loss.class", language, label=i) for i in range(3)]
    label_name = text("loss.petal.label", language)
    fields = (
        slider(
            "length",
            OPENING_PETAL["length"],
            text("loss.petal.length", language),
            0.5,
            LONGEST,
            0.1,
        )
        + f'<label class="loss-slider"><span>{label_name}</span>'
        + select("petal-label", OPENING_PETAL["petal-label"], label_name, language, named=False)
        + "</label>"
    )
    return _card(
        "classification",
        f"{_petals(length, language)}<p><b>{length:.1f} cm</b></p><form>{fields}</form>",
        bars(probabilities, names, label),
        f"{MINUS}log p<sub>{label}</sub> = {MINUS}log {probability(probabilities[label])}",
        loss,
        language,
    )


def regression(temperature: float, language: str) -> str:
    """A week's temperatures -> the next day's -> the squared error."""
    prediction = next_temperature()
    loss = (prediction - temperature) ** 2
    week = ", ".join(f"{t:g}" for t in TEMPERATURES)
    field = slider(
        "temperature",
        OPENING_TEMPERATURE["temperature"],
        text("loss.temperature.truth", language),
        COLDEST,
        HOTTEST,
        0.5,
    )
    outcome = text(
        "loss.temperature.outcome",
        language,
        prediction=f"{prediction:.2f}",
        truth=f"{temperature:.1f}",
    )
    return _card(
        "regression",
        f"{_week(temperature, language)}<p>{week} °C</p><form>{field}</form>",
        f"<p><b>{escape(outcome)}</b></p>",
        f"(ŷ {MINUS} y)² = ({prediction:.2f} {MINUS} {temperature:.2f})²",
        loss,
        language,
    )


def segmentation(predicted: np.ndarray, labels: np.ndarray, total: float, language: str) -> str:
    """A 2x2 image -> a class for each pixel -> the mean cross-entropy."""
    tiles = "".join(f'<i class="p{i}"></i>' for i in range(4))
    alt = escape(text("loss.segmentation.image", language))
    return _card(
        "segmentation",
        f'<div class="tiny-image" role="img" aria-label="{alt}">{tiles}</div><p>{alt}</p>',
        f'<div class="pair">{label_grid(predicted, text("loss.image.predicted", language))}'
        f"{label_grid(labels, text('loss.image.truth', language))}</div>",
        f"1/(H·W) &sum; CE = 1/{labels.size} &sum; CE",
        total,
        language,
    )


def _card(kind: str, given: str, output: str, formula: str, loss: float, language: str) -> str:
    """Five rows, each as high as in the cards beside it: name, input, output, loss, remark."""
    name, note = (text(f"loss.{kind}{part}", language) for part in ("", ".note"))
    heads = [text(f"loss.{part}", language) for part in ("input", "output", "loss")]
    return (
        f'<article class="problem {kind}"><header><h3>{escape(name)}</h3>'
        f"<p>{escape(note)}</p></header>"
        f"<section><h4>{heads[0]}</h4>{given}</section>"
        f"<section><h4>{heads[1]}</h4>{output}</section>"
        f"<section><h4>{heads[2]}</h4><p>{formula}</p>"
        f'<p class="total">= <b class="loss-value">{number(loss)}</b></p></section></article>'
    )


def _petals(length: float, language: str) -> str:
    """The nine petals on a line, in their classes' colours, and the one asked about."""
    dots = "".join(
        f'<i class="dot" style="left:{100 * x / LONGEST:.1f}%;bottom:{0.3 + 1.4 * (i % 3):.1f}rem;'
        f'{colours(label)}">{label}</i>'  # one above the other, for 1.3 and 1.4 would overlap
        for i, (x, label) in enumerate(zip(PETAL_LENGTHS.tolist(), PETAL_LABELS.tolist()))
    )
    alt = escape(text("loss.petal.line", language, length=f"{length:.1f}"))
    return (
        f'<div class="number-line" role="img" aria-label="{alt}">{dots}'
        f'<i class="here" style="left:{100 * length / LONGEST:.1f}%"></i></div>'
    )


def _week(temperature: float, language: str) -> str:
    """The week's temperatures, the line through them, and the gap on the day after."""
    slope, start = temperature_line()
    last = len(TEMPERATURES) + 1

    def point(day: float, degrees: float) -> str:
        height = 100 * (HOTTEST - degrees) / (HOTTEST - COLDEST)
        return f"{300 * (day - 0.5) / last:.1f},{height:.1f}"

    def dot(day: float, degrees: float, style: str) -> str:
        x, y = point(day, degrees).split(",")
        return f'<circle class="{style}" cx="{x}" cy="{y}" r="5"/>'

    days = "".join(dot(day, t, "known") for day, t in enumerate(TEMPERATURES.tolist(), 1))
    line = f"M{point(0.6, start + 0.6 * slope)} L{point(last, start + last * slope)}"
    gap = f"M{point(last, start + last * slope)} L{point(last, temperature)}"
    alt = escape(text("loss.temperature.line", language))
    return (
        f'<svg class="week" viewBox="0 -4 300 108" role="img" aria-label="{alt}">'
        f'<path d="{line}"/><path class="gap" d="{gap}"/>{days}'
        f"{dot(last, start + last * slope, 'said')}{dot(last, temperature, 'true')}</svg>"
    )
