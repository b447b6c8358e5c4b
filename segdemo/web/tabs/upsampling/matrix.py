"""The upsampling playground's callbacks: a small matrix in, its enlargements as HTML out."""

import json
from html import escape

import gradio as gr
import numpy as np
from PIL import Image

from segdemo.data.palette import photo_jpeg
from segdemo.data.preprocessing import SIZE, resize_photo
from segdemo.errors import InputError
from segdemo.lecture.matrices import MAX_COLUMNS, MAX_ROWS, check_shape, parse_matrix
from segdemo.lecture.upsampling.axis_weights import ALIGNABLE
from segdemo.lecture.upsampling.code import pytorch_code
from segdemo.lecture.upsampling.inspection import inspect
from segdemo.lecture.upsampling.interpolation import output_size, parse_size, upsample
from segdemo.locales import text
from segdemo.web.components import matrix as grids
from segdemo.web.components.html import alert, data_url
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.upsampling.inspector import render

LECTURE = [[1, 5], [4, 8]]
PRESETS = {
    "lecture": LECTURE,
    "bent": [[1, 5], [4, 0]],  # 1 - 5 - 4 + 0 is not 0: no plane goes through the four
    "edge": [[0, 0, 9, 9]] * 4,
    "checkerboard": [[0, 9, 0, 9], [9, 0, 9, 0]] * 2,
    "bright": [[9 * ((row, column) == (2, 2)) for column in range(5)] for row in range(5)],
}
# What the slide prints for the lecture's matrix at 4x4; its bilinear table is cut, not rounded.
PRINTED = {
    "nearest": "1 1 5 5 / 1 1 5 5 / 4 4 8 8 / 4 4 8 8",
    "bilinear": "1.0 2.0 4.0 5.0 / 1.7 2.7 4.7 5.7 / 3.2 4.2 6.2 7.2 / 4.0 5.0 7.0 8.0",
}
LAST_CROP = SIZE - MAX_ROWS  # the largest row and column that a crop can begin at
FREE = "free"  # in place of a factor: the size is given as rows and columns
FIRST_SELECTION = {"row": 1, "column": 1, "align_corners": False}  # 2.75, as the sum is written out


def show(
    rows: list,
    selection: dict,
    mode: str,
    factor: float | str,
    out_rows: float | None,
    out_columns: float | None,
    language: str,
) -> tuple:
    """(problem, input fields, outputs, inspector, PyTorch, matrix) for what the page says.

    `rows` are the fields' texts; `selection` the output cell under inspection, FIRST_SELECTION's
    keys. On bad input the problem says what is wrong and the last good result stays.
    """
    fields = gr.skip()
    try:
        check_shape(rows)
        fields = grids.editable(rows, language)
        matrix = parse_matrix(rows)
        if factor == FREE:
            size = parse_size([out_rows, out_columns])
        else:
            size = output_size(matrix.shape, factor)
        selection = _within(selection, size, mode)
        outputs = _outputs(matrix, mode, size, selection, language)
    except InputError as error:
        return alert(error.sentence(language)), fields, *[gr.skip()] * 4
    question = {"matrix": matrix.tolist(), "mode": mode, "size": size} | selection
    inspector = inspected(question, language)
    return "", fields, outputs, inspector, pytorch_code(matrix, mode, size), matrix.tolist()


def inspected(question: dict, language: str) -> str:
    """The inspector of one output cell; `question` holds the arguments of `inspect`."""
    matrix = parse_matrix(question["matrix"])
    found = inspect(**question | {"matrix": matrix})
    return render(matrix, found, question, language)


def show_preset(name: str, rows: list, *rest) -> tuple:
    """`show` for a matrix of PRESETS in place of what the fields say."""
    return show(PRESETS[name], *rest)


