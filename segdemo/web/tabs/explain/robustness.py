"""Section *What if the photo changes?*: it is changed on purpose, and stages notice or not."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import partial

import gradio as gr
from PIL import Image

from segdemo.analysis.prediction_change import LabelChange, label_change, mask_shift
from segdemo.analysis.robustness import DIRECTIONS, MAX_SHIFT, MAX_STRENGTH, TESTS, Perturbation
from segdemo.data.preprocessing import resize_photo
from segdemo.evaluation.measurements import MissingMeasurementError
from segdemo.evaluation.shift_scores import ShiftScores
from segdemo.inference import Predictor
from segdemo.lecture.lesson_links import LessonState
from segdemo.locales import Translator
from segdemo.models.checkpoints import CheckpointError, ask_each
from segdemo.models.registry import STAGES
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.errors import as_gradio_errors
from segdemo.web.events import AT_ONCE, INFERENCE, INFERENCE_QUEUE, INTERACTIVE, UNQUEUED
from segdemo.web.html import html
from segdemo.web.localisation import Translations
from segdemo.web.newest_request import NewestRequest
from segdemo.web.photo_input import PhotoInput
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.tabs.explain.robustness_view import photos, robustness
from segdemo.web.tabs.explain.shift_chart import shift_chart
from segdemo.web.templates import render

FIRST = LessonState()
VIEWS = ("before", "after", "changed")
PATIENCE = 0.25  # seconds that a visitor waits for the next stages without a sign
SHOW_VIEW = "view => { document.getElementById('perturb').dataset.view = view; }"


@dataclass(frozen=True)
class RobustnessSection:
    """The section's callbacks; all raise InputError."""

    predictor: Predictor
    newest: NewestRequest = field(default_factory=NewestRequest)

    def show(
        self,
        photo: Upload,
        test: str,
        shift: int,
        strength: int,
        direction: str,
        t: Translator,
        request: gr.Request,
    ) -> Iterator[str]:
        """The test's results in HTML, growing stage by stage; `shift` is a shift's strength.

        What comes fast comes together: with every step the page draws all masks anew. It ends
        early once the visitor has chosen another test.
        """
        image = load_thumbnail(photo)
        perturbation = Perturbation(test, shift if test == "shift" else strength, direction)
        shown = photos(image, resize_photo(image), perturbation)

        def view(results: dict[str, LabelChange | str]) -> str:
            data = robustness(shown, perturbation, results, t)
            return render("tabs/explain/robustness.html", t, view=data)

        results, last_shown = {}, time.monotonic()
        yield view(results)
        for key, result in self._changes(image, perturbation):
            if self.newest.is_outdated(request, test, shift, strength, direction):
                return
            results[key] = result if isinstance(result, LabelChange) else str(result)
            if len(results) == len(STAGES) or time.monotonic() - last_shown > PATIENCE:
                yield view(results)
                last_shown = time.monotonic()

    def measure(
        self, photo: Upload, test: str, strength: int, direction: str
    ) -> tuple[dict[str, dict], Image.Image]:
        """Every stage's fraction of changed labels, or its error, and the changed photo."""
        image = load_thumbnail(photo)
        perturbation = Perturbation(test, strength, direction)
        numbers = {}
        for key, result in self._changes(image, perturbation):
            if isinstance(result, CheckpointError):
                numbers[key] = {"error": str(result)}
                continue
            numbers[key] = {"changed": round(result.fraction, 6)}
            if test == "shift":
                moved = mask_shift(result, direction, perturbation.strength)
                numbers[key]["mask_moved_by"] = moved
        return numbers, perturbation.photo(image)

    def _changes(
        self, image: Image.Image, perturbation: Perturbation
    ) -> Iterator[tuple[str, LabelChange | CheckpointError]]:
        """Every stage's key with its change, or with why there is none."""
        return ask_each(STAGES, lambda key: label_change(self.predictor, key, image, perturbation))


