"""Idea *Two dimensions*: a matrix to fill in, its enlargements, where each number comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import gradio as gr
import numpy as np

from segdemo.data.preprocessing import SIZE, resize_photo
from segdemo.errors import InputError
from segdemo.lecture.lesson_links import FACTORS, Matrix
from segdemo.lecture.matrices import MAX_COLUMNS, MAX_ROWS
from segdemo.lecture.upsampling.axis_weights import MODES
from segdemo.lecture.upsampling.code import pytorch_code
from segdemo.locales import DEFAULT_LANGUAGE, Translator
from segdemo.web.callbacks import alert_html
from segdemo.web.components.number_fields import number_fields, refusal_slot, texts_of
from segdemo.web.context import PageContext
from segdemo.web.events import UNQUEUED
from segdemo.web.localisation import Translations
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.upsampling import matrix
from segdemo.web.tabs.upsampling.inspector import show_inspection
from segdemo.web.tabs.upsampling.matrix import Cell
from segdemo.web.templates import asset

FIRST_FACTOR = 2
FIRST_MODE = "bilinear"
# Mode, factor or FREE, rows and columns of the output, the inspected cell.
Settings = tuple[str, float | str, object, object, Sequence[int]]
FIELDS, CROP = "fields", "crop"  # where a matrix comes from, besides the presets
LAST_CROP = SIZE - MAX_ROWS  # the largest row and column that a crop can begin at


@dataclass(frozen=True)
class Playground:
    """The idea's components. What could be read last: `rows` of the matrix, `question` the mode
    and size of the output, `cell` the inspected one as [row, column, aligned], from 1.
    """

    source: gr.Textbox  # a preset's name, CROP or FIELDS, and when it was chosen
    fields: gr.HTML
    counts: tuple[gr.Radio, gr.Radio]  # rows, columns of the matrix
    mode: gr.Radio
    factor: gr.Radio
    sides: tuple[gr.Textbox, gr.Textbox]  # rows, columns of the output, with factor FREE
    alert: gr.HTML
    outputs: gr.HTML
    inspector: gr.HTML
    code: gr.Code
    question: gr.JSON
    rows: gr.JSON
    cell: gr.JSON

    @property
    def settings(self) -> list[gr.components.Component]:
        """What `show` is told beside the matrix."""
        return [self.mode, self.factor, *self.sides, self.cell]

    @property
    def shown(self) -> list[gr.components.Component]:
        """What `show` fills."""
        views = [self.alert, self.outputs, self.inspector, self.code]
        return [self.fields, *self.counts, *views, self.question, self.rows, self.cell]

    def show(
        self,
        rows: matrix.Rows,
        mode: str,
        factor: float | str,
        out_rows: object,
        out_columns: object,
        cell: Sequence[int],
        t: Translator,
    ) -> dict:
        """The enlargements of these rows of texts or numbers.

        Where they cannot be read, which one is wrong; the last result stays.
        """
        shown = {self.counts[0]: len(rows), self.counts[1]: len(rows[0])}
        try:
            asked = matrix.enlarging(rows, mode, factor, (out_rows, out_columns))
            chosen = parse_cell(cell).within(asked)
            outputs = matrix.show_outputs(asked, chosen, t)
        except InputError as error:
            marked = matrix.fields(rows, t, error)
            return shown | {self.fields: marked, self.alert: alert_html(error, t)}
        return shown | {
            self.fields: matrix.fields(rows, t),
            self.alert: "",
            self.outputs: outputs,
            self.inspector: show_inspection(asked, chosen, t),
            self.code: pytorch_code(asked.matrix, mode, asked.size),
            self.question: {"mode": mode, "size": asked.size},
            self.rows: asked.matrix.tolist(),
            self.cell: write_cell(chosen),
        }

    def show_source(
        self,
        source: str,
        fields: object,
        counts: tuple[int, int],
        crop: tuple[str | bytes | None, float, float],
        settings: Settings,
        t: Translator,
    ) -> dict:
        """`show` for the matrix that `source` names: a preset, a crop, or what the fields say."""
        name = source.partition(" ")[0]
        if name == CROP:
            return self.crop(*crop, settings, t)
        rows = matrix.PRESETS.get(name) or matrix.typed_rows(texts_of(fields), *counts)
        return self.show(rows, *settings, t)

    def crop(
        self, photo: str | bytes | None, top: float, left: float, settings: Settings, t: Translator
    ) -> dict:
        """`show` for 6x6 grey values, 0..255, of the photo at 128x128."""
        try:
            small = resize_photo(load_thumbnail(photo)).convert("L")
        except InputError as error:
            return {self.alert: alert_html(error, t)}
        row, column = int(top), int(left)
        crop = np.array(small)[row : row + MAX_ROWS, column : column + MAX_COLUMNS]
        return self.show(crop.tolist(), *settings, t)

    def choose(self, rows: list, question: dict, t: Translator, event: gr.EventData) -> dict:
        """The inspector of the output cell that the visitor points at."""
        cell = Cell(event.row, event.column, event.aligned)
        asked = matrix.enlarging(rows, question["mode"], matrix.FREE, question["size"])
        return {self.inspector: show_inspection(asked, cell, t), self.cell: write_cell(cell)}

    def restore(
        self, rows: Matrix, mode: str, factor: float, cell: Sequence, t: Translator
    ) -> dict:
        """What a link says."""
        return self.show(rows, mode, factor, None, None, cell, t) | {self.source: FIELDS}


def parse_cell(cell: Sequence[int]) -> Cell:
    """[row, column, aligned] of a link or a component, rows and columns from 1."""
    row, column, aligned = cell
    return Cell(max(row - 1, 0), max(column - 1, 0), bool(aligned))


def write_cell(cell: Cell) -> list[int]:
    """What `parse_cell` reads."""
    return [cell.row + 1, cell.column + 1, int(cell.aligned)]


def build(context: PageContext) -> Playground:
    """Add the idea to the Blocks being built."""
    local = context.translations
    with gr.Row(elem_classes="playground"):
        with gr.Column(scale=0, min_width=330):
            with gr.Row(elem_id="presets"):
                presets = {name: _button(local, f"preset.{name}") for name in matrix.PRESETS}
            fields = number_fields(
                matrix.fields(matrix.LECTURE, Translator(DEFAULT_LANGUAGE)),
                elem_id="matrix",
                elem_classes="fields",
            )
            counts = _counts(local)
            crop = _crop(local)
            mode, factor, sides = _settings(local)
        with gr.Column():
            source = gr.Textbox(FIELDS, visible="hidden")
            part = Playground(source, fields, counts, mode, factor, sides, *_results(local))
    _wire(part, presets, crop, context)
    return part


def _button(local: Translations, key: str) -> gr.Button:
    return local.build(gr.Button, {"value": f"upsampling.{key}"}, size="sm", min_width=60)


def _counts(local: Translations) -> tuple[gr.Radio, gr.Radio]:
    """How many rows and columns the matrix has."""
    with local.build(gr.Accordion, {"label": "upsampling.count"}, open=False):
        rows, columns = (
            local.build(
                gr.Radio,
                {"label": f"upsampling.count.{side}"},
                choices=list(range(1, most + 1)),
                value=2,
                elem_classes="narrow",
            )
            for side, most in (("rows", MAX_ROWS), ("columns", MAX_COLUMNS))
        )
    return rows, columns


def _crop(local: Translations) -> list[gr.components.Component]:
    """The button that takes a crop of the photo, and the sliders for its first row and column."""
    with local.build(gr.Accordion, {"label": "upsampling.crop"}, open=False, elem_id="crop"):
        take = _button(local, "crop.take")
        sliders = [
            local.build(
                gr.Slider,
                {"label": f"upsampling.crop.{side}"},
                minimum=0,
                maximum=LAST_CROP,
                value=LAST_CROP // 2,
                step=1,
            )
            for side in ("top", "left")
        ]
    return [take, *sliders]


def _settings(local: Translations) -> tuple[gr.Radio, gr.Radio, tuple[gr.Textbox, gr.Textbox]]:
    """Mode, factor, and the rows and columns that stand in for a factor."""
    modes = [(f"upsampling.mode.{mode}", mode) for mode in MODES]
    mode = local.build(
        gr.Radio,
        {"label": "upsampling.mode", "choices": modes},
        value=FIRST_MODE,
        elem_id="mode",
        elem_classes="narrow",
    )
    factor = local.build(
        gr.Radio,
        {"label": "upsampling.factor", "choices": _factor_choices},
        value=FIRST_FACTOR,
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


def _results(
    local: Translations,
) -> tuple[gr.HTML, gr.HTML, gr.HTML, gr.Code, gr.JSON, gr.JSON, gr.JSON]:
    """What `Playground` ends with, from the alert on, for the lecture's matrix."""
    t = Translator(DEFAULT_LANGUAGE)
    asked = matrix.enlarging(matrix.LECTURE, FIRST_MODE, FIRST_FACTOR, ())
    html = partial(gr.HTML, apply_default_css=False, elem_classes="follows")
    alert = refusal_slot("upsampling-alert")
    outputs = html(
        matrix.show_outputs(asked, matrix.FIRST_CELL, t),
        js_on_load=asset("tabs/upsampling/grid.js"),
        elem_id="upsampled",
    )
    inspector = html(show_inspection(asked, matrix.FIRST_CELL, t), elem_id="inspector")
    with local.build(gr.Accordion, {"label": "upsampling.code"}, open=False, elem_id="code"):
        code = gr.Code(
            pytorch_code(asked.matrix, FIRST_MODE, asked.size),
            language="python",
            interactive=False,
            show_label=False,
            lines=1,
        )
    question = gr.JSON({"mode": FIRST_MODE, "size": asked.size}, visible="hidden")
    rows = gr.JSON(matrix.LECTURE, visible="hidden")
    cell = gr.JSON(write_cell(matrix.FIRST_CELL), visible="hidden")
    return alert, outputs, inspector, code, question, rows, cell


def _wire(part: Playground, presets: dict, crop: list, context: PageContext) -> None:
    take, top, left = crop
    # Where the matrix comes from is noted in the browser at once: a setting that is changed while
    # a preset is still on its way does not bring the older matrix back.
    sources = {name: [button.click] for name, button in presets.items()}
    sources[CROP] = [take.click, top.input, left.input]
    sources[FIELDS] = [one.input for one in (part.fields, *part.counts)]
    for name, events in sources.items():
        note = f"() => '{name} ' + performance.now()"  # another each time, so that it counts
        gr.on(events, None, None, part.source, js=note, api_visibility="private")

    def show(source, fields, rows, columns, photo, top, left, mode, factor, height, width, cell, t):
        settings = mode, factor, height, width, cell
        return part.show_source(source, fields, (rows, columns), (photo, top, left), settings, t)

    # By hand: a lesson link sets the matrix, the settings and what is shown at once.
    left_behind = [event for side in part.sides for event in (side.blur, side.submit)]
    changed = [part.mode.input, part.factor.input, *left_behind, context.language.change]
    context.show_on(
        [part.source.change, *changed],
        show,
        [part.source, part.fields, *part.counts, context.photo, top, left, *part.settings],
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
