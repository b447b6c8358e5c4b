"""Part *Two dimensions*: a matrix to fill in, its enlargements, where each number comes from."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

import gradio as gr

from segdemo.lecture.lesson_links import FACTORS, LessonState, parameters
from segdemo.lecture.matrices import MAX_COLUMNS, MAX_ROWS
from segdemo.lecture.upsampling.axis_weights import MODES
from segdemo.locales import Translator, text
from segdemo.web.events import UNQUEUED
from segdemo.web.localisation import DEFAULT_LANGUAGE, Translations
from segdemo.web.photo_input import PhotoInput
from segdemo.web.tabs.upsampling import matrix
from segdemo.web.templates import asset

FIRST_FACTOR = 2
FIRST_MODE = "bilinear"
RESIZES = {  # rows and columns more, by button
    "row-more": (1, 0),
    "row-less": (-1, 0),
    "column-more": (0, 1),
    "column-less": (0, -1),
}
# The numbers live in the page's input fields, the selected cell in the grid; every event reads
# them from there. Before the tab's first opening neither exists: then the components' own HTML
# is read, which is what the tab will open with.
ON_CHANGE = "element.addEventListener('change', () => trigger('input'))"
LOOK = """const at = document.querySelector('#matrix tr')
    ? document
    : new DOMParser().parseFromString(
        `<div id=matrix>${fields}</div><div id=upsampled>${outputs}</div>`, 'text/html');"""
TEXTS = """(rows =>
    Array.from(rows, row => Array.from(row.querySelectorAll('input'), input => input.value)))"""
CELLS = f"{TEXTS}(at.querySelectorAll('#matrix tr'))"
QUESTION = """(() => {
    const cell = at.querySelector('#upsampled [aria-selected=true]');
    const align = cell.closest('[data-align]').dataset.align === 'true';
    const { question } = cell.closest('[data-question]').dataset;
    return {
        ...JSON.parse(question),
        align_corners: align, row: cell.parentNode.rowIndex, column: cell.cellIndex };
})()"""
READ_MATRIX = f"(fields, outputs, ...rest) => {{ {LOOK} return [{CELLS}, {QUESTION}, ...rest] }}"
READ_CROP = f"""(photo, top, left, fields, outputs, ...rest) => {{
    {LOOK} return [photo, top, left, {CELLS}, {QUESTION}, ...rest] }}"""
READ_QUESTION = f"(_, ...rest) => {{ const at = document; return [{QUESTION}, ...rest] }}"


@dataclass(frozen=True)
class Crop:
    """What takes a crop of the photo, and where it lies."""

    take: gr.Button
    top: gr.Slider
    left: gr.Slider
    place: gr.HTML


@dataclass(frozen=True)
class Playground:
    """The part's components."""

    presets: dict[str, gr.Button]  # by name
    resizes: dict[str, gr.Button]  # by name
    crop: Crop
    settings: list[gr.components.Component]  # mode, factor, rows, columns
    matrix: gr.HTML  # the input fields
    problem: gr.HTML
    outputs: gr.HTML
    inspector: gr.HTML
    code: gr.Code
    rows: gr.JSON  # the matrix that is shown

    @property
    def shown(self) -> list[gr.components.Component]:
        """What `matrix.show` gives."""
        return [self.problem, self.matrix, self.outputs, self.inspector, self.code, self.rows]


def resize(rows: int, columns: int) -> str:
    """READ_MATRIX after a change of the fields by so many rows and columns: -1, 0 or 1."""
    changed = (
        f"({asset('tabs/upsampling/resize.js')})({rows}, {columns}, {MAX_ROWS}, {MAX_COLUMNS})"
    )
    return f"""(fields, outputs, ...rest) => {{
        const at = document; return [{TEXTS}({changed}), {QUESTION}, ...rest] }}"""


def build(local: Translations, photo: PhotoInput, language: gr.Radio) -> Playground:
    """Add the part to the Blocks being built."""
    playground = _components(local)
    _wire(playground, photo, language)
    return playground


def restore(state: LessonState, given: Collection[str], t: Translator) -> list[object]:
    """`matrix.show` for a link's matrix, its numbers as the link has them."""
    if not {"matrix", "mode", "factor", "lang"}.intersection(given):
        return [gr.skip()] * 6
    rows = [row.split(",") for row in parameters(state)["matrix"].split("/")]
    first = matrix.FIRST_SELECTION
    return list(matrix.show(rows, first, state.mode, state.factor, None, None, t))


