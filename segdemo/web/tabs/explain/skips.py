"""Section *With and without skips*: two trained networks, and one with its skips zeroed."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import cast

import gradio as gr
from PIL import Image

from segdemo.analysis.layer_graph import blocks
from segdemo.analysis.layer_outputs import activations
from segdemo.analysis.skip_ablation import (
    ALL,
    LEVELS,
    Ablation,
    Effect,
    changed_fraction,
    effects,
    parse_levels,
)
from segdemo.cache import SKIPS
from segdemo.data.decoder import open_photo
from segdemo.data.ground_truth import GroundTruth
from segdemo.data.painting import Painting
from segdemo.data.palette import label_image
from segdemo.data.preprocessing import to_input, to_labels
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import segment
from segdemo.locales import Translator
from segdemo.metrics import class_fractions
from segdemo.models import EncoderDecoder
from segdemo.models.registry import get_stage
from segdemo.web.components.terms import explained
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.errors import as_gradio_errors
from segdemo.web.events import INFERENCE, ON_CLICK, UNQUEUED
from segdemo.web.examples import TestSplit, find_annotation, load_request
from segdemo.web.html import html
from segdemo.web.localisation import Translations
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.tabs.explain import skips_view
from segdemo.web.tabs.explain.network_view import thumbnails
from segdemo.web.tabs.explain.skip_drawing import drawing
from segdemo.web.templates import render

WITHOUT, WITH = "encoder-decoder", "unet"
GROUPS = {"none": [], "fine": [1, 2, 3], "deep": [4, 5, 6], "all": list(LEVELS)}
ALONE = [frozenset([level]) for level in LEVELS]  # the skips zeroed in each picture of a row
ONLY = [ALL - one for one in ALONE]


class SkipsSection:
    """The section's callbacks, which raise InputError and the networks' CheckpointError.

    `test_split` is None where the data set is not at hand.
    """

    def __init__(self, predictor: Predictor, test_split: TestSplit | None):
        self._predictor, self._test_split = predictor, test_split
        self._pictures = lru_cache(SKIPS)(self._draw)
        self._rows = lru_cache(SKIPS)(self._find_rows)

    def compare(self, photo: Upload, painting: Painting | None, t: Translator) -> str:
        """The networks trained without and with skips, in HTML."""
        request = load_request(self._test_split, photo, painting)
        without, with_skips = (
            segment(self._predictor, key, request, KMeansSettings()) for key in (WITHOUT, WITH)
        )
        found = skips_view.comparison(without, with_skips, request.ground_truth, t)
        return self._render(photo, t, comparison=found)

    def zero(
        self, photo: Upload, painting: Painting | None, levels: list[int], t: Translator
    ) -> tuple[str, str]:
        """The U-Net with the skips of these levels zeroed: (its drawing, what changes), in HTML."""
        known = find_annotation(self._test_split, photo, painting)
        off = parse_levels(levels)
        intact, effect = self._effects(photo, known, [frozenset(), off])
        shown = self._render(photo, t, zeroed=skips_view.zeroed(intact, effect, known, t))
        return drawing(blocks(get_stage(WITH)), off, self._pictures(photo, off), t), shown

    def each(
        self, photo: Upload, painting: Painting | None, is_open: bool, t: Translator
    ) -> Iterator[str]:
        """Every skip by itself, in HTML, where that is unfolded: blank at first, then found."""
        if not is_open:
            yield ""
            return
        known = find_annotation(self._test_split, photo, painting)
        yield self._render(photo, t, rows=skips_view.rows(None, None, known, t))
        yield self._render(photo, t, rows=skips_view.rows(*self._rows(photo, painting), known, t))

    def label_map(self, photo: Upload, levels: object) -> tuple[Image.Image, dict]:
        """The label map with skips zeroed, of the photo's own size, and its numbers."""
        zeroed = parse_levels(levels)
        opened = open_photo(photo)
        width, height = opened.original_size
        ablation = Ablation(self._unet(), to_input(opened.image))
        intact, labels = to_labels(ablation.logits([frozenset(), zeroed]), height, width).numpy()
        return label_image(labels), {
            "changed": round(changed_fraction(labels, intact), 6),
            "shares": {name: round(share, 6) for name, share in class_fractions(labels).items()},
        }

    def _render(self, photo: Upload, t: Translator, **shown: object) -> str:
        views = dict.fromkeys(("comparison", "zeroed", "rows")) | shown
        return render("tabs/explain/skips.html", t, photo=load_thumbnail(photo), **views)

    def _draw(self, photo: Upload, zeroed: frozenset[int]) -> dict[str, Image.Image]:
        encoders = [f"encoders.{level - 1}" for level in zeroed]
        image, stage = load_thumbnail(photo), get_stage(WITH)
        found = activations(stage, self._predictor.network(WITH), to_input(image), encoders)
        return thumbnails(image, blocks(stage), found)

    def _unet(self) -> EncoderDecoder:
        return cast(EncoderDecoder, self._predictor.network(WITH))

    def _effects(
        self, photo: Upload, known: GroundTruth | None, sets: Sequence[frozenset[int]]
    ) -> list[Effect]:
        image = load_thumbnail(photo)
        ablation = Ablation(self._unet(), to_input(image))
        return effects(ablation, sets, (image.height, image.width), known and known.labels)

    def _find_rows(
        self, photo: Upload, painting: Painting | None
    ) -> tuple[list[Effect], list[Effect]]:
        known = find_annotation(self._test_split, photo, painting)
        found = self._effects(photo, known, ALONE + ONLY)
        return found[: len(ALONE)], found[len(ALONE) :]


