"""Section *Four answers*: classification, localization, detection, segmentation of one photo."""

from dataclasses import asdict, dataclass

import gradio as gr
import numpy as np

from segdemo.analysis.cluster_labels import class_labels
from segdemo.analysis.vision_tasks import MIN_PET_FRACTION, Box, VisionTasks, vision_tasks
from segdemo.data.decoder import Photo
from segdemo.inference import Predictor
from segdemo.locales import Translator
from segdemo.models.registry import STAGES
from segdemo.web.components.stage_names import stage_choice
from segdemo.web.context import PageContext
from segdemo.web.errors import as_gradio_errors
from segdemo.web.events import INFERENCE, ON_CLICK
from segdemo.web.html import html
from segdemo.web.photo_view import Upload, load_preview
from segdemo.web.tabs.explain.vision_tasks_view import tasks
from segdemo.web.templates import render


@dataclass(frozen=True)
class VisionTasksSection:
    """The section's callbacks. All raise InputError, UnknownStageError, CheckpointError."""

    predictor: Predictor

    def show(self, photo: Upload, key: str, t: Translator) -> str:
        """The four tasks and their outputs in HTML."""
        opened = load_preview(photo)
        labels, found = self._answer(opened, key)
        return render(
            "tabs/explain/vision_tasks.html",
            t,
            photo=opened.image,
            tasks=tasks(labels, found, opened.image.size, opened.original_size, t),
            clusters_assigned=STAGES[key].network is None,
            min_pet_percent=f"{100 * MIN_PET_FRACTION:g}",
        )

    def numbers(self, photo: Upload, key: str) -> dict:
        """What `/four_answers` gives."""
        opened = load_preview(photo)
        _, found = self._answer(opened, key)

        def place(box: Box) -> dict:
            return asdict(box.scaled(opened.image.size, opened.original_size))

        return {
            "pet": found.pet,
            "share": round(found.share, 6),
            "box": place(found.box) if found.box else None,
            "boxes": [place(one.box) | {"share": round(one.share, 6)} for one in found.detections],
        }

    def _answer(self, opened: Photo, key: str) -> tuple[np.ndarray, VisionTasks]:
        image = opened.image
        labels = class_labels(self.predictor, key, image, (image.height, image.width))
        return labels, vision_tasks(labels)


def build(context: PageContext) -> None:
    """Add the section to the Blocks being built."""
    local = context.translations
    callbacks = VisionTasksSection(context.predictor)
    stage = stage_choice(local, gr.Radio, STAGES, elem_id="answers-stage")
    pictures = html(elem_id="answers")
    with local.build(gr.Accordion, {"label": "insight-answers.data"}, open=False):
        local.build(gr.Markdown, {"value": "insight-answers.data.intro"})
        ask = local.button("insight-answers.data.show")
        data = local.build(gr.JSON, {"label": "insight-answers.data.json"}, elem_id="answers-data")

    @as_gradio_errors
    def ask_four_answers(photo, stage):
        """Is there a pet, where, and where is each one: read off one stage's mask.

        Returns "pet"; "share", the fraction of pixels that are pet, 0..1; "box", one box around
        it, null without a pet; "boxes", one per pet, the largest first, each with its own "share".
        A box is left, top, right, bottom in pixels of the photo as sent and turned upright;
        right and bottom are the first column and row outside. No detector is at work: a pet is
        a connected region with at least 1 % of the photo's pixels. The clusters of kmeans get
        the classes that fit the U-Net's prediction best.
        """
        return callbacks.numbers(photo, stage)

    ask.click(
        ask_four_answers,
        [context.photo, stage],
        data,
        api_name="four_answers",
        **ON_CLICK,
    )
    context.show_on(
        [*context.when_seen, stage.change],
        callbacks.show,
        [context.photo, stage],
        [pictures],
        **INFERENCE,
    )
