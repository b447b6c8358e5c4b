"""Tab *Upsampling*: one dimension, two dimensions, feature maps. Components, then wiring."""

import json
from dataclasses import dataclass
from functools import partial

import gradio as gr

from segdemo.inference import Networks
from segdemo.lesson_links import FACTORS
from segdemo.texts import text
from segdemo.ui.events import AT_ONCE, COMPUTING
from segdemo.ui.html import script
from segdemo.ui.localisation import DEFAULT_LANGUAGE, Localiser
from segdemo.ui.photo_input import PhotoInput
from segdemo.ui.upsampling import line
from segdemo.ui.upsampling import matrix as playground
from segdemo.ui.upsampling.features import FeatureMaps, level_choices
from segdemo.upsampling.axis_weights import MODES

FIRST_FACTOR = 2
FIRST_MODE = "bilinear"
FIRST_LEVEL = 4
# The numbers live in the page's input fields, the selected cell in the grid; every event reads
# them from there. Before the tab's first opening neither exists: then the components' own HTML
# is read, which is what the tab will open with.
ON_CHANGE = "element.addEventListener('change', () => trigger('input'))"
LOOK = """const at = document.querySelector('#matrix tr')
    ? document
    : new DOMParser().parseFromString(
        `<div id=matrix>${fields}</div><div id=upsampled>${outputs}</div>`, 'text/html');"""
CELLS = """Array.from(
    at.querySelectorAll('#matrix tr'),
    row => Array.from(row.querySelectorAll('input'), input => input.value)
)"""
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
READ_LINE = f"""(_, ...rest) => [Object.assign({json.dumps(line.ENDS | line.POINTS)},
    Object.fromEntries(Array.from(
        document.querySelectorAll('#line-fields input'), input => [input.name, input.value]
    ))), ...rest]"""


@dataclass(frozen=True)
class Playground:
    """What a lesson link reads and sets of the two dimensions."""

    matrix: gr.HTML
    outputs: gr.HTML
    mode: gr.Radio
    factor: gr.Radio
    shown: list[gr.components.Component]  # what `playground.show` gives


def build(
    local: Localiser, networks: Networks, photo: PhotoInput, language: gr.Radio, tab: gr.Tab
) -> Playground:
    """Add the tab's content to the Blocks being built."""
    _heading(local, "line")
    _line(local, language)
    _heading(local, "matrix")
    two_dimensions = _matrix(local, photo, language)
    _heading(local, "features")
    _features(local, networks, photo, language, tab)
    return two_dimensions


def _heading(local: Localiser, section: str) -> None:
    local.build(gr.Markdown, {"value": f"upsampling.{section}.intro"}, elem_classes="lesson-head")


def _line(local: Localiser, language: gr.Radio) -> None:
    fields = local.build(
        gr.HTML,
        {"value": line.fields},
        js_on_load=ON_CHANGE,
        apply_default_css=False,
        elem_id="line-fields",
    )
    problem = _html("", "line-problem")
    drawing = _html(
        line.render(line.ENDS | line.POINTS, DEFAULT_LANGUAGE), "line", script("line.js")
    )
    gr.on(
        [fields.input, drawing.input, language.change],
        line.show_line,
        [fields, language],
        [problem, drawing],
        js=READ_LINE,
        **AT_ONCE,
    )


def _html(value: str, elem_id: str, script: str | None = None) -> gr.HTML:
    return gr.HTML(value, js_on_load=script, apply_default_css=False, elem_id=elem_id)


