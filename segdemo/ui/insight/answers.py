"""Section *Four answers*: classification, localization, detection, segmentation of one photo."""

from dataclasses import asdict, dataclass
from html import escape

import gradio as gr
import numpy as np

from segdemo.checkpoints import CheckpointError
from segdemo.errors import InputError
from segdemo.inference import Networks
from segdemo.insight.four_answers import LEAST_PET, Box, FourAnswers, four_answers
from segdemo.insight.named_clusters import class_labels
from segdemo.photos.decoder import Photo
from segdemo.stages import STAGES
from segdemo.texts import text
from segdemo.ui.errors import shown_to_visitor
from segdemo.ui.events import ASKED, COMPUTING
from segdemo.ui.html import refusal
from segdemo.ui.insight.answers_view import four_figures
from segdemo.ui.insight.section import Section, Surroundings
from segdemo.ui.photo_view import shown
from segdemo.ui.stage_names import stage_choice


@dataclass(frozen=True)
class Answers:
    """The section's callbacks."""

    networks: Networks

    def show(self, photo: str | bytes | None, key: str, language: str) -> str:
        """The four answers in HTML, or what is missing for them."""
        try:
            opened = shown(photo)
            labels, found = self._answer(opened, key)
        except (InputError, CheckpointError) as error:
            return refusal(error, language)
        pictures = four_figures(opened.image, labels, found, opened.original_size, language)
        rule = text("insight-answers.rule", language, least=f"{100 * LEAST_PET:g}")
        notes = f'<p class="rule">{escape(rule)}</p>'
        if STAGES[key].network is not None:
            return pictures + notes
        named = escape(text("insight-answers.named", language))
        return f'<p class="note">{named}</p>{pictures}{notes}'

    def numbers(self, photo: str | bytes | None, key: str) -> dict:
        """What `/four_answers` gives. Raises InputError, UnknownStageError, CheckpointError."""
        opened = shown(photo)
        _, found = self._answer(opened, key)

        def place(box: Box) -> dict:
            return asdict(box.scaled(opened.image.size, opened.original_size))

        return {
            "pet": found.pet,
            "share": round(found.share, 6),
            "box": place(found.box) if found.box else None,
            "boxes": [place(one.box) | {"share": round(one.share, 6)} for one in found.detections],
        }

    def _answer(self, opened: Photo, key: str) -> tuple[np.ndarray, FourAnswers]:
        image = opened.image
        labels = class_labels(self.networks, key, image, (image.height, image.width))
        return labels, four_answers(labels)


def build(surroundings: Surroundings) -> Section:
    """Add the section to the Blocks being built."""
    local = surroundings.local
    callbacks = Answers(surroundings.networks)
    stage = stage_choice(local, gr.Radio, STAGES, elem_id="answers-stage")
    pictures = gr.HTML("", apply_default_css=False, elem_id="answers")
    with local.build(gr.Accordion, {"label": "insight-answers.data"}, open=False):
        local.build(gr.Markdown, {"value": "insight-answers.data.intro"})
        ask = local.build(gr.Button, {"value": "insight-answers.data.show"})
        data = local.build(gr.JSON, {"label": "insight-answers.data.json"}, elem_id="answers-data")

    @shown_to_visitor
    def ask_four_answers(photo, stage):
        """Is there a pet, where, and where is each one: read off one stage's mask.

        Returns "pet"; "share", of the pixels that are pet, 0..1; "box", one box around it, null
        without a pet; "boxes", one a separate pet, the largest first, each with its own share.
        A box is left, top, right, bottom in pixels of the photo as sent and turned upright;
        right and bottom are the first column and row outside. No detector is at work: a pet is
        a connected region with at least 1 % of the photo's pixels. The clusters of kmeans are
        named as fits the U-Net's answer best.
        """
        return callbacks.numbers(photo, stage)

    ask.click(
        ask_four_answers,
        [surroundings.photo, stage],
        data,
        api_name="four_answers",
        **ASKED,
    )
    section = Section(
        callbacks.show, [surroundings.photo, stage, surroundings.language], [pictures]
    )
    stage.change(section.show, section.inputs, section.outputs, **COMPUTING)
    return section
