"""What section *With and without skips* computes for a photo."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import gradio as gr
import numpy as np
from PIL import Image

from segdemo.answers import Answer, answer
from segdemo.checkpoints import CheckpointError
from segdemo.errors import InputError
from segdemo.inference import Networks
from segdemo.insight.ablation import (
    ALL,
    LEVELS,
    Ablation,
    Effect,
    changed_share,
    effects,
    parse_levels,
)
from segdemo.kmeans import KMeansSettings
from segdemo.metrics import class_shares
from segdemo.palette import label_image
from segdemo.photos.decoder import open_photo
from segdemo.preprocessing import to_input, to_labels
from segdemo.ui.examples import TestPhotos, asked, known_truth, truth_remedy
from segdemo.ui.html import alert, refusal
from segdemo.ui.insight import skips_sides, skips_zeroed
from segdemo.ui.photo_view import view

WITHOUT, WITH = "encoder-decoder", "unet"
ALONE = [frozenset([level]) for level in LEVELS]  # the skips zeroed in each picture of a row
ONLY = [ALL - one for one in ALONE]
KEPT_PHOTOS = 8  # inside the U-Net, 8 MB each, and their rows of masks, 2 MB each


class Skips:
    """The section's callbacks; `tests` is None where the data set is not at hand."""

    def __init__(self, networks: Networks, tests: TestPhotos | None):
        self._networks, self._tests = networks, tests
        self._ablation = lru_cache(KEPT_PHOTOS)(self._encode)
        self._rows = lru_cache(KEPT_PHOTOS)(self._find_rows)

    def show(self, photo: str | bytes | None, levels: list[int], language: str) -> Iterator[tuple]:
        """(two networks' masks, one with skips zeroed, the rows) in HTML, the rows last."""
        try:
            view(photo)
        except InputError as error:
            yield alert(error.sentence(language)), "", ""
            return
        sides = _or_alert(self._sides, photo, language)
        zeroed = self.show_zeroed(photo, levels, language)
        if WITH in self._networks.problems:
            yield sides, zeroed, ""
            return
        drawn = self._truth(photo) is not None
        yield sides, zeroed, skips_zeroed.blank_rows(view(photo), drawn, language)
        rows = skips_zeroed.rows(view(photo), *self._rows(photo), drawn, language)
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
        ablation = Ablation(self._networks.network(WITH), to_input(opened.image))
        intact, labels = to_labels(ablation.logits([frozenset(), zeroed]), height, width).numpy()
        return label_image(labels), {
            "changed": round(changed_share(labels, intact), 6),
            "shares": {name: round(share, 6) for name, share in class_shares(labels).items()},
        }

    def _truth(self, photo: str | bytes | None) -> np.ndarray | None:
        return known_truth(self._tests, photo)

    def _answer(self, key: str, photo: str | bytes | None) -> Answer:
        return answer(self._networks, key, asked(self._tests, photo), KMeansSettings())

    def _encode(self, photo: str | bytes | None) -> Ablation:
        return Ablation(self._networks.network(WITH), to_input(view(photo)))

    def _effects(self, photo: str | bytes | None, sets: Sequence[frozenset[int]]) -> list[Effect]:
        width, height = view(photo).size
        return effects(self._ablation(photo), sets, (height, width), self._truth(photo))

    def _find_rows(self, photo: str | bytes | None) -> tuple[list[Effect], list[Effect]]:
        found = self._effects(photo, ALONE + ONLY)
        return found[: len(ALONE)], found[len(ALONE) :]

    def _sides(self, photo: str | bytes | None, language: str) -> str:
        truth = self._truth(photo)
        return skips_sides.render(
            view(photo),
            self._answer(WITHOUT, photo),
            self._answer(WITH, photo),
            truth,
            truth_remedy(self._tests, language),
            language,
        )

    def _zeroed(self, photo: str | bytes | None, levels: list[int], language: str) -> str:
        intact, effect = self._effects(photo, [frozenset(), parse_levels(levels)])
        drawn = self._truth(photo) is not None
        return skips_zeroed.chosen(view(photo), intact, effect, drawn, language)


def _or_alert(render: Callable[..., str], *inputs: object) -> str:
    """What `render` gives, or why it gives nothing; its last input is the language."""
    try:
        return render(*inputs)
    except (InputError, CheckpointError) as error:
        return refusal(error, inputs[-1])