def _matrix(local: Localiser, photo: PhotoInput, language: gr.Radio) -> Playground:
    first = playground.show(
        playground.LECTURE,
        playground.FIRST_SELECTION,
        FIRST_MODE,
        FIRST_FACTOR,
        None,
        None,
        DEFAULT_LANGUAGE,
    )
    with gr.Row(elem_id="playground"):
        with gr.Column(scale=0, min_width=330, elem_id="playground-inputs"):
            with gr.Row(elem_id="presets"):
                presets = {name: _button(local, f"preset.{name}") for name in playground.PRESETS}
            matrix = _html(first[1], "matrix", ON_CHANGE)
            with gr.Row(elem_id="resize"):
                resizes = {
                    (rows, columns): _button(local, f"resize.{name}")
                    for name, rows, columns in (
                        ("row-more", 1, 0),
                        ("row-less", -1, 0),
                        ("column-more", 0, 1),
                        ("column-less", 0, -1),
                    )
                }
            crop, top, left, place = _crop(local)
            settings = _settings(local)
        with gr.Column(elem_id="playground-results"):
            problem = _html(first[0], "upsampling-problem")
            outputs = _html(first[2], "upsampled", script("grid.js"))
            inspector = _html(first[3], "inspector")
            with local.build(
                gr.Accordion, {"label": "upsampling.code"}, open=False, elem_id="code"
            ):
                code = gr.Code(
                    first[4], language="python", interactive=False, show_label=False, lines=1
                )

    inputs = [matrix, outputs, *settings, language]
    shown = [problem, matrix, outputs, inspector, code]
    gr.on(
        # By hand: a lesson link sets the matrix, the settings and what is shown at once.
        [matrix.input, *(setting.input for setting in settings), language.change],
        playground.show,
        inputs,
        shown,
        js=READ_MATRIX,
        **AT_ONCE,
    )
    for name, button in presets.items():
        button.click(
            partial(playground.show_preset, name), inputs, shown, js=READ_MATRIX, **AT_ONCE
        )
    for change, button in resizes.items():
        button.click(
            partial(playground.show_resized, change), inputs, shown, js=READ_MATRIX, **AT_ONCE
        )
    gr.on(
        [crop.click, top.input, left.input],
        playground.show_crop,
        [photo, top, left, *inputs],
        [place, *shown],
        js=READ_CROP,
        **AT_ONCE,
    )
    outputs.select(
        playground.inspected, [outputs, language], inspector, js=READ_QUESTION, **AT_ONCE
    )
    mode, factor, *_ = settings
    return Playground(matrix, outputs, mode, factor, shown)


def _button(local: Localiser, key: str) -> gr.Button:
    return local.build(gr.Button, {"value": f"upsampling.{key}"}, size="sm", min_width=60)


def _crop(local: Localiser) -> tuple[gr.Button, gr.Slider, gr.Slider, gr.HTML]:
    """The button that takes a crop of the photo, sliders that say where, and the place shown."""
    with local.build(gr.Accordion, {"label": "upsampling.crop"}, open=False, elem_id="crop"):
        crop = _button(local, "crop.take")
        sliders = [
            local.build(
                gr.Slider,
                {"label": f"upsampling.crop.{side}"},
                minimum=0,
                maximum=playground.LAST_CROP,
                value=playground.LAST_CROP // 2,
                step=1,
            )
            for side in ("top", "left")
        ]
        place = _html("", "crop-place")
    return crop, *sliders, place


def _settings(local: Localiser) -> list[gr.components.Component]:
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
    factor.change(
        lambda factor: gr.update(visible=factor == playground.FREE), factor, free, **AT_ONCE
    )
    return [mode, factor, *sides]


def _factor_choices(language: str) -> list[tuple[str, float | str]]:
    free = text("upsampling.size.free", language), playground.FREE
    return [*((f"{factor:g}", factor) for factor in FACTORS), free]


def _features(
    local: Localiser, networks: Networks, photo: PhotoInput, language: gr.Radio, tab: gr.Tab
) -> None:
    level = local.build(
        gr.Radio,
        {"label": "upsampling.features.level"},
        choices=level_choices(),
        value=FIRST_LEVEL,
        elem_id="level",
    )
    maps = _html("", "feature-maps")
    # The photo changes on another tab: what to show is computed when a visitor comes here.
    gr.on(
        [tab.select, level.change, language.change],
        FeatureMaps(networks).show,
        [photo, level, language],
        maps,
        **COMPUTING,
    )