class SkipSwitches(gr.CheckboxGroup):
    """gr.CheckboxGroup that hands over what was sent: our own sentence refuses a wrong level."""

    is_template = True  # the browser shows it as a gr.CheckboxGroup

    def preprocess(self, payload: object) -> object:
        return payload

    def api_info(self) -> dict:
        return {"type": "array", "items": {"type": "integer", "enum": list(LEVELS)}}


def build(context: PageContext) -> TabHandle:
    """Add the section to the Blocks being built."""
    translations, photo = context.translations, context.photo
    callbacks = SkipsSection(context.predictor, context.test_split)
    sides = _html("skips-sides")
    translations.html(lambda t: explained(t("insight-skips.ablation"), t), elem_classes="lesson")
    switches = translations.build(
        SkipSwitches,
        {"label": "insight-skips.switches"},
        choices=list(LEVELS),
        value=[],
        visible="hidden",
    )
    network = _html("skips-network")
    _add_groups(translations, switches)
    zeroed = _html("skips-zeroed")
    unfolded, is_open, rows = _unfolding_rows(translations)
    gr.on([rows.select, network.select], _pressed, None, switches, **UNQUEUED)
    context.show_on(
        context.when_seen, callbacks.compare, [photo, context.painting], [sides], **INFERENCE
    )
    zero_on = [*context.when_seen, switches.change]
    context.show_on(
        zero_on, callbacks.zero, [photo, context.painting, switches], [network, zeroed], **INFERENCE
    )
    each_on = [*context.when_seen, unfolded]
    context.show_on(
        each_on, callbacks.each, [photo, context.painting, is_open], [rows], **INFERENCE
    )
    _endpoint(callbacks, context, switches)
    return TabHandle(link_fields={"off": switches})


def _html(elem_id: str) -> gr.HTML:
    return html(script="tabs/explain/skips.js", elem_id=elem_id)


def _add_groups(translations: Translations, switches: SkipSwitches) -> None:
    """Buttons that set several switches at once."""
    with gr.Row(elem_id="skips-groups"):
        for name, levels in GROUPS.items():
            button = translations.button(f"insight-skips.group.{name}", size="sm", min_width=120)
            button.click(lambda levels=levels: levels, None, switches, **UNQUEUED)


def _unfolding_rows(translations: Translations) -> tuple:
    """(the event of unfolding, whether it is unfolded, what is in it)."""
    is_open = gr.Checkbox(False, visible="hidden")
    label = {"label": "insight-skips.each"}
    with translations.build(gr.Accordion, label, open=False, elem_id="skips-each") as accordion:
        rows = _html("skips-rows")
    accordion.expand(None, None, is_open, js="() => true", api_visibility="private")
    accordion.collapse(None, None, is_open, js="() => false", api_visibility="private")
    return is_open.change, is_open, rows


def _pressed(event: gr.EventData) -> list[int]:
    """The levels that are zeroed in a pressed picture, or once an arrow was switched."""
    return event.zeroed


def _endpoint(callbacks: SkipsSection, context: PageContext, switches: SkipSwitches) -> None:
    """The label map and its numbers, to take home and for scripts."""
    translations = context.translations
    with translations.build(gr.Accordion, {"label": "insight-skips.take-home"}, open=False):
        make = translations.button("insight-skips.take-home.make")
        with gr.Row():
            name = "insight-skips.take-home.map"
            label_map = translations.build(
                gr.Image, {"label": name, "alt_text": name}, format="png", buttons=["download"]
            )
            numbers = translations.build(gr.JSON, {"label": "insight-skips.take-home.numbers"})

    @as_gradio_errors
    def ablate(photo, skips):
        """Segment one photo by the trained U-Net with some of its skip connections zeroed.

        skips: their levels, from 1 (the shallowest, 128x128) to 6 (the deepest, 4x4). Returns an
        indexed PNG at the photo's own size (0 pet, 1 background, 2 border) and its numbers: the
        fraction of labels changed against the intact U-Net, the fraction of each label.
        """
        return callbacks.label_map(photo, skips)

    make.click(
        ablate, [context.photo, switches], [label_map, numbers], api_name="ablate", **ON_CLICK
    )