def show_crop(photo: str | bytes | None, top: float, left: float, rows: list, *rest) -> tuple:
    """(the crop's place, *`show`) for 6x6 grey values, 0..255, of the photo at 128x128.

    A photo that cannot be used is a problem like a bad field: everything else stays.
    """
    *_, language = rest
    try:
        small = resize_photo(load_thumbnail(photo)).convert("L")
    except InputError as error:
        return gr.skip(), alert(error.sentence(language)), *[gr.skip()] * 5
    row, column = int(top), int(left)
    crop = np.array(small)[row : row + MAX_ROWS, column : column + MAX_COLUMNS].tolist()
    return _place(small, row, column, language), *show(crop, *rest)


def _place(photo: Image.Image, row: int, column: int, language: str) -> str:
    """The photo with the crop that begins at (row, column) outlined."""
    return (
        f'<svg class="place" viewBox="0 0 {SIZE} {SIZE}" role="img" '
        f'aria-label="{escape(text("upsampling.crop.alt", language))}">'
        f'<image href="{data_url(photo_jpeg(photo), "jpeg")}" width="{SIZE}" height="{SIZE}"/>'
        f'<rect x="{column}" y="{row}" width="{MAX_COLUMNS}" height="{MAX_ROWS}"/></svg>'
    )


def _within(selection: dict, size: tuple[int, int], mode: str) -> dict:
    """The selected cell, or the closest there is in an output of this size and mode."""
    return {
        "row": min(selection["row"], size[0] - 1),
        "column": min(selection["column"], size[1] - 1),
        "align_corners": selection["align_corners"] and mode in ALIGNABLE,
    }


def _outputs(
    matrix: np.ndarray, mode: str, size: tuple[int, int], selection: dict, language: str
) -> str:
    """Every enlargement there is in this mode, the slide's table, and why they differ."""
    conventions = (False, True) if mode in ALIGNABLE else (False,)
    parts = [
        _output(upsample(matrix, mode, size, align), mode, align, selection, language)
        for align in conventions
    ]
    sentences = [text(f"upsampling.why.{mode}", language)]
    if matrix.tolist() == LECTURE and size == (4, 4) and mode in PRINTED:
        parts.append(_printed(mode, language))
        sentences.insert(0, text(f"upsampling.printed.{mode}", language))
    question = escape(json.dumps({"matrix": matrix.tolist(), "mode": mode, "size": size}))
    notes = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    return f'<div class="outputs" data-question="{question}">{"".join(parts)}</div>{notes}'


def _output(
    result: np.ndarray, mode: str, align_corners: bool, selection: dict, language: str
) -> str:
    """One enlargement: heading, grid and picture."""
    title, hint = f"{result.shape[0]} × {result.shape[1]}", ""
    if mode in ALIGNABLE:
        title = f"align_corners={align_corners}"
        hint = text(f"upsampling.convention.{str(align_corners).lower()}", language)
    label = f"{text('upsampling.output', language)}, {title}"
    at = selection["row"], selection["column"]
    selected = selection["align_corners"] == align_corners
    return (
        f'<section class="output" data-align="{str(align_corners).lower()}">'
        f"<h3>{title}</h3><p>{escape(hint)}</p>"
        f'<div class="scroll">{grids.selectable(result, label, at, selected)}</div>'
        f"{grids.picture(result, language)}</section>"
    )


def _printed(mode: str, language: str) -> str:
    """The slide's table as it is printed, its cut numbers marked."""
    exact = upsample(np.array(LECTURE, float), mode, (4, 4))
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=cut' if float(number) != value else ''}>{number}</td>"
            for number, value in zip(row.split(), values)
        )
        + "</tr>"
        for row, values in zip(PRINTED[mode].split("/"), exact)
    )
    title = escape(text("upsampling.printed", language))
    return (
        f'<section class="output printed"><h3>{title}</h3><p></p><div class="scroll">'
        f'<table class="matrix tiles" aria-label="{title}"><tbody>{rows}</tbody></table>'
        "</div></section>"
    )
