"""Idea *A real photo*: the loss of every pixel of the visitor's photo."""

from dataclasses import dataclass

import gradio as gr
import numpy as np
from PIL import Image

from segdemo.data.classes import CLASSES
from segdemo.data.ground_truth import GroundTruthSource
from segdemo.data.painting import Painting
from segdemo.data.preprocessing import SIZE, resize_photo, to_labels
from segdemo.errors import InputError
from segdemo.inference import Predictor
from segdemo.lecture.loss.cross_entropy import parse_weights
from segdemo.lecture.loss.loss_map import loss_map
from segdemo.locales import Translator
from segdemo.models.registry import NETWORKS
from segdemo.parsing import whole_between
from segdemo.web.components.ideas import show_in_idea
from segdemo.web.components.number_fields import refusal_slot
from segdemo.web.components.stage_names import stage_choice
from segdemo.web.context import PageContext
from segdemo.web.events import UNQUEUED
from segdemo.web.examples import TestSplit, labels_of
from segdemo.web.html import html
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.tabs.loss import photo_view

HEAVIEST = 10  # of a class: enough for the border to outweigh the rest
NOWHERE = ""  # no pixel is chosen: the one with the largest loss is shown


@dataclass(frozen=True)
class Example:
    """An RGB photo, its (128, 128) uint8 labels, 0..2 or UNKNOWN, and who says so."""

    photo: Image.Image
    labels: np.ndarray
    source: GroundTruthSource


@dataclass(frozen=True)
class PhotoLoss:
    """The callbacks; `test_split` is None where the data set is not at hand."""

    predictor: Predictor
    test_split: TestSplit | None

    def show_map(
        self,
        photo: Upload,
        painting: Painting | None,
        key: str,
        pixel: str,
        pet: object,
        background: object,
        border: object,
        t: Translator,
    ) -> str:
        """The loss of every pixel under these class weights, and one pixel's own.

        Raises InputError, CheckpointError.
        """
        parsed = parse_weights([pet, background, border])
        example = self.example(photo, painting)
        prediction = self.predictor.predict(key, example.photo)
        logits = prediction.logits.double().numpy()
        result = loss_map(logits, example.labels, parsed)
        view = photo_view.PhotoView(
            photo=resize_photo(example.photo),
            predicted=to_labels(prediction.logits[None], SIZE, SIZE)[0].numpy(),
            logits=logits,
            labels=example.labels,
            weights=parsed,
            result=result,
            key=key,
            source=example.source,
            pixel=parse_pixel(pixel) or result.worst,
        )
        return photo_view.show(view, t)

    def example(self, photo: Upload, painting: Painting | None) -> Example:
        """The photo with its ground truth or what stands in for it."""
        known = labels_of(self.predictor, self.test_split, photo, painting, (SIZE, SIZE))
        return Example(load_thumbnail(photo), known.labels, known.source)


def parse_pixel(text: str) -> tuple[int, int] | None:
    """ "row,column", from 1 -> (row, column) from 0; None for "". Raises InputError."""
    if text == NOWHERE:
        return None
    sides = [whole_between(side, 1, SIZE) for side in str(text).split(",")]
    row, column = sides if len(sides) == 2 else (None, None)
    if row is None or column is None:
        raise InputError("loss-errors.pixel.place", side=SIZE)
    return row - 1, column - 1


def chosen_pixel(event: gr.EventData) -> str:
    """Where the visitor pointed, as `parse_pixel` reads it."""
    return f"{event.row},{event.column}"


# ---- The part of the page ----


def build(context: PageContext, loss: PhotoLoss, idea: gr.Radio) -> tuple[gr.Dropdown, gr.Textbox]:
    """Add the idea, named `photo` among `idea`'s; returns the chosen stage and pixel."""
    local = context.translations
    with gr.Row(elem_classes="loss-part"):
        with gr.Column(scale=0, min_width=330):
            stage = stage_choice(
                local, gr.Dropdown, NETWORKS, "loss.photo.stage", elem_id="loss-stage"
            )
            local.build(gr.Markdown, {"value": lambda t: f"**{t('loss.photo.weights')}**"})
            weights = [
                local.slider(f"page.class.{name}", 0, HEAVIEST, 1, step=0.5) for name in CLASSES
            ]
        with gr.Column():
            alert = refusal_slot("loss-photo-alert")
            result = html(
                script="tabs/loss/photo.js", elem_id="loss-photo-result", elem_classes="follows"
            )
    pixel = gr.Textbox(NOWHERE, visible="hidden")

    triggers = [stage.change, pixel.change, *(weight.change for weight in weights)]
    inputs = [context.photo, context.painting, stage, pixel, *weights]
    show_in_idea(context, idea, "photo", triggers, loss.show_map, inputs, result, alert)
    result.select(chosen_pixel, None, pixel, **UNQUEUED)
    return stage, pixel