def build(context: PageContext) -> TabHandle:
    """Add the section to the Blocks being built."""
    callbacks = RobustnessSection(context.predictor)
    with gr.Row():
        with gr.Column(scale=0, min_width=270, elem_id="perturb-controls"):
            test, shift, strength, direction = _controls(context.translations)
        with gr.Column():
            shown = html(script="tabs/explain/robustness.js", elem_id="perturb")
    chosen = [test, shift, strength, direction]
    changes = [component.change for component in chosen]
    # Told at once, so that a run for an earlier choice ends.
    gr.on(changes, callbacks.newest.note, chosen, None, **AT_ONCE)
    context.show_on(
        [*context.when_seen, *changes],
        callbacks.show,
        [context.photo, *chosen],
        [shown],
        **INFERENCE,
    )
    shown.select(_dragged, None, [shift, direction], **UNQUEUED)
    _chart(context)
    _endpoint(callbacks, context.photo)
    fields = {"test": test, "shift": shift, "strength": strength, "direction": direction}
    return TabHandle(link_fields=fields)


def _dragged(event: gr.EventData) -> tuple[int, str]:
    """Where the photo was let go: pixels, and which of DIRECTIONS."""
    return event.pixels, event.direction


def _controls(translations: Translations) -> tuple[gr.Radio, gr.Slider, gr.Slider, gr.Radio]:
    """Test; shift or strength; direction; each where it means something. And what is seen."""
    test = _radio(translations, "test", TESTS, FIRST.test)
    shift = translations.slider(
        "insight-perturb.shift", 0, MAX_SHIFT, FIRST.shift, min_width=220, elem_id="perturb-shift"
    )
    strength = translations.slider(
        "insight-perturb.strength",
        0,
        MAX_STRENGTH,
        FIRST.strength,
        min_width=220,
        elem_id="perturb-strength",
        visible=False,
    )
    direction = _radio(translations, "direction", DIRECTIONS, FIRST.direction)
    view = _radio(translations, "view", VIEWS, "after")
    view.change(None, view, None, js=SHOW_VIEW, api_visibility="private")
    test.change(
        lambda test: (
            gr.update(visible=test == "shift"),
            gr.update(visible=TESTS[test].step is not None and test != "shift"),
            gr.update(visible=test == "shift"),
        ),
        test,
        [shift, strength, direction],
        **AT_ONCE,
    )
    return test, shift, strength, direction


def _radio(translations: Translations, name: str, values: Collection[str], first: str) -> gr.Radio:
    topic, elem_id = f"insight-perturb.{name}", f"perturb-{name}"
    return translations.radio(topic, values, value=first, min_width=220, elem_id=elem_id)


def _chart(context: PageContext) -> None:
    """mIoU against the shift on the test split, where it was measured."""
    try:
        scores = ShiftScores.read(context.predictor.folder)
    except MissingMeasurementError:
        return
    context.translations.build(gr.Markdown, {"value": "insight-perturb.chart"})
    plot = gr.Plot(show_label=False, elem_id="perturb-chart")
    draw = partial(shift_chart, scores)
    context.show_on(context.when_seen, draw, [], [plot], **INTERACTIVE)


def _endpoint(callbacks: RobustnessSection, photo: PhotoInput) -> None:
    """The API, with inputs of its own: the page's would refuse in Gradio's words, not in ours."""

    @as_gradio_errors
    def perturb(photo, test, strength, direction):
        """Change one photo and count the labels that every stage changes.

        test: shift, shuffle, grey, hue, blur, dark, noise or upside-down. strength: a whole
        number from 0, the photo as it is, to 8; for a shift, pixels of 128, up to 48. direction
        of a shift: right, left, down or up. Returns for every stage the fraction of the labels
        that `changed`, each compared where its pixel came from, or its `error`; and the changed
        photo as the networks read it, 128x128. For a shift, `mask_moved_by` says by how many
        pixels the mask moved, null if that cannot be told.
        """
        return callbacks.measure(photo, test, strength, direction)

    default = Perturbation()
    asked = [
        gr.Textbox(default.test, label="test", visible=False),
        gr.Number(default.strength, label="strength", visible=False),
        gr.Textbox(default.direction, label="direction", visible=False),
    ]
    answered = [
        gr.JSON(label="shares", visible=False),
        gr.Image(label="photo", format="png", visible=False),
    ]
    gr.on(
        [], perturb, [photo, *asked], answered, api_name="perturb", concurrency_id=INFERENCE_QUEUE
    )
