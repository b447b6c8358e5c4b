"""Tab *Upsampling*: the lecture's small matrix, enlarged. Components, then wiring."""

import gradio as gr
import numpy as np

from segdemo.errors import InputError
from segdemo.interpolation import output_size, upsample
from segdemo.matrices import parse_matrix
from segdemo.texts import text
from segdemo.ui import grids
from segdemo.ui.cards import alert
from segdemo.ui.localisation import Localiser

LECTURE = np.array([[1.0, 5.0], [4.0, 8.0]])
MODES = ("nearest", "bilinear")
# The numbers live in the page's input fields; every event reads them from there.
ON_LOAD = "element.addEventListener('change', () => trigger('input'))"
READ_CELLS = """(_, ...rest) => {
    const rows = document.querySelectorAll('#matrix tr');
    const cells = row => Array.from(row.querySelectorAll('input'), input => input.value);
    return [Array.from(rows, cells), ...rest];
}"""


def build(local: Localiser, language: gr.Radio) -> None:
    """Add the tab's content to the Blocks being built."""
    local.build(gr.Markdown, {"value": "upsampling.intro"})
    with gr.Row():
        with gr.Column(scale=0, min_width=300):
            matrix = local.build(
                gr.HTML,
                {"value": lambda language: grids.editable(LECTURE, language)},
                js_on_load=ON_LOAD,
                elem_id="matrix",
            )
            mode = local.build(
                gr.Radio,
                {
                    "label": "upsampling.mode",
                    "choices": [(f"upsampling.mode.{mode}", mode) for mode in MODES],
                },
                value="bilinear",
                elem_id="mode",
            )
            factor = local.build(
                gr.Slider, {"label": "upsampling.factor"}, minimum=2, maximum=8, value=2, step=1
            )
            align_corners = local.build(
                gr.Checkbox, {"label": "upsampling.align-corners"}, value=False
            )
        with gr.Column():
            problem = gr.HTML("", elem_id="upsampling-problem")
            result = gr.HTML(
                show(LECTURE.tolist(), "bilinear", 2, False, "en")[1], elem_id="upsampled"
            )

    gr.on(
        [matrix.input, mode.change, factor.change, align_corners.change, language.change],
        show,
        [matrix, mode, factor, align_corners, language],
        [problem, result],
        js=READ_CELLS,
        queue=False,
        show_progress="hidden",
        trigger_mode="always_last",
        api_visibility="private",
    )


def show(
    rows: object, mode: str, factor: float, align_corners: bool, language: str
) -> tuple[str, object]:
    """(what is wrong, the result) in HTML; on bad input the last good result stays."""
    try:
        matrix = parse_matrix(rows)
        size = output_size(matrix.shape, factor)
        enlarged = upsample(matrix, mode, size, align_corners)
    except InputError as error:
        return alert(error.sentence(language)), gr.skip()
    note = f"{mode}-aligned" if align_corners and mode == "bilinear" else mode
    return "", (
        f'<div class="upsampled">{grids.readable(enlarged, text("upsampling.output", language))}'
        f"<figure>{grids.picture(enlarged, language)}"
        f"<figcaption>{text('upsampling.picture', language)}</figcaption></figure></div>"
        f"<p>{text(f'upsampling.lecture.{note}', language)}</p>"
    )
