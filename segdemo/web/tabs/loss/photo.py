"""Parts *The same on a real photo* and *The training loop*: what their callbacks compute."""

from dataclasses import dataclass
from html import escape

import gradio as gr
import numpy as np
from PIL import Image

from segdemo.data.classes import CLASSES
from segdemo.data.preprocessing import SIZE, resize_photo, to_labels
from segdemo.errors import InputError
from segdemo.inference import Prediction, Predictor
from segdemo.lecture.loss.cross_entropy import parse_weights
from segdemo.lecture.loss.loss_map import loss_map
from segdemo.lecture.loss.training_step import training_step
from segdemo.models.checkpoints import CheckpointError
from segdemo.web.components.cross_entropy import paragraph
from segdemo.web.components.html import refusal
from segdemo.web.examples import TestSplit, find_ground_truth, ground_truth_hint
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.loss import loop as loss_loop
from segdemo.web.tabs.loss import map_view as loss_map_view

PSEUDO_LABEL_STAGE = "unet"  # whose answer is the truth where nobody drew one
TRAINED = "cnn-1x1"
OPENING = {f"weight-{i}": "1" for i in range(len(CLASSES))}


@dataclass(frozen=True)
class Example:
    """An RGB photo, its (128, 128) uint8 labels, and whether a person drew them."""

    photo: Image.Image
    labels: np.ndarray
    drawn: bool


@dataclass(frozen=True)
class PhotoLoss:
    """The callbacks; `tests` is None where the data set is not at hand."""

    predictor: Predictor
    tests: TestSplit | None

    def show_map(
        self, fields: dict[str, str], photo: str | bytes | None, key: str, language: str
    ) -> tuple[str, object]:
        """(what is wrong, the loss map) in HTML; on bad input the last good map stays."""
        try:
            weights = parse_weights([fields.get(f"weight-{i}") for i in range(len(CLASSES))])
            example = self._example(photo)
            prediction = self.predictor.predict(key, example.photo)
            logits = prediction.logits.double().numpy()
            result = loss_map(logits, example.labels, weights)
        except (InputError, CheckpointError) as error:
            return refusal(error, language), gr.skip()
        picture = resize_photo(example.photo)
        return "", (
            self._source(example, language)
            + loss_map_view.render(picture, _labels(prediction), example.labels, result, language)
            + loss_map_view.summary(result, weights, language)
        )

    def show_step(
        self, photo: str | bytes | None, learning_rate: float, language: str
    ) -> tuple[str, object]:
        """(what is wrong, the loop with what one real step did) in HTML."""
        try:
            example = self._example(photo)
            network = self.predictor.network(TRAINED)
        except (InputError, CheckpointError) as error:
            return refusal(error, language), gr.skip()
        step = training_step(network, example.photo, example.labels, learning_rate)
        return "", self._source(example, language) + loss_loop.after(step, language)

    def _example(self, photo: str | bytes | None) -> Example:
        """The photo with its truth or what stands in for it.

        Raises InputError for what is no photo, and the stand-in's CheckpointError.
        """
        image = load_thumbnail(photo)
        truth = find_ground_truth(self.tests, photo)
        if truth is None:
            return Example(
                image, _labels(self.predictor.predict(PSEUDO_LABEL_STAGE, image)), drawn=False
            )
        nearest = Image.fromarray(truth).resize((SIZE, SIZE), Image.Resampling.NEAREST)
        return Example(image, np.array(nearest), drawn=True)

    def _source(self, example: Example, language: str) -> str:
        """Whose truth it is, and how to get a real one."""
        if example.drawn:
            return paragraph("truth.drawn", language)
        remedy = escape(ground_truth_hint(self.tests, language))
        return f"{paragraph('truth.stand-in', language, 'note')}<p>{remedy}</p>"


def _labels(prediction: Prediction) -> np.ndarray:
    """The strongest class of each pixel, (SIZE, SIZE) uint8."""
    return to_labels(prediction.logits[None], SIZE, SIZE)[0].numpy()
