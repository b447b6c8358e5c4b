"""Section *Tests*: the photo changed on purpose, and which stages notice."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import gradio as gr
from PIL import Image

from segdemo.analysis.prediction_change import LabelChange, label_change, mask_shift
from segdemo.analysis.robustness import DIRECTIONS, MAX_STRENGTH, TESTS, Perturbation
from segdemo.data.preprocessing import resize_photo
from segdemo.errors import InputError
from segdemo.inference import Predictor
from segdemo.locales import text
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import STAGES
from segdemo.web.components.html import alert
from segdemo.web.context import PageContext
from segdemo.web.errors import as_gradio_errors
from segdemo.web.events import INFERENCE, INFERENCE_QUEUE, UNQUEUED
from segdemo.web.localisation import Translations
from segdemo.web.photo_input import PhotoInput
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.explain.robustness_view import View, render

FIRST = Perturbation()
PATIENCE = 0.25  # seconds that a visitor waits for the next stages without a sign


@dataclass(frozen=True)
class PhotoTests:
    """The section's callbacks."""

    predictor: Predictor

    def show(
        self, photo: str | bytes | None, test: str, strength: int, direction: str, language: str
    ) -> Iterator[str]:
        """The test's results in HTML, growing stage by stage; or what is missing for them.

        What comes fast comes together: with every step the page draws all masks anew.
        """
        try:
            image = load_thumbnail(photo)
            perturbation = Perturbation(test, strength, direction)
        except InputError as error:
            yield alert(error.sentence(language))
            return
        shown = View(image, resize_photo(image), perturbation.photo(image), perturbation, {})
        last_shown = time.monotonic()
        for key, found in self._changes(image, perturbation):
            if isinstance(found, CheckpointError):
                found = text("insight-perturb.failed", language, problem=str(found))
            shown = replace(shown, results=shown.results | {key: found})
            if shown.complete or time.monotonic() - last_shown > PATIENCE:
                yield render(shown, language)
                last_shown = time.monotonic()

    def measure(
        self, photo: str | bytes | None, test: str, strength: int, direction: str
    ) -> tuple[dict[str, dict], Image.Image]:
        """Every stage's shares, or its error, and the changed photo. Raises InputError."""
        image = load_thumbnail(photo)
        perturbation = Perturbation(test, strength, direction)
        numbers = {}
        for key, found in self._changes(image, perturbation):
            if isinstance(found, CheckpointError):
                numbers[key] = {"error": str(found)}
                continue
            numbers[key] = {"changed": round(found.share, 6)}
            if test == "shift":
                numbers[key]["mask_moved_by"] = mask_shift(found, direction)
        return numbers, perturbation.photo(image)

    def _changes(
        self, image: Image.Image, perturbation: Perturbation
    ) -> Iterator[tuple[str, LabelChange | CheckpointError]]:
        """Every stage's key with its change, or with why there is none."""
        for key in STAGES:
            try:
                yield key, label_change(self.predictor, key, image, perturbation)
            except CheckpointError as error:
                yield key, error


def build(context: PageContext) -> None:
    """Add the section to the Blocks being built."""
    tests = PhotoTests(context.predictor)
    test, strength, direction = _controls(context.translations)
    shown = gr.HTML("", elem_id="perturb", apply_default_css=False)
    context.show_on(
        [*context.when_seen, test.change, strength.change, direction.change],
        tests.show,
        [context.photo, test, strength, direction],
        [shown],
        **INFERENCE,
    )
    _endpoint(tests, context.photo)


def _controls(local: Translations) -> tuple[gr.Radio, gr.Slider, gr.Radio]:
    """Test, strength and direction, the last two where they mean something."""
    test = _radio(local, "test", TESTS, FIRST.test)
    with gr.Row():
        strength = local.build(
            gr.Slider,
            {"label": "insight-perturb.strength"},
            minimum=0,
            maximum=MAX_STRENGTH,
            step=1,
            value=FIRST.strength,
            min_width=300,
            elem_id="perturb-strength",
        )
        direction = _radio(local, "direction", DIRECTIONS, FIRST.direction)
    test.change(
        lambda test: (
            gr.update(visible=TESTS[test].step is not None),
            gr.update(visible=test == "shift"),
        ),
        test,
        [strength, direction],
        **UNQUEUED,
    )
    return test, strength, direction


def _radio(local: Translations, name: str, values: Iterable[str], first: str) -> gr.Radio:
    choices = [(f"insight-perturb.{name}.{value}", value) for value in values]
    return local.build(
        gr.Radio,
        {"label": f"insight-perturb.{name}", "choices": choices},
        value=first,
        min_width=300,
        elem_id=f"perturb-{name}",
    )


def _endpoint(tests: PhotoTests, photo: PhotoInput) -> None:
    """The API, with inputs of its own: the page's would refuse in Gradio's words, not in ours."""

    @as_gradio_errors
    def perturb(photo, test, strength, direction):
        """Change one photo and count the labels that every stage changes.

        test: shift, shuffle, grey, hue, blur, dark, noise or upside-down. strength: a whole
        number from 0, the photo as it is, to 8; for a shift, pixels of 128. direction of a
        shift: right, left, down or up. Returns for every stage the share of the labels that
        `changed`, each compared where its pixel came from, or its `error`; and the changed photo
        as the networks read it, 128x128. For a shift, `mask_moved_by` says by how many pixels
        the mask moved, null if that cannot be told.
        """
        return tests.measure(photo, test, strength, direction)

    asked = [
        gr.Textbox(FIRST.test, label="test", visible=False),
        gr.Number(FIRST.strength, label="strength", visible=False),
        gr.Textbox(FIRST.direction, label="direction", visible=False),
    ]
    answered = [
        gr.JSON(label="shares", visible=False),
        gr.Image(label="photo", format="png", visible=False),
    ]
    gr.on(
        [], perturb, [photo, *asked], answered, api_name="perturb", concurrency_id=INFERENCE_QUEUE
    )
