"""Parts *The same on a real photo* and *The training loop*: what their callbacks compute."""

from dataclasses import dataclass
from html import escape

import gradio as gr
import numpy as np
from PIL import Image

from segdemo.checkpoints import CheckpointError
from segdemo.classes import CLASSES
from segdemo.errors import InputError
from segdemo.inference import Networks, Prediction
from segdemo.loss.cross_entropy import parse_weights
from segdemo.loss.loss_map import loss_map
from segdemo.loss.training_step import training_step
from segdemo.preprocessing import SIZE, resize_photo, to_labels
from segdemo.ui.examples import TestPhotos, known_truth, truth_remedy
from segdemo.ui.html import refusal
from segdemo.ui.loss import loop as loss_loop
from segdemo.ui.loss import map_view as loss_map_view
from segdemo.ui.loss.pieces import paragraph
from segdemo.ui.photo_view import view

STAND_IN = "unet"  # whose answer is the truth where nobody drew one
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

    networks: Networks
    tests: TestPhotos | None

    def show_map(
        self, fields: dict[str, str], photo: str | bytes | None, key: str, language: str
    ) -> tuple[str, object]:
        """(what is wrong, the loss map) in HTML; on bad input the last good map stays."""
        try:
            weights = parse_weights([fields.get(f"weight-{i}") for i in range(len(CLASSES))])
            example = self._example(photo)
            prediction = self.networks.predict(key, example.photo)
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
            network = self.networks.network(TRAINED)
        except (InputError, CheckpointError) as error:
            return refusal(error, language), gr.skip()
        step = training_step(network, example.photo, example.labels, learning_rate)
        return "", self._source(example, language) + loss_loop.after(step, language)

    def _example(self, photo: str | bytes | None) -> Example:
        """The photo with its truth or what stands in for it.

        Raises InputError for what is no photo, and the stand-in's CheckpointError.
        """
        image = view(photo)
        truth = known_truth(self.tests, photo)
        if truth is None:
            return Example(image, _labels(self.networks.predict(STAND_IN, image)), drawn=False)
        nearest = Image.fromarray(truth).resize((SIZE, SIZE), Image.Resampling.NEAREST)
        return Example(image, np.array(nearest), drawn=True)

    def _source(self, example: Example, language: str) -> str:
        """Whose truth it is, and how to get a real one."""
        if example.drawn:
            return paragraph("truth.drawn", language)
        remedy = escape(truth_remedy(self.tests, language))
        return f"{paragraph('truth.stand-in', language, 'note')}<p>{remedy}</p>"


def _labels(prediction: Prediction) -> np.ndarray:
    """The strongest class of each pixel, (SIZE, SIZE) uint8."""
    return to_labels(prediction.logits[None], SIZE, SIZE)[0].numpy()
