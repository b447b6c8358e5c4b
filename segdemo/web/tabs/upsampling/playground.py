"""Idea *Two dimensions*: a matrix to fill in, its enlargements, where each number comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import gradio as gr
import numpy as np

from segdemo.data.preprocessing import resize_photo
from segdemo.errors import InputError
from segdemo.lecture.lesson_links import LessonState
from segdemo.lecture.matrices import MAX_COLUMNS, MAX_ROWS
from segdemo.lecture.upsampling.code import pytorch_code
from segdemo.locales import DEFAULT_LANGUAGE, Translator
from segdemo.web.callbacks import Group, alert_html
from segdemo.web.components.number_fields import refusal_slot, texts_of
from segdemo.web.context import PageContext
from segdemo.web.events import UNQUEUED
from segdemo.web.html import html
from segdemo.web.localisation import Translations
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.tabs.upsampling import controls, matrix
from segdemo.web.tabs.upsampling.controls import PLAIN, Controls
from segdemo.web.tabs.upsampling.inspector import show_inspection
from segdemo.web.tabs.upsampling.matrix import Cell

FIELDS, CROP = "fields", "crop"  # where a matrix comes from, besides the presets


class Settings(NamedTuple):
    """How a matrix is enlarged, and the inspected output cell, as [row, column, aligned] from 1."""

    mode: str
    factor: float | str  # or FREE, with which rows and columns count
    rows: object
    columns: object
    cell: Sequence[int]


class Crop(NamedTuple):
    """The visitor's photo, and the first row and column of a crop of it."""

    photo: Upload
    top: float
    left: float

    def rows(self) -> list[list[int]]:
        """6x6 grey values, 0..255, of the photo at 128x128. Raises InputError."""
        small = np.array(resize_photo(load_thumbnail(self.photo)).convert("L"))
        row, column = int(self.top), int(self.left)
        return small[row : row + MAX_ROWS, column : column + MAX_COLUMNS].tolist()


@dataclass(frozen=True)
class Playground:
    """The idea's components. What could be read last: `rows` of the matrix, `question` the mode
    and size of the output, `cell` the inspected one as [row, column, aligned], from 1.
    """

    controls: Controls
    source: gr.Textbox  # a preset's name, CROP or FIELDS, and when it was chosen
    alert: gr.HTML
    outputs: gr.HTML
    inspector: gr.HTML
    code: gr.Code
    question: gr.JSON
    rows: gr.JSON
    cell: gr.JSON

    @property
    def shown(self) -> list[gr.components.Component]:
        """What `show` fills; the first is where a refusal is told."""
        views = [self.alert, self.controls.fields, *self.controls.counts]
        return [
            *views,
            self.outputs,
            self.inspector,
            self.code,
            self.question,
            self.rows,
            self.cell,
        ]

    def show(self, rows: matrix.Rows, settings: Settings, t: Translator) -> dict:
        """The enlargements of these rows of texts or numbers.

        Where they cannot be read, which one is wrong; the last result stays.
        """
        counts, fields = self.controls.counts, self.controls.fields
        shown = {counts[0]: len(rows), counts[1]: len(rows[0])}
        mode, factor, *sides, cell = settings
        try:
            asked = matrix.enlarging(rows, mode, factor, sides)
            chosen = Cell.from_link(cell).within(asked)
            outputs = matrix.show_outputs(asked, chosen, t)
        except InputError as error:
            return shown | {fields: matrix.fields(rows, t, error), self.alert: alert_html(error, t)}
        return shown | {
            fields: matrix.fields(rows, t),
            self.alert: "",
            self.outputs: outputs,
            self.inspector: show_inspection(asked, chosen, t),
            self.code: pytorch_code(asked.matrix, mode, asked.size),
            self.question: {"mode": mode, "size": asked.size},
            self.rows: asked.matrix.tolist(),
            self.cell: chosen.for_link(),
        }

    def show_source(
        self,
        source: str,
        fields: object,
        counts: tuple[int, int],
        crop: Crop,
        settings: Settings,
        t: Translator,
    ) -> dict:
        """`show` for the matrix that `source` names: a preset, a crop, or what the fields say.

        Raises InputError where there is no photo to crop.
        """
        name = source.partition(" ")[0]
        if name == CROP:
            rows = crop.rows()
        else:
            rows = matrix.PRESETS.get(name) or matrix.typed_rows(texts_of(fields), *counts)
        return self.show(rows, settings, t)

    def choose(self, rows: list, question: dict, t: Translator, event: gr.EventData) -> dict:
        """The inspector of the output cell that the visitor points at."""
        cell = Cell(event.row, event.column, event.aligned)
        asked = matrix.enlarging(rows, question["mode"], matrix.FREE, question["size"])
        return {self.inspector: show_inspection(asked, cell, t), self.cell: cell.for_link()}

    def restore(self, state: LessonState, t: Translator) -> dict:
        """What a link says."""
        settings = Settings(state.mode, state.factor, None, None, state.cell)
        return self.show(state.matrix, settings, t) | {self.source: FIELDS}


