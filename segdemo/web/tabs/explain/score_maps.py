"""Section *Further reading: FCN*: from a coarse blob to an outline, one score map at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import torch

from segdemo.data.ground_truth import GroundTruth
from segdemo.data.painting import Painting
from segdemo.data.preprocessing import SIZE, to_input, to_labels
from segdemo.inference import Predictor
from segdemo.locales import Translator
from segdemo.models.fcn import FCN, STRIDES
from segdemo.models.registry import FCN_STAGE
from segdemo.web.components.pictures import Layer, label_layer, score_lines
from segdemo.web.context import PageContext
from segdemo.web.events import INFERENCE
from segdemo.web.examples import TestSplit, find_annotation
from segdemo.web.html import html
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.templates import render


@dataclass(frozen=True)
class ScoreMapsSection:
    """The section's callback. `test_miou`: what was measured at each stride."""

    predictor: Predictor
    test_split: TestSplit | None
    test_miou: Mapping[int, float]

    @torch.inference_mode()
    def show(self, photo: Upload, painting: Painting | None, t: Translator) -> str:
        """The masks in HTML. Raises InputError, CheckpointError."""
        image = load_thumbnail(photo)
        truth = find_annotation(self.test_split, photo, painting)
        network = cast(FCN, self.predictor.network(FCN_STAGE.key))
        views = [
            map_view(stride, logits, image.size, truth, self.test_miou.get(stride), t)
            for stride, logits in zip(STRIDES, network.every_stride(to_input(image)))
        ]
        return render("tabs/explain/score_maps.html", t, photo=image, views=views)


def map_view(
    stride: int,
    logits: torch.Tensor,
    shown: tuple[int, int],
    truth: GroundTruth | None,
    test_miou: float | None,
    t: Translator,
) -> Layer:
    """The labels once the map of one stride is added, with their scores, as far as known.

    `shown`: the photo's (width, height).
    """
    side = SIZE // stride
    key = "first" if stride == STRIDES[0] else "added"
    lines = [t(f"insight-score-maps.{key}", side=side)]
    lines += score_lines(truth, logits, "insight-score-maps.here", t)
    if test_miou is not None:
        lines.append(t("insight-score-maps.test", miou=f"{test_miou:.3f}"))
    width, height = shown
    labels = to_labels(logits, height, width)[0].numpy()
    return label_layer(t("insight-score-maps.stride", stride=stride), labels, t, *lines)


def build(context: PageContext) -> None:
    """Add the section to the Blocks being built."""
    strides = context.predictor.metadata.get(FCN_STAGE.key, {}).get("strides", {})
    measured = {int(stride): found["miou"] for stride, found in strides.items()}
    callbacks = ScoreMapsSection(context.predictor, context.test_split, measured)
    shown = html(elem_id="score-maps")
    context.show_on(
        context.when_seen, callbacks.show, [context.photo, context.painting], [shown], **INFERENCE
    )
