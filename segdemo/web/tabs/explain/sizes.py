"""Section *Size*: the same photo at four sizes, one stage."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import gradio as gr
import numpy as np
from PIL import Image

from segdemo.analysis.input_sizes import SIZES, SizedAnswer, answers_at_sizes
from segdemo.data.palette import label_image
from segdemo.data.preprocessing import SIZE, to_labels
from segdemo.errors import InputError
from segdemo.evaluation.model_stats import model_stats
from segdemo.inference import Predictor
from segdemo.locales import text
from segdemo.metrics import confusion_matrix, score
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import NETWORKS, Stage, get_stage
from segdemo.web.components.figure import figure, figures, masked
from segdemo.web.components.html import refusal
from segdemo.web.components.stage_names import stage_choice
from segdemo.web.context import PageContext
from segdemo.web.events import INFERENCE
from segdemo.web.examples import TestSplit, find_ground_truth
from segdemo.web.formatting import milliseconds, short
from segdemo.web.photo_view import load_thumbnail


@dataclass(frozen=True)
class Sizes:
    """The section's callback."""

    predictor: Predictor
    tests: TestSplit | None

    def show(self, photo: str | bytes | None, key: str, language: str) -> Iterator[str]:
        """The answers in HTML, growing size by size; or what is missing for them."""
        try:
            image = load_thumbnail(photo)
            network = self.predictor.network(key)
        except (InputError, CheckpointError) as error:
            yield refusal(error, language)
            return
        truth = find_ground_truth(self.tests, photo)
        parts = []
        for answer in answers_at_sizes(network, image):
            parts.append(_figure(get_stage(key), answer, image, truth, language))
            coming = [_blank(size, language) for size in SIZES[len(parts) :]]
            yield figures(*parts, *coming)


def _figure(
    stage: Stage, answer: SizedAnswer, photo: Image.Image, truth: np.ndarray | None, language: str
) -> str:
    title = f"{answer.size} × {answer.size}"
    if answer.logits is None:
        said = escape(answer.problem)
        note = text("insight-sizes.cannot", language, size=answer.size)
        return figure(f'<div class="picture"><p>{said}</p></div>', title, note)
    logits = answer.logits[None]
    labels = to_labels(logits, photo.height, photo.width)[0].numpy()
    cost = model_stats(stage).multiply_adds * answer.size**2 / SIZE**2
    lines = [
        text("insight-sizes.cost", language, cost=short(cost)),
        text("compare.milliseconds", language, ms=milliseconds(answer.milliseconds)),
    ]
    if truth is not None:
        found = score(confusion_matrix(to_labels(logits, *truth.shape)[0].numpy(), truth))
        lines.append(text("insight-sizes.miou", language, miou=f"{found.miou:.2f}"))
    alt = text("insight-sizes.alt", language, size=answer.size)
    return figure(masked(photo, label_image(labels), alt), title, *lines)


def _blank(size: int, language: str) -> str:
    waiting = escape(text("compare.running", language))
    return figure(f'<div class="picture"><p>{waiting}</p></div>', f"{size} × {size}")


def build(context: PageContext) -> None:
    """Add the section to the Blocks being built."""
    stage = stage_choice(context.translations, gr.Radio, NETWORKS, elem_id="sizes-stage")
    answers = gr.HTML("", elem_id="sizes", apply_default_css=False)
    context.show_on(
        [*context.when_seen, stage.change],
        Sizes(context.predictor, context.test_split).show,
        [context.photo, stage],
        [answers],
        **INFERENCE,
    )
