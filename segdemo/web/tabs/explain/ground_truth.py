"""Section *Truth*: where a stage is wrong, against a truth that was drawn or painted."""

from dataclasses import dataclass
from html import escape

import gradio as gr
import numpy as np
from PIL import Image

from segdemo.analysis.cluster_labels import PSEUDO_LABEL_STAGE, class_labels
from segdemo.analysis.error_map import UNKNOWN
from segdemo.errors import InputError
from segdemo.inference import Predictor
from segdemo.locales import text
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import STAGES
from segdemo.web.components.figure import over
from segdemo.web.components.html import alert
from segdemo.web.components.stage_names import stage_choice
from segdemo.web.context import PageContext
from segdemo.web.events import INFERENCE
from segdemo.web.examples import TestSplit
from segdemo.web.formatting import precise
from segdemo.web.localisation import Translations
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.explain.ground_truth_view import findings
from segdemo.web.tabs.explain.mask_editor import Painting, fingerprint, pad, parse_painting
from segdemo.web.templates import asset

FIRST, SECOND = "unet", "encoder-decoder"
# The painting lives in the browser; its event reads it from there.
READ_PAD = "(_, ...rest) => [document.querySelector('#truth-pad .pad')?.painting ?? null, ...rest]"


@dataclass(frozen=True)
class Truth:
    """The section's callbacks; `tests` is None where the data set is not at hand."""

    predictor: Predictor
    tests: TestSplit | None

    def show(
        self,
        painting: Painting | None,
        photo: str | bytes | None,
        first: str,
        second: str,
        language: str,
    ) -> tuple[str, str]:
        """(the pad, the findings) in HTML."""
        try:
            image = load_thumbnail(photo)
        except InputError as error:
            return "", alert(error.sentence(language))
        offer = self._answer(PSEUDO_LABEL_STAGE, image, (image.height, image.width), None)
        if isinstance(offer, CheckpointError):
            offer = None
        shown = pad(image, _of(painting, image), offer, language)
        return shown, self.find(painting, photo, first, second, language)

    def paint(
        self, sent: object, photo: str | bytes | None, first: str, second: str, language: str
    ) -> tuple[object, str]:
        """(the painting that the pad sent, the findings); on bad input the last one stays."""
        try:
            painting = parse_painting(sent, load_thumbnail(photo))
        except InputError as error:
            return gr.skip(), alert(error.sentence(language))
        return painting, self.find(painting, photo, first, second, language)

    def find(
        self,
        painting: Painting | None,
        photo: str | bytes | None,
        first: str,
        second: str,
        language: str,
    ) -> str:
        """Where the first stage is wrong, where both differ, how all of them do, in HTML."""
        try:
            image = load_thumbnail(photo)
        except InputError as error:
            return alert(error.sentence(language))
        truth, source = self._truth(_of(painting, image), photo, language)
        size = (image.height, image.width) if truth is None else truth.shape
        keys = (first, second) if truth is None else STAGES
        answers = {key: self._answer(key, image, size, truth) for key in keys}
        found = findings((first, second), answers, truth, language)
        return over(image, f'<p class="note" role="status">{escape(source)}</p>{found}')

    def _truth(
        self, painting: Painting | None, photo: str | bytes, language: str
    ) -> tuple[np.ndarray | None, str]:
        """The truth in use, (H, W) labels or None, and where it comes from or how to get one."""
        if painting:
            share = precise((painting.labels != UNKNOWN).mean())
            return painting.labels, text("insight-truth.painted", language, percent=share)
        if self.tests is None:
            return None, text("insight-truth.none", language)
        truth = self.tests.truth(photo)
        key = "none-here" if truth is None else "drawn"
        return truth, text(f"insight-truth.{key}", language)

    def _answer(
        self, key: str, image: Image.Image, size: tuple[int, int], truth: np.ndarray | None
    ) -> np.ndarray | CheckpointError:
        try:
            return class_labels(self.predictor, key, image, size, truth)
        except CheckpointError as error:
            return error


def _of(painting: Painting | None, image: Image.Image) -> Painting | None:
    """The painting, if it is this photo's."""
    return painting if painting and painting.photo == fingerprint(image) else None


def build(context: PageContext) -> None:
    """Add the section to the Blocks being built."""
    callbacks = Truth(context.predictor, context.test_split)
    painting = gr.State(None)
    with gr.Row(elem_id="truth"):
        with gr.Column(scale=0, min_width=400, elem_id="truth-painting"):
            shown = gr.HTML(
                "",
                js_on_load=asset("tabs/explain/ground_truth.js"),
                apply_default_css=False,
                elem_id="truth-pad",
            )
        with gr.Column(elem_id="truth-results"):
            with gr.Row():
                first = _choice(context.translations, "stage", FIRST)
                second = _choice(context.translations, "compare-with", SECOND)
            found = gr.HTML("", apply_default_css=False, elem_id="truth-findings")
    question = [context.photo, first, second, context.language]
    shown.input(callbacks.paint, [shown, *question], [painting, found], js=READ_PAD, **INFERENCE)
    gr.on([first.change, second.change], callbacks.find, [painting, *question], found, **INFERENCE)
    inputs = [painting, *question[:-1]]
    context.show_on(context.when_seen, callbacks.show, inputs, [shown, found], **INFERENCE)


def _choice(local: Translations, name: str, value: str) -> gr.Dropdown:
    label = f"insight-truth.{name}"
    return stage_choice(
        local, gr.Dropdown, STAGES, label, value, min_width=240, elem_id=f"truth-{name}"
    )
