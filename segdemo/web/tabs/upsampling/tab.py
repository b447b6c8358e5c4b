"""Tab *Upsampling*: one dimension, two dimensions, feature maps. Components, then wiring."""

import json

import gradio as gr

from segdemo.web.context import PageContext, TabHandle
from segdemo.web.events import INFERENCE, UNQUEUED
from segdemo.web.localisation import DEFAULT_LANGUAGE, Translations
from segdemo.web.tabs.upsampling import line, playground
from segdemo.web.tabs.upsampling.features import FeatureMaps, level_choices
from segdemo.web.templates import asset

FIRST_LEVEL = 4
READ_LINE = f"""(_, ...rest) => [Object.assign({json.dumps(line.ENDS | line.POINTS)},
    Object.fromEntries(Array.from(
        document.querySelectorAll('#line-fields input'), input => [input.name, input.value]
    ))), ...rest]"""


def build(context: PageContext) -> TabHandle:
    """Add the tab's content to the Blocks being built."""
    local = context.translations
    _heading(local, "line")
    _line(local, context.language)
    _heading(local, "matrix")
    two_dimensions = playground.build(local, context.photo, context.language)
    _heading(local, "features")
    _features(context)
    mode, factor, *_ = two_dimensions.settings
    return TabHandle(
        {"matrix": two_dimensions.rows, "mode": mode, "factor": factor},
        playground.restore,
        two_dimensions.shown,
    )


def _heading(local: Translations, section: str) -> None:
    local.build(gr.Markdown, {"value": f"upsampling.{section}.intro"}, elem_classes="lesson-head")


def _line(local: Translations, language: gr.Radio) -> None:
    fields = local.build(
        gr.HTML,
        {"value": line.fields},
        js_on_load=playground.ON_CHANGE,
        apply_default_css=False,
        elem_id="line-fields",
    )
    problem = _html("", "line-problem")
    drawing = _html(
        line.render(line.ENDS | line.POINTS, DEFAULT_LANGUAGE),
        "line",
        asset("tabs/upsampling/line.js"),
    )
    gr.on(
        [fields.input, drawing.input, language.change],
        line.show_line,
        [fields, language],
        [problem, drawing],
        js=READ_LINE,
        **UNQUEUED,
    )


def _html(value: str, elem_id: str, script: str | None = None) -> gr.HTML:
    return gr.HTML(value, js_on_load=script, apply_default_css=False, elem_id=elem_id)


def _features(context: PageContext) -> None:
    level = context.translations.build(
        gr.Radio,
        {"label": "upsampling.features.level"},
        choices=level_choices(),
        value=FIRST_LEVEL,
        elem_id="level",
    )
    maps = _html("", "feature-maps")
    # The photo changes on another tab: what to show is computed when a visitor comes here.
    context.show_on(
        [*context.when_seen, level.change],
        FeatureMaps(context.predictor).show,
        [context.photo, level],
        [maps],
        **INFERENCE,
    )
