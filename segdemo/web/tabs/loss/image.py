"""Idea *The 2x2 image*: an output of three channels, its ground truth, and each pixel's loss."""

from collections.abc import Mapping
from dataclasses import dataclass

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
from segdemo.locales import DEFAULT_LANGUAGE, Translator
from segdemo.web.callbacks import alert_html
from segdemo.web.components.matrix import tiles
from segdemo.web.components.number_fields import number_fields, refusal_slot, texts_of
from segdemo.web.context import PageContext
from segdemo.web.events import UNQUEUED
from segdemo.web.html import html
from segdemo.web.tabs.loss.problems import show_segmentation
from segdemo.web.templates import render

# The slides' predicted segmentation [[0, 2], [2, 1]] and its ground truth; the logits are ours.
LOGITS = np.array([[[2, 1], [0, 1]], [[1, 0], [0, 2]], [[0, 2], [2, 0]]], dtype=float)
TRUTH = np.array([[1, 0], [2, 0]])
SIDES = range(1, IMAGE_SIDE + 1)
LABELS = range(len(CLASSES))
SURE = "10"  # a logit: beside two of 0 it takes 99.99 % of the probability


def _named(name: str, values: np.ndarray) -> dict[str, str]:
    """(2, 2) values as texts by field: "<name>-<row>-<column>", both from 1."""
    return {f"{name}-{r + 1}-{c + 1}": f"{value:g}" for (r, c), value in np.ndenumerate(values)}


OPENING = _named("truth", TRUTH)
for _label in LABELS:
    OPENING |= _named(f"score-{_label}", LOGITS[_label])


@dataclass(frozen=True)
class Pixel:
    """One pixel's classification: (3,) probabilities and one-hot ground truth."""

    row: int  # from 1, as `column`
    column: int
    label: int
    probabilities: list[float]
    one_hot: list[int]
    loss: float


@dataclass(frozen=True)
class TinyImage:
    """(2, 2) predicted and true labels and losses, and their mean."""

    predicted: np.ndarray
    labels: np.ndarray
    losses: np.ndarray
    total: float
    pixels: list[Pixel]


def tiny_image(texts: Mapping[str, object]) -> TinyImage:
    """What the fields say, worked out. Raises InputError."""

    def grid(name: str) -> list[list[object]]:
        return [[texts.get(f"{name}-{row}-{column}") for column in SIDES] for row in SIDES]

    logits = parse_image_scores([grid(f"score-{label}") for label in LABELS])
    labels = parse_image_labels(grid("truth"))
    losses, p, truth = pixel_losses(logits, labels), softmax(logits), one_hot(labels)
    pixels = [
        Pixel(
            r + 1,
            c + 1,
            int(labels[r, c]),
            p[:, r, c].tolist(),
            truth[:, r, c].astype(int).tolist(),
            float(losses[r, c]),
        )
        for r, c in np.ndindex(labels.shape)
    ]
    return TinyImage(logits.argmax(axis=0), labels, losses, total_loss(losses, labels), pixels)


def confidently_wrong(texts: Mapping[str, object]) -> dict[str, object]:
    """The fields with row 2, column 1, which is right on opening, sure of another class."""
    true = texts.get("truth-2-1")
    wrong = (int(true) + 1) % len(CLASSES) if true in ("0", "1", "2") else 0
    changed = {f"score-{i}-2-1": SURE if i == wrong else "0" for i in LABELS}
    return {**texts, **changed}


def fields(texts: Mapping[str, object], t: Translator, error: InputError | None = None) -> dict:
    """The value of the fields; the one that `error` names is marked."""
    shown = render(
        "tabs/loss/image_fields.html",
        t,
        texts=texts,
        sides=SIDES,
        classes=[(label, t(f"page.class.{name}")) for label, name in enumerate(CLASSES)],
        bad=_field_of(error),
    )
    return {"html": shown, "texts": dict(texts)}


def _field_of(error: InputError | None) -> str:
    """The name of the field that an error of `tiny_image` is about, "" for none."""
    if error is None or "row" not in error.values:
        return ""
    values = error.values
    name = f"score-{values['label']}" if "label" in values else "truth"
    return f"{name}-{values['row']}-{values['column']}"


def result(image: TinyImage, t: Translator) -> str:
    """Prediction, ground truth and losses as tiles, each pixel worked out, the mean."""
    return render("tabs/loss/image.html", t, image=image, costs=tiles(image.losses))


# ---- The part of the page ----


@dataclass(frozen=True)
class ImagePart:
    """The idea's components; `card` are those of the column *Segmentation* of another idea."""

    fields: gr.HTML
    alert: gr.HTML
    result: gr.HTML
    card: tuple[gr.HTML, gr.HTML]

    def show(self, fields_value: dict, t: Translator) -> dict:
        """What the fields say; where they cannot be read, which one, and the last result stays."""
        texts = texts_of(fields_value)
        try:
            image = tiny_image(texts)
        except InputError as error:
            return {self.fields: fields(texts, t, error), self.alert: alert_html(error, t)}
        card = show_segmentation(image.predicted, image.labels, image.total, t)
        return {
            self.fields: fields(texts, t),
            self.alert: "",
            self.result: result(image, t),
            **dict(zip(self.card, card)),
        }

    def make_wrong(self, fields_value: dict, t: Translator) -> dict:
        """One pixel confidently wrong."""
        return self.show({"texts": confidently_wrong(texts_of(fields_value))}, t)

    def reset(self, t: Translator) -> dict:
        """As on opening."""
        return self.show({"texts": OPENING}, t)


def build(context: PageContext, card: tuple[gr.HTML, gr.HTML]) -> None:
    """Add the idea to the Blocks being built."""
    local, t = context.translations, Translator(DEFAULT_LANGUAGE)
    with gr.Row(elem_classes="loss-part"):
        with gr.Column(scale=0, min_width=370):
            numbers = number_fields(
                fields(OPENING, t), elem_id="loss-logits", elem_classes="fields"
            )
            with gr.Row():
                wrong = local.button("loss.image.wrong", size="sm", min_width=80)
                reset = local.button("loss.image.reset", size="sm", min_width=80)
        with gr.Column():
            alert = refusal_slot("loss-image-alert")
            shown = html(
                result(tiny_image(OPENING), t), elem_id="loss-image-result", elem_classes="follows"
            )
    part = ImagePart(numbers, alert, shown, card)
    outputs = [numbers, alert, shown, *card]
    typed = [numbers.input, context.language.change]
    context.show_on(typed, part.show, [numbers], outputs, **UNQUEUED)
    context.show_on([wrong.click], part.make_wrong, [numbers], outputs, **UNQUEUED)
    context.show_on([reset.click], part.reset, [], outputs, **UNQUEUED)