def build(context: PageContext) -> Playground:
    """Add the idea to the Blocks being built."""
    with gr.Row(elem_classes="playground"):
        with gr.Column(scale=0, min_width=330):
            settings = controls.build(context.translations)
        with gr.Column():
            source = gr.Textbox(FIELDS, visible="hidden")
            part = Playground(settings, source, *_results(context.translations))
    _wire(part, context)
    return part


def _results(
    local: Translations,
) -> tuple[gr.HTML, gr.HTML, gr.HTML, gr.Code, gr.JSON, gr.JSON, gr.JSON]:
    """What `Playground` ends with, from the alert on, for the lecture's matrix."""
    t = Translator(DEFAULT_LANGUAGE)
    asked = matrix.enlarging(matrix.LECTURE, PLAIN.mode, PLAIN.factor, ())
    alert = refusal_slot("upsampling-alert")
    outputs = html(
        matrix.show_outputs(asked, matrix.FIRST_CELL, t),
        "tabs/upsampling/grid.js",
        elem_id="upsampled",
        elem_classes="follows",
    )
    inspector = html(
        show_inspection(asked, matrix.FIRST_CELL, t), elem_id="inspector", elem_classes="follows"
    )
    with local.build(gr.Accordion, {"label": "upsampling.code"}, open=False, elem_id="code"):
        code = gr.Code(
            pytorch_code(asked.matrix, PLAIN.mode, asked.size),
            language="python",
            interactive=False,
            show_label=False,
            lines=1,
        )
    question = gr.JSON({"mode": PLAIN.mode, "size": asked.size}, visible="hidden")
    rows = gr.JSON(matrix.LECTURE, visible="hidden")
    cell = gr.JSON(matrix.FIRST_CELL.for_link(), visible="hidden")
    return alert, outputs, inspector, code, question, rows, cell


def _wire(part: Playground, context: PageContext) -> None:
    parts = part.controls
    # Where the matrix comes from is noted in the browser at once: a setting that is changed while
    # a preset is still on its way does not bring the older matrix back.
    sources = {name: [button.click] for name, button in parts.presets.items()}
    sources[CROP] = [parts.take_crop.click, *(side.input for side in parts.crop)]
    sources[FIELDS] = [one.input for one in (parts.fields, *parts.counts)]
    for name, events in sources.items():
        note = f"() => '{name} ' + performance.now()"  # another each time, so that it counts
        gr.on(events, None, None, part.source, js=note, api_visibility="private")

    # By hand: a lesson link sets the matrix, the settings and what is shown at once.
    left_behind = [event for side in parts.sides for event in (side.blur, side.submit)]
    changed = [parts.mode.input, parts.factor.input, *left_behind, context.language.change]
    context.show_on(
        [part.source.change, *changed],
        part.show_source,
        [
            part.source,
            parts.fields,
            Group(parts.counts, lambda *counts: counts),
            Group([context.photo, *parts.crop], Crop),
            Group([parts.mode, parts.factor, *parts.sides, part.cell], Settings),
        ],
        part.shown,
        **UNQUEUED,
    )
    context.show_on(
        [part.outputs.select],
        part.choose,
        [part.rows, part.question],
        [part.inspector, part.cell],
        **UNQUEUED,
    )
