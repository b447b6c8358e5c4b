"""What section *With and without skips* computes for a photo."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import gradio as gr
import numpy as np
from PIL import Image

from segdemo.analysis.skip_ablation import (
    ALL,
    LEVELS,
    Ablation,
    Effect,
    changed_fraction,
    effects,
    parse_levels,
)
from segdemo.data.decoder import open_photo
from segdemo.data.palette import label_image
from segdemo.data.preprocessing import to_input, to_labels
from segdemo.errors import InputError
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import SegmentationResult, segment
from segdemo.metrics import class_fractions
from segdemo.models.checkpoints import CheckpointError
from segdemo.web.components.html import alert, refusal
from segdemo.web.examples import TestSplit, find_ground_truth, ground_truth_hint, load_request
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.explain import skips_ablation, skips_comparison

WITHOUT, WITH = "encoder-decoder", "unet"
ALONE = [frozenset([level]) for level in LEVELS]  # the skips zeroed in each picture of a row
ONLY = [ALL - one for one in ALONE]
KEPT_PHOTOS = 8  # inside the U-Net, 8 MB each, and their rows of masks, 2 MB each


class Skips:
    """The section's callbacks; `tests` is None where the data set is not at hand."""

    def __init__(self, predictor: Predictor, tests: TestSplit | None):
        self._predictor, self._tests = predictor, tests
        self._ablation = lru_cache(KEPT_PHOTOS)(self._encode)
        self._rows = lru_cache(KEPT_PHOTOS)(self._find_rows)

    def show(self, photo: str | bytes | None, levels: list[int], language: str) -> Iterator[tuple]:
        """(two networks' masks, one with skips zeroed, the rows) in HTML, the rows last."""
        try:
            load_thumbnail(photo)
        except InputError as error:
            yield alert(error.sentence(language)), "", ""
            return
        sides = _or_alert(self._sides, photo, language)
        zeroed = self.show_zeroed(photo, levels, language)
        if WITH in self._predictor.load_errors:
            yield sides, zeroed, ""
            return
        drawn = self._truth(photo) is not None
        yield sides, zeroed, skips_ablation.blank_rows(load_thumbnail(photo), drawn, language)
        rows = skips_ablation.rows(load_thumbnail(photo), *self._rows(photo), drawn, language)
        yield gr.skip(), gr.skip(), rows

    def show_zeroed(self, photo: str | bytes | None, levels: list[int], language: str) -> str:
        """The U-Net's answer with the skips of these levels zeroed, or what is missing for it."""
        return _or_alert(self._zeroed, photo, levels, language)

    def label_map(self, photo: str | bytes | None, levels: object) -> tuple[Image.Image, dict]:
        """The label map with skips zeroed, of the photo's own size, and its numbers.

        Raises InputError and the U-Net's CheckpointError.
        """
        zeroed = parse_levels(levels)
        opened = open_photo(photo)
        width, height = opened.original_size
        ablation = Ablation(self._predictor.network(WITH), to_input(opened.image))
        intact, labels = to_labels(ablation.logits([frozenset(), zeroed]), height, width).numpy()
        return label_image(labels), {
            "changed": round(changed_fraction(labels, intact), 6),
            "shares": {name: round(share, 6) for name, share in class_fractions(labels).items()},
        }

    def _truth(self, photo: str | bytes | None) -> np.ndarray | None:
        return find_ground_truth(self._tests, photo)

    def _answer(self, key: str, photo: str | bytes | None) -> SegmentationResult:
        return segment(self._predictor, key, load_request(self._tests, photo), KMeansSettings())

    def _encode(self, photo: str | bytes | None) -> Ablation:
        return Ablation(self._predictor.network(WITH), to_input(load_thumbnail(photo)))

    def _effects(self, photo: str | bytes | None, sets: Sequence[frozenset[int]]) -> list[Effect]:
        width, height = load_thumbnail(photo).size
        return effects(self._ablation(photo), sets, (height, width), self._truth(photo))

    def _find_rows(self, photo: str | bytes | None) -> tuple[list[Effect], list[Effect]]:
        found = self._effects(photo, ALONE + ONLY)
        return found[: len(ALONE)], found[len(ALONE) :]

    def _sides(self, photo: str | bytes | None, language: str) -> str:
        truth = self._truth(photo)
        return skips_comparison.render(
            load_thumbnail(photo),
            self._answer(WITHOUT, photo),
            self._answer(WITH, photo),
            truth,
            ground_truth_hint(self._tests, language),
            language,
        )

    def _zeroed(self, photo: str | bytes | None, levels: list[int], language: str) -> str:
        intact, effect = self._effects(photo, [frozenset(), parse_levels(levels)])
        drawn = self._truth(photo) is not None
        return skips_ablation.chosen(load_thumbnail(photo), intact, effect, drawn, language)


def _or_alert(render: Callable[..., str], *inputs: object) -> str:
    """What `render` gives, or why it gives nothing; its last input is the language."""
    try:
        return render(*inputs)
    except (InputError, CheckpointError) as error:
        return refusal(error, inputs[-1])
