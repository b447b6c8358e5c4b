"""What a visitor sets of idea *Two dimensions*: a matrix, and how it is enlarged."""

from dataclasses import dataclass

import gradio as gr

from segdemo.data.preprocessing import SIZE
from segdemo.lecture.lesson_links import FACTORS, LessonState
from segdemo.lecture.matrices import MAX_COLUMNS, MAX_ROWS
from segdemo.lecture.upsampling.axis_weights import MODES
from segdemo.locales import DEFAULT_LANGUAGE, Translator
from segdemo.web.components.number_fields import number_fields
from segdemo.web.events import UNQUEUED
from segdemo.web.localisation import Translations
from segdemo.web.tabs.upsampling import matrix

PLAIN = LessonState()
LAST_CROP = SIZE - MAX_ROWS  # the largest row and column that a crop can begin at


@dataclass(frozen=True)
class Controls:
    """`fields` hold the matrix, `counts` are its rows and columns, `crop` a crop's first ones.

    `sides` are the output's rows and columns, with factor FREE.
    """

    presets: dict[str, gr.Button]
    fields: gr.HTML
    counts: tuple[gr.Radio, gr.Radio]
    take_crop: gr.Button
    crop: tuple[gr.Slider, gr.Slider]
    mode: gr.Radio
    factor: gr.Radio
    sides: tuple[gr.Textbox, gr.Textbox]


def build(local: Translations) -> Controls:
    """Add all of it to the Blocks being built."""
    with gr.Row(elem_id="presets"):
        presets = {name: _button(local, f"preset.{name}") for name in matrix.PRESETS}
    fields = number_fields(
        matrix.fields(matrix.LECTURE, Translator(DEFAULT_LANGUAGE)),
        elem_id="matrix",
        elem_classes="fields",
    )
    return Controls(presets, fields, _counts(local), *_crop(local), *_enlarging(local))


def _button(local: Translations, key: str) -> gr.Button:
    return local.button(f"upsampling.{key}", size="sm", min_width=60)


def _counts(local: Translations) -> tuple[gr.Radio, gr.Radio]:
    with local.build(gr.Accordion, {"label": "upsampling.count"}, open=False, elem_id="counts"):
        rows, columns = (
            local.numbers(f"upsampling.count.{side}", range(1, most + 1), 2)
            for side, most in (("rows", MAX_ROWS), ("columns", MAX_COLUMNS))
        )
    return rows, columns


def _crop(local: Translations) -> tuple[gr.Button, tuple[gr.Slider, gr.Slider]]:
    with local.build(gr.Accordion, {"label": "upsampling.crop"}, open=False, elem_id="crop"):
        take = _button(local, "crop.take")
        top, left = (
            local.slider(f"upsampling.crop.{side}", 0, LAST_CROP, LAST_CROP // 2)
            for side in ("top", "left")
        )
    return take, (top, left)


def _enlarging(local: Translations) -> tuple[gr.Radio, gr.Radio, tuple[gr.Textbox, gr.Textbox]]:
    mode = local.radio(
        "upsampling.mode", MODES, value=PLAIN.mode, elem_id="mode", elem_classes="narrow"
    )
    factor = local.build(
        gr.Radio,
        {"label": "upsampling.factor", "choices": _factor_choices},
        value=PLAIN.factor,
        elem_id="factor",
        elem_classes="narrow",
    )
    with gr.Row(visible=False) as free:
        rows, columns = (
            local.build(gr.Textbox, {"label": f"upsampling.size.{side}"}, value="4", min_width=100)
            for side in ("rows", "columns")
        )
    factor.change(lambda factor: gr.update(visible=factor == matrix.FREE), factor, free, **UNQUEUED)
    return mode, factor, (rows, columns)


def _factor_choices(t: Translator) -> list[tuple[str, float | str]]:
    free = t("upsampling.size.free"), matrix.FREE
    return [*((f"{factor:g}", factor) for factor in FACTORS), free]