def _components(local: Translations) -> Playground:
    said, editable, enlarged, looked_at, pytorch, rows = matrix.show(
        matrix.LECTURE,
        matrix.FIRST_SELECTION,
        FIRST_MODE,
        FIRST_FACTOR,
        None,
        None,
        DEFAULT_LANGUAGE,
    )
    html = partial(gr.HTML, apply_default_css=False)
    with gr.Row(elem_id="playground"):
        with gr.Column(scale=0, min_width=330, elem_id="playground-inputs"):
            with gr.Row(elem_id="presets"):
                presets = {name: _button(local, f"preset.{name}") for name in matrix.PRESETS}
            fields = html(editable, js_on_load=ON_CHANGE, elem_id="matrix")
            with gr.Row(elem_id="resize"):
                resizes = {name: _button(local, f"resize.{name}") for name in RESIZES}
            crop = _crop(local)
            settings = _settings(local)
        with gr.Column(elem_id="playground-results"):
            problem = html(said, elem_id="upsampling-problem")
            outputs = html(
                enlarged, js_on_load=asset("tabs/upsampling/grid.js"), elem_id="upsampled"
            )
            inspector = html(looked_at, elem_id="inspector")
            with local.build(
                gr.Accordion, {"label": "upsampling.code"}, open=False, elem_id="code"
            ):
                code = gr.Code(
                    pytorch, language="python", interactive=False, show_label=False, lines=1
                )
    return Playground(
        presets,
        resizes,
        crop,
        settings,
        fields,
        problem,
        outputs,
        inspector,
        code,
        gr.JSON(rows, visible="hidden"),
    )


def _button(local: Translations, key: str) -> gr.Button:
    return local.build(gr.Button, {"value": f"upsampling.{key}"}, size="sm", min_width=60)


def _crop(local: Translations) -> Crop:
    with local.build(gr.Accordion, {"label": "upsampling.crop"}, open=False, elem_id="crop"):
        take = _button(local, "crop.take")
        sliders = [
            local.build(
                gr.Slider,
                {"label": f"upsampling.crop.{side}"},
                minimum=0,
                maximum=matrix.LAST_CROP,
                value=matrix.LAST_CROP // 2,
                step=1,
            )
            for side in ("top", "left")
        ]
        place = gr.HTML("", apply_default_css=False, elem_id="crop-place")
    return Crop(take, *sliders, place)


def _settings(local: Translations) -> list[gr.components.Component]:
    """Mode, factor, and the rows and columns that stand in for a factor."""
    mode = local.build(
        gr.Radio,
        {
            "label": "upsampling.mode",
            "choices": [(f"upsampling.mode.{mode}", mode) for mode in MODES],
        },
        value=FIRST_MODE,
        elem_id="mode",
    )
    factor = local.build(
        gr.Radio,
        {"label": "upsampling.factor", "choices": _factor_choices},
        value=FIRST_FACTOR,
        elem_id="factor",
    )
    with gr.Row(visible=False) as free:
        sides = [
            local.build(gr.Number, {"label": f"upsampling.size.{side}"}, value=4, min_width=100)
            for side in ("rows", "columns")
        ]
    factor.change(lambda factor: gr.update(visible=factor == matrix.FREE), factor, free, **UNQUEUED)
    return [mode, factor, *sides]


def _factor_choices(language: str) -> list[tuple[str, float | str]]:
    free = text("upsampling.size.free", language), matrix.FREE
    return [*((f"{factor:g}", factor) for factor in FACTORS), free]


def _wire(playground: Playground, photo: PhotoInput, language: gr.Radio) -> None:
    settings, crop, shown = playground.settings, playground.crop, playground.shown
    inputs = [playground.matrix, playground.outputs, *settings, language]
    showing = {"inputs": inputs, "outputs": shown} | UNQUEUED
    gr.on(
        # By hand: a lesson link sets the matrix, the settings and what is shown at once.
        [playground.matrix.input, *(setting.input for setting in settings), language.change],
        matrix.show,
        js=READ_MATRIX,
        **showing,
    )
    for name, button in playground.presets.items():
        button.click(partial(matrix.show_preset, name), js=READ_MATRIX, **showing)
    for name, button in playground.resizes.items():
        button.click(matrix.show, js=resize(*RESIZES[name]), **showing)
    gr.on(
        [crop.take.click, crop.top.input, crop.left.input],
        matrix.show_crop,
        [photo, crop.top, crop.left, *inputs],
        [crop.place, *shown],
        js=READ_CROP,
        **UNQUEUED,
    )
    playground.outputs.select(
        matrix.inspected,
        [playground.outputs, language],
        playground.inspector,
        js=READ_QUESTION,
        **UNQUEUED,
    )
