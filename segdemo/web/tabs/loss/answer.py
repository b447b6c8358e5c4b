"""Idea *One-hot and cross-entropy*: one prediction, its three numbers and its label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import gradio as gr
import numpy as np

from segdemo.data.classes import CLASSES
from segdemo.errors import InputError
from segdemo.lecture.lesson_links import LOSS_KINDS
from segdemo.lecture.loss.cross_entropy import (
    cross_entropy,
    one_hot,
    parse_label,
    parse_scores,
    pixel_losses,
    renormalise,
    softmax,
)
from segdemo.locales import DEFAULT_LANGUAGE, Translator
from segdemo.parsing import number_between, to_float
from segdemo.web.callbacks import alert_html
from segdemo.web.components.number_fields import number_fields, refusal_slot, texts_of
from segdemo.web.components.probability_bars import class_bars
from segdemo.web.context import PageContext
from segdemo.web.events import UNQUEUED
from segdemo.web.html import html
from segdemo.web.tabs.loss.curve import curve
from segdemo.web.templates import render

LECTURE = np.array([0.60, 0.13, 0.27])  # slide *Training*: its probabilities for label 0
NAMES = [f"score-{i}" for i in range(len(CLASSES))]
OPENING = dict(zip(NAMES, ("0.60", "0.13", "0.27")))
# Logits of the same probabilities to two decimals, the smallest being 0: log(p / 0.13).
LOGITS = dict(zip(NAMES, ("1.53", "0", "0.73")))
SUMS_TO_ONE = 1e-6  # how far from 1 a sum may be before we speak of renormalising


@dataclass(frozen=True)
class Answer:
    """(3,) numbers as typed, what they are, and what follows; `total` is their sum."""

    label: int
    logits: bool
    probabilities: np.ndarray
    total: float
    loss: float

    @property
    def one_hot(self) -> list[int]:
        return one_hot(self.label).astype(int).tolist()

    @property
    def notes(self) -> list[str]:
        """The texts `loss.<note>` that belong to these numbers."""
        on_slide = np.allclose(self.probabilities, LECTURE, rtol=0, atol=SUMS_TO_ONE)
        found = {
            "renormalised": not self.logits and abs(self.total - 1) > SUMS_TO_ONE,
            "on-the-slide": self.label == 0 and on_slide,
            "underflow": self.logits and self.probabilities[self.label] == 0,
            "infinite": np.isinf(self.loss),
        }
        return [note for note, holds in found.items() if holds]


def answer(texts: Mapping[str, object], label: object, kind: str) -> Answer:
    """What is typed and chosen -> its loss. Raises InputError."""
    true = parse_label(label)
    scores = parse_scores([texts.get(name) for name in NAMES])
    logits = kind == "logits"
    p = softmax(scores) if logits else renormalise(scores)
    # From the logits themselves: a probability may be too small for a float.
    loss = pixel_losses(scores, true) if logits else cross_entropy(p, one_hot(true))
    return Answer(true, logits, p, float(scores.sum()), float(loss))


def fields(texts: Mapping[str, object], t: Translator, bad: object = None) -> dict:
    """The value of the three number fields, the one of class `bad` marked."""
    shown = render("tabs/loss/answer_fields.html", t, names=NAMES, texts=texts, bad=bad)
    return {"html": shown, "texts": dict(texts)}


def result(found: Answer, t: Translator) -> str:
    """One-hot vector, bars, curve and the sum written out."""
    names = [t("loss.class", label=i) for i in range(len(CLASSES))]
    bars = class_bars(found.probabilities, names, found.label)
    drawn = curve(float(found.probabilities[found.label]), found.loss)
    return render("tabs/loss/answer.html", t, answer=found, bars=bars, curve=drawn)


def dragged(p: object, texts: Mapping[str, object], label: object, kind: str) -> dict[str, str]:
    """Probabilities of which the true class's is `p`; the others keep their proportion.

    Raises InputError for what is no probability or no label.
    """
    p = number_between(p, 0, 1)
    true = parse_label(label)
    if p is None:
        raise InputError("loss-errors.label", highest=len(CLASSES) - 1)
    p = round(p, 3)  # so that what is written sums to 1
    try:
        others = answer(texts, label, kind).probabilities
    except InputError:  # fields that cannot be read give way to the point
        others = np.ones(len(CLASSES))
    first, second = (i for i in range(len(CLASSES)) if i != true)
    pair = others[first] + others[second]
    part = round((1 - p) * (others[first] / pair if pair else 0.5), 3)
    return {NAMES[true]: f"{p:g}", NAMES[first]: f"{part:g}", NAMES[second]: f"{1 - p - part:.3g}"}


# ---- The part of the page ----


@dataclass(frozen=True)
class AnswerPart:
    """The idea's components; `scores` are the texts of the last numbers that could be read."""

    label: gr.Radio
    kind: gr.Radio
    fields: gr.HTML
    alert: gr.HTML
    result: gr.HTML
    scores: gr.JSON

    def show(self, fields_value: dict, label: int, kind: str, t: Translator) -> dict:
        """What the fields say; where they cannot be read, which one, and the last result stays."""
        texts = texts_of(fields_value)
        shown = {self.label: label, self.kind: kind}
        try:
            found = answer(texts, label, kind)
        except InputError as error:
            marked = fields(texts, t, error.values.get("label"))
            return shown | {self.fields: marked, self.alert: alert_html(error, t)}
        return shown | {
            self.fields: fields(texts, t),
            self.alert: "",
            self.result: result(found, t),
            self.scores: [to_float(texts[name]) for name in NAMES],
        }

    def preset(self, texts: dict, kind: str, t: Translator) -> dict:
        """The lecture's numbers, as probabilities or as logits."""
        return self.show({"texts": texts}, 0, kind, t)

    def drag(
        self, fields_value: dict, label: int, kind: str, t: Translator, event: gr.EventData
    ) -> dict:
        """The point of the curve has been moved."""
        texts = dragged(event.p, texts_of(fields_value), label, kind)
        return self.show({"texts": texts}, label, LOSS_KINDS[0], t)

    def restore(self, scores: Sequence[float], label: int, kind: str, t: Translator) -> dict:
        """A link's numbers."""
        return self.show({"texts": dict(zip(NAMES, map("{:g}".format, scores)))}, label, kind, t)


