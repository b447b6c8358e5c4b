"""The API `/teach`: a race for scripts, whose inputs are its own: refusals are our sentences."""

import time
from collections.abc import Sequence
from math import isclose
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image

from segdemo.data.classes import CLASSES, UNKNOWN
from segdemo.data.decoder import open_photo
from segdemo.data.palette import CLASS_PALETTE
from segdemo.errors import InputError
from segdemo.lecture.teaching.networks import THIN
from segdemo.lecture.teaching.progress import Standing, standings
from segdemo.lecture.teaching.training import STEPS, Race, Settings
from segdemo.parsing import whole_between
from segdemo.web.errors import as_gradio_errors
from segdemo.web.events import TEACHING
from segdemo.web.photo_input import PhotoInput
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.teach.choices import Choices
from segdemo.web.tabs.teach.session import LONGEST
from segdemo.web.tabs.teach.sources import example
from segdemo.web.tabs.teach.teacher import Teacher

FEW_STEPS = 100  # where a call does not say how many
TOLERANCE = 0.05  # of the strokes' proportions, for what scaling down to whole pixels changes


def build(teacher: Teacher, page_photo: PhotoInput) -> None:
    """Add the endpoint to the Blocks being built."""

    @as_gradio_errors
    def teach(photo, strokes, networks, steps, rate, seed):
        """Train thin versions of the lecture's networks on one photo, from random weights.

        strokes: a PNG of the photo's proportions, 0 pet, 1 background, 2 border, or these
        classes' colours as `/segment` gives them; any other value is not painted. Without it the
        photo's ground truth, or the U-Net's mask where that is not known. networks: some of
        cnn-1x1, cnn-5x5, encoder-decoder, unet. steps: 1 to 300, fewer where 25 s are over. rate:
        0.001 to 100. seed: of the random weights. Returns for every network its `steps`, the
        loss before each (`losses`, null for what is no number), `labels` at 64x64, and the mean
        IoU on the fifth of the strokes that was held back.
        """
        choices = Choices.parse(networks, rate, Settings.loss, Settings.weights, seed)
        wanted = whole_between(steps, 1, STEPS)
        if wanted is None:
            raise InputError("teach.steps-range", limit=STEPS)
        image = load_thumbnail(photo)
        if strokes is None:
            labels = teacher.sources.labels_for(photo).labels
        else:
            labels = painted(strokes, image)
        race = Race(choices.networks, [example(image, labels)], choices.seed)
        until = time.monotonic() + LONGEST
        while race.rounds < wanted and not race.is_over and time.monotonic() < until:
            teacher.sessions.train(lambda: race.round(choices.settings))
        return {one.key: _told(one) for one in standings(race)}

    asked = [
        PhotoInput(label="strokes", type="filepath", image_mode=None, visible=False),
        gr.JSON(list(THIN), label="networks", visible=False),
        gr.Number(FEW_STEPS, label="steps", visible=False),
        gr.Number(Settings.rate, label="rate", visible=False),
        gr.Number(0, label="seed", visible=False),
    ]
    options: dict[str, Any] = TEACHING | {"api_visibility": "public"}
    gr.on([], teach, [page_photo, *asked], gr.JSON(visible=False), api_name="teach", **options)


def painted(path: str, photo: Image.Image) -> np.ndarray:
    """The labels (H, W) uint8 of a label map's file, UNKNOWN where it has none of the classes.

    Raises InputError for what is no picture, and where the strokes would lie elsewhere on `photo`
    than where they were painted.
    """
    image = open_photo(path).image
    if not isclose(image.width * photo.height, image.height * photo.width, rel_tol=TOLERANCE):
        raise InputError("teach.strokes-shape", width=image.width, height=image.height)
    return labels_of(image)


def labels_of(image: Image.Image) -> np.ndarray:
    """An RGB label map, in the classes' colours, or each pixel a class's number three times."""
    pixels = np.asarray(image)

    def read(values: Sequence) -> np.ndarray:
        labels = np.full(pixels.shape[:2], UNKNOWN, np.uint8)
        for label, value in enumerate(values):
            labels[(pixels == value).all(-1)] = label
        return labels

    coloured = read(CLASS_PALETTE.tolist())
    return coloured if (coloured != UNKNOWN).any() else read(range(len(CLASSES)))


def _told(one: Standing) -> dict:
    finite = [loss if np.isfinite(loss) else None for loss in one.losses]
    return {
        "steps": one.steps,
        "losses": finite,
        "labels": one.labels.tolist(),
        "held_back_iou": one.held_back_iou,
    }
