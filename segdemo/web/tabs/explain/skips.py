"""Section *With and without skips*: components, then wiring."""

import gradio as gr

from segdemo.analysis.skip_ablation import LEVELS
from segdemo.data.preprocessing import SIZE
from segdemo.models.encoders import WIDTHS
from segdemo.web.context import PageContext
from segdemo.web.errors import as_gradio_errors
from segdemo.web.events import INFERENCE, ON_CLICK, UNQUEUED
from segdemo.web.localisation import Translations
from segdemo.web.tabs.explain.skips_callbacks import Skips
from segdemo.web.templates import asset

GROUPS = {"none": [], "fine": [1, 2, 3], "deep": [4, 5, 6], "all": list(LEVELS)}


class SkipSwitches(gr.CheckboxGroup):
    """gr.CheckboxGroup that hands over what was sent: our own sentence refuses a wrong level."""

    is_template = True  # the browser shows it as a gr.CheckboxGroup

    def preprocess(self, payload: object) -> object:
        return payload

    def api_info(self) -> dict:
        return {"type": "array", "items": {"type": "integer", "enum": list(LEVELS)}}


def build(context: PageContext) -> None:
    """Add the section to the Blocks being built."""
    local, photo, language = context.translations, context.photo, context.language
    callbacks = Skips(context.predictor, context.test_split)
    sides = _html("skips-sides")
    local.build(gr.Markdown, {"value": "insight-skips.ablation"}, elem_classes="lesson")
    with gr.Row(elem_id="skips"):
        with gr.Column(scale=0, min_width=300, elem_id="skips-inputs"):
            switches = local.build(
                SkipSwitches,
                {"label": "insight-skips.switches", "info": "insight-skips.switches.info"},
                choices=_choices(),
                value=[],
                elem_id="skips-off",
            )
            groups = _groups(local)
        with gr.Column(elem_id="skips-results"):
            zeroed = _html("skips-zeroed")
    rows = _html("skips-rows")
    make, outputs = _take_home(local)

    @as_gradio_errors
    def ablate(photo, skips):
        """Segment one photo by the trained U-Net with some of its skip connections zeroed.

        skips: their levels, from 1 (the finest, 128x128) to 6 (the deepest, 4x4). Returns an
        indexed PNG at the photo's own size (0 pet, 1 background, 2 border) and its numbers: the
        share of labels changed against the intact U-Net, the share of each label.
        """
        return callbacks.label_map(photo, skips)

    switches.change(callbacks.show_zeroed, [photo, switches, language], zeroed, **INFERENCE)
    for button, levels in groups:
        button.click(lambda levels=levels: levels, None, switches, **UNQUEUED)
    rows.select(_pressed, None, switches, **UNQUEUED)
    make.click(
        ablate,
        [photo, switches],
        outputs,
        api_name="ablate",
        **ON_CLICK,
    )
    outputs = [sides, zeroed, rows]
    context.show_on(context.when_seen, callbacks.show, [photo, switches], outputs, **INFERENCE)


def _html(elem_id: str) -> gr.HTML:
    return gr.HTML(
        "", js_on_load=asset("tabs/explain/skips.js"), apply_default_css=False, elem_id=elem_id
    )


def _choices() -> list[tuple[str, int]]:
    """(a skip's level and shape, its level) for every skip, the finest first."""
    sides = [SIZE >> (level - 1) for level in LEVELS]
    return [
        (f"{level}: {channels} × {side} × {side}", level)
        for level, channels, side in zip(LEVELS, WIDTHS, sides)
    ]


def _groups(local: Translations) -> list[tuple[gr.Button, list[int]]]:
    """Buttons that switch several skips at once, with the levels each leaves off."""
    with gr.Row(elem_id="skips-groups"):
        return [
            (
                local.build(
                    gr.Button, {"value": f"insight-skips.group.{name}"}, size="sm", min_width=120
                ),
                levels,
            )
            for name, levels in GROUPS.items()
        ]


def _pressed(event: gr.EventData) -> list[int]:
    """The levels that are zeroed in a pressed picture."""
    return event.zeroed


def _take_home(local: Translations) -> tuple[gr.Button, list[gr.components.Component]]:
    """The button, and the label map and numbers that it makes."""
    with local.build(gr.Accordion, {"label": "insight-skips.take-home"}, open=False):
        make = local.build(gr.Button, {"value": "insight-skips.take-home.make"})
        with gr.Row():
            label_map = local.build(
                gr.Image,
                {"label": "insight-skips.take-home.map", "alt_text": "insight-skips.take-home.map"},
                format="png",
                buttons=["download"],
            )
            numbers = local.build(gr.JSON, {"label": "insight-skips.take-home.numbers"})
    return make, [label_map, numbers]
