"""Part *The 2x2 image*: an output of three layers, its truth, and what each pixel costs."""

from html import escape

import gradio as gr
import numpy as np

from segdemo.data.classes import CLASSES
from segdemo.errors import InputError
from segdemo.lecture.loss.cross_entropy import (
    IMAGE_SIDE,
    one_hot,
    parse_image_labels,
    parse_image_scores,
    pixel_losses,
    softmax,
    total_loss,
)
from segdemo.locales import text
from segdemo.web.components.cross_entropy import (
    label_grid,
    number,
    one_hot_text,
    paragraph,
    probability,
    swatch,
    vector,
)
from segdemo.web.components.html import alert, scrolling
from segdemo.web.components.matrix import tile_styles
from segdemo.web.tabs.loss.form import class_name, fill, grid, number_field, read_grid, select
from segdemo.web.tabs.loss.problems import segmentation

# The slides' predicted segmentation [[0, 2], [2, 1]] and its truth; the logits are ours.
LOGITS = np.array([[[2, 1], [0, 1]], [[1, 0], [0, 2]], [[0, 2], [2, 0]]], dtype=float)
TRUTH = np.array([[1, 0], [2, 0]])
OPENING = {
    name: value
    for k, layer in enumerate(LOGITS)
    for name, value in grid(f"score-{k}", layer).items()
} | grid("truth", TRUTH)
RESET = fill(OPENING)
SURE = 10  # a logit: beside two of 0 it takes 99.99 % of the probability
# Row 2, column 1 is the pixel that is right on opening.
MAKE_SURELY_WRONG = f"""
const wrong = (Number(form.elements['truth-2-1'].value) + 1) % {len(CLASSES)};
for (let k = 0; k < {len(CLASSES)}; k++)
    form.elements[`score-${{k}}-2-1`].value = k === wrong ? {SURE} : 0;
"""


def form(language: str) -> str:
    """Three layers of logits, one a class, and the truth."""
    layers = "".join(
        _table(
            f"{swatch(k)} {class_name(k, language)}",
            lambda row, column, k=k: number_field(
                f"score-{k}-{row}-{column}",
                OPENING[f"score-{k}-{row}-{column}"],
                text("loss.image.cell", language, label=k, row=row, column=column),
            ),
        )
        for k in range(len(CLASSES))
    )
    truth = _table(
        escape(text("loss.image.truth", language)),
        lambda row, column: select(
            f"truth-{row}-{column}",
            OPENING[f"truth-{row}-{column}"],
            text("loss.image.truth.cell", language, row=row, column=column),
            language,
        ),
    )
    output = escape(text("loss.image.output", language))
    outputs = f'<fieldset class="loss-layers"><legend>{output}</legend>{layers}</fieldset>'
    return f"<form>{outputs}{truth}</form>"


def _table(caption: str, cell) -> str:
    sides = range(1, IMAGE_SIDE + 1)
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell(row, column)}</td>" for column in sides) + "</tr>"
        for row in sides
    )
    return (
        f'<table class="matrix editable"><caption>{caption}</caption><tbody>{rows}</tbody></table>'
    )


def show(fields: dict[str, str], language: str) -> tuple[str, object, object]:
    """(what is wrong, the result, the card of part *Three kinds of problem*) in HTML.

    On bad input the last good ones stay.
    """
    try:
        layers = [read_grid(f"score-{k}", fields, IMAGE_SIDE) for k in range(len(CLASSES))]
        logits = parse_image_scores(layers)
        labels = parse_image_labels(read_grid("truth", fields, IMAGE_SIDE))
    except InputError as error:
        return alert(error.sentence(language)), gr.skip(), gr.skip()
    losses = pixel_losses(logits, labels)
    total = total_loss(losses, labels)
    predicted = logits.argmax(axis=0)
    result = (
        f'<div class="loss-row">{label_grid(predicted, text("loss.image.predicted", language))}'
        f"{label_grid(labels, text('loss.image.truth', language))}"
        f"{_costs(losses, text('loss.image.losses', language))}</div>"
        f"{_pixels(logits, labels, losses, language)}{_mean(losses, total, language)}"
        f"{paragraph('image.pytorch', language, 'note')}"
    )
    return "", result, segmentation(predicted, labels, total, language)


def _costs(losses: np.ndarray, caption: str) -> str:
    """(H, W) losses as tiles, the darker the more a pixel costs."""
    rows = "".join(
        "<tr>"
        + "".join(f'<td style="{style}">{number(loss)}</td>' for loss, style in zip(costs, styles))
        + "</tr>"
        for costs, styles in zip(losses.tolist(), tile_styles(losses))
    )
    return (
        f'<table class="matrix tiles"><caption>{escape(caption)}</caption>'
        f"<tbody>{rows}</tbody></table>"
    )


def _pixels(logits: np.ndarray, labels: np.ndarray, losses: np.ndarray, language: str) -> str:
    """A row a pixel, in reading order: its probabilities, its one-hot truth, its loss."""
    head = "".join(
        f'<th scope="col">{escape(text(f"loss.image.{name}", language))}</th>'
        for name in ("pixel", "softmax", "one-hot", "loss")
    )
    probabilities, truth = softmax(logits), one_hot(labels)
    rows = ""
    for row, column in np.ndindex(labels.shape):
        label, shares = labels[row, column], probabilities[:, row, column]
        entries = vector([probability(p, 3) for p in shares], label)
        rows += (
            f'<tr><th scope="row">({row + 1}, {column + 1})</th><td>{entries}</td>'
            f'<td><code class="one-hot">{one_hot_text(truth[:, row, column])}</code></td>'
            f"<td>−log {probability(shares[label])} = "
            f"<b>{number(losses[row, column])}</b></td></tr>"
        )
    return scrolling(
        f'<table class="pixels-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>',
        text("loss.image.title", language),
    )


def _mean(losses: np.ndarray, total: float, language: str) -> str:
    terms = " + ".join(number(loss) for loss in losses.ravel().tolist())
    return (
        f'<p class="formula"><span>{escape(text("loss.image.total", language))}</span>'
        f"<span>= ({terms}) / {losses.size}</span>"
        f'<span>= <b class="loss-value">{number(total)}</b></span></p>'
    )