def build(context: PageContext) -> AnswerPart:
    """Add the idea to the Blocks being built."""
    local, t = context.translations, Translator(DEFAULT_LANGUAGE)
    with gr.Row(elem_classes="loss-part"):
        with gr.Column(scale=0, min_width=330):
            label = local.numbers("loss.label", range(len(CLASSES)), 0)
            kind = local.radio("loss.kind", LOSS_KINDS, elem_classes="narrow")
            numbers = number_fields(
                fields(OPENING, t), elem_id="loss-scores", elem_classes="fields"
            )
            with gr.Row():
                lecture = local.button("loss.answer.lecture", size="sm", min_width=80)
                logits = local.button("loss.answer.logits", size="sm", min_width=80)
        with gr.Column():
            alert = refusal_slot("loss-answer-alert")
            shown = html(
                result(answer(OPENING, 0, LOSS_KINDS[0]), t),
                "tabs/loss/curve.js",
                elem_id="loss-answer-result",
                elem_classes="follows",
            )
    scores = gr.JSON(LECTURE.tolist(), visible="hidden")
    part = AnswerPart(label, kind, numbers, alert, shown, scores)
    inputs, outputs = [numbers, label, kind], [label, kind, numbers, alert, shown, scores]
    typed = [numbers.input, label.input, kind.input, context.language.change]
    context.show_on(typed, part.show, inputs, outputs, **UNQUEUED)
    context.show_on([shown.input], part.drag, inputs, outputs, **UNQUEUED)
    for button, texts, name in zip((lecture, logits), (OPENING, LOGITS), LOSS_KINDS):
        context.show_on([button.click], partial(part.preset, texts, name), [], outputs, **UNQUEUED)
    return part
