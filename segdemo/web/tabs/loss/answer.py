"""Part *One-hot and cross-entropy*: one answer, its three numbers and its label."""

import gradio as gr
import numpy as np

from segdemo.data.classes import CLASSES
from segdemo.errors import InputError
from segdemo.lecture.loss.cross_entropy import (
    cross_entropy,
    one_hot,
    parse_label,
    parse_scores,
    pixel_losses,
    renormalise,
    softmax,
)
from segdemo.locales import text
from segdemo.web.components.cross_entropy import (
    bars,
    figure,
    one_hot_text,
    paragraph,
    vector,
    written_out,
)
from segdemo.web.components.html import alert
from segdemo.web.tabs.loss.curve import draw
from segdemo.web.tabs.loss.form import number_field

LECTURE = np.array([0.60, 0.13, 0.27])  # slide *Training*: its probabilities for label 0
OPENING = {"label": "0", "kind": "probabilities"} | {
    f"score-{i}": f"{p:.2f}" for i, p in enumerate(LECTURE)
}
# Logits of the same probabilities to two decimals, the smallest being 0: log(p / 0.13).
LOGITS = {"label": "0", "kind": "logits", "score-0": "1.53", "score-1": "0", "score-2": "0.73"}
SUMS_TO_ONE = 1e-6  # how far from 1 a sum may be before we speak of renormalising


def form(language: str) -> str:
    """Label, what the numbers are, and the three numbers."""
    labels = [(str(i), str(i)) for i in range(len(CLASSES))]
    kinds = [(kind, text(f"loss.kind.{kind}", language)) for kind in ("probabilities", "logits")]
    numbers = "".join(
        f"<label><span>{text('loss.class', language, label=i)}</span>"
        f"{number_field(f'score-{i}', OPENING[f'score-{i}'], _field(i, language))}</label>"
        for i in range(len(CLASSES))
    )
    return (
        f"<form>{_choices('label', text('loss.label', language), labels)}"
        f"{_choices('kind', text('loss.kind', language), kinds)}"
        f'<fieldset class="scores"><legend>{text("loss.numbers", language)}</legend>'
        f"{numbers}</fieldset></form>"
    )


def _field(label: int, language: str) -> str:
    return text("loss.number", language, label=label)


def _choices(name: str, legend: str, choices: list[tuple[str, str]]) -> str:
    options = "".join(
        f'<label><input type="radio" name="{name}" value="{value}"'
        f"{' checked' if value == OPENING[name] else ''}><span>{shown}</span></label>"
        for value, shown in choices
    )
    return f'<fieldset class="choices"><legend>{legend}</legend>{options}</fieldset>'


def show(fields: dict[str, str], language: str) -> tuple[str, object]:
    """(what is wrong, the result) in HTML; on bad input the last good result stays."""
    try:
        label = parse_label(fields.get("label"))
        scores = parse_scores([fields.get(f"score-{i}") for i in range(len(CLASSES))])
        logits = fields.get("kind") == "logits"
        probabilities = softmax(scores) if logits else renormalise(scores)
    except InputError as error:
        return alert(error.sentence(language)), gr.skip()
    truth = one_hot(label)
    # From the logits themselves: a probability may be too small for a float.
    loss = float(pixel_losses(scores, label) if logits else cross_entropy(probabilities, truth))
    names = [text("loss.class", language, label=i) for i in range(len(CLASSES))]
    encoding = vector([f"{bit:.0f}" for bit in truth], label)
    caption = text("loss.one-hot", language, label=label, vector=one_hot_text(truth))
    chart = bars(probabilities, names, label)
    kind = text("loss.softmax" if logits else "loss.probabilities", language)
    return "", (
        f'<div class="loss-row">{figure(encoding, caption)}{figure(chart, kind)}'
        f"{figure(draw(float(probabilities[label]), loss, language), text('loss.curve', language))}"
        f"</div>{written_out(probabilities, label, loss)}"
        f"{_notes(scores, probabilities, label, loss, logits, language)}"
    )


def _notes(
    scores: np.ndarray,
    probabilities: np.ndarray,
    label: int,
    loss: float,
    logits: bool,
    language: str,
) -> str:
    notes = []
    total = float(scores.sum())
    if not logits and abs(total - 1) > SUMS_TO_ONE:
        notes.append(paragraph("renormalised", language, "note", total=f"{total:.6g}"))
    if label == 0 and np.allclose(probabilities, LECTURE, rtol=0, atol=SUMS_TO_ONE):
        notes.append(paragraph("on-the-slide", language, "note"))
    if logits and probabilities[label] == 0:
        notes.append(paragraph("underflow", language, "note"))
    if np.isinf(loss):
        notes.append(paragraph("infinite", language, "note"))
    return "".join(notes)
