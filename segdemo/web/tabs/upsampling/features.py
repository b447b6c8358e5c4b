"""Idea *Feature maps*: a trained network's own for the visitor's photo, decoder by decoder."""

from dataclasses import dataclass
from typing import cast

import gradio as gr
import torch
from PIL import Image
from torch import Tensor

from segdemo.analysis.feature_maps import DecoderStep, decoder_steps, most_like
from segdemo.data.palette import label_image
from segdemo.data.preprocessing import SIZE, resize_photo, to_input, to_labels
from segdemo.inference import Predictor
from segdemo.locales import Translator
from segdemo.models import EncoderDecoder
from segdemo.models.encoders import WIDTHS
from segdemo.web.components.ideas import show_in_idea
from segdemo.web.components.matrix import grey_image
from segdemo.web.components.stage_names import choices
from segdemo.web.context import PageContext
from segdemo.web.formatting import sides
from segdemo.web.html import html
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.templates import render

LEVELS = len(WIDTHS)  # one a Decoder; level 1 is the deepest
FIRST_LEVEL = 4
CHANNELS = 3  # shown before and after the convolution
WHOLE = ("upsample-only", "encoder-decoder")


@dataclass(frozen=True)
class ChannelMap:
    """One channel of a feature map in grey, from its lowest value to its highest."""

    channel: int
    image: Image.Image


@dataclass(frozen=True)
class Level:
    """What a Decoder does: shapes "512×2×2", and the channels most like the final mask."""

    number: int
    before: str
    upsampled: str
    convolved: str
    upsampled_maps: list[ChannelMap]
    convolved_maps: list[ChannelMap]


def level_choices() -> list[tuple[str, int]]:
    """(what a level is called, level) for every Decoder, the deepest first."""
    sides = [SIZE >> (LEVELS - level) for level in range(LEVELS)]
    return [(f"{i}: {side}×{side} → {2 * side}×{2 * side}", i) for i, side in enumerate(sides, 1)]


def level(number: int, step: DecoderStep, pet: Tensor) -> Level:
    """`pet` (128, 128) float32: how much each pixel is a pet to the whole network, 0..1."""

    def maps(features: Tensor) -> list[ChannelMap]:
        chosen = most_like(features, pet, CHANNELS)
        return [ChannelMap(channel, grey_image(features[channel].numpy())) for channel in chosen]

    before, upsampled, convolved = step.before, step.upsampled, step.convolved
    was, enlarged, refined = (sides(one.shape) for one in (before, upsampled, convolved))
    return Level(number, was, enlarged, refined, maps(upsampled), maps(convolved))


@dataclass(frozen=True)
class FeatureMaps:
    """The idea's callbacks."""

    predictor: Predictor

    def show(self, photo: Upload, number: int, t: Translator) -> str:
        """All decoders in a row, one before and after its convolution, two networks' masks.

        Raises InputError, CheckpointError.
        """
        image = load_thumbnail(photo)
        network = cast(EncoderDecoder, self.predictor.network("encoder-decoder"))
        steps = decoder_steps(network, to_input(image))
        logits = {key: self.predictor.predict(key, image).logits for key in WHOLE}
        pet = torch.softmax(logits["encoder-decoder"].float(), dim=0)[0]
        levels = [level(i, step, pet) for i, step in enumerate(steps, 1)]
        masks = {
            key: label_image(to_labels(answer[None], SIZE, SIZE)[0].numpy())
            for key, answer in logits.items()
        }
        return render(
            "tabs/upsampling/features.html",
            t,
            photo=resize_photo(image),
            levels=levels,
            chosen=levels[number - 1],
            masks=[(t(key), masks[stage]) for key, stage in choices(WHOLE)],
        )


def build(context: PageContext, idea: gr.Radio) -> gr.Radio:
    """Add the idea, named `features` among `idea`'s; returns the choice of a decoder."""
    number = context.translations.numbers(
        "upsampling.features.level", level_choices(), FIRST_LEVEL, elem_id="level"
    )
    maps = html(elem_id="feature-maps")
    show = FeatureMaps(context.predictor).show
    show_in_idea(context, idea, "features", [number.change], show, [context.photo, number], maps)
    return number
