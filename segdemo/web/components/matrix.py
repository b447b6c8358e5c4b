"""Small matrices as HTML: to edit, to read, to walk through, to look at."""

from collections.abc import Sequence
from html import escape

import numpy as np
from PIL import Image
from skimage.color import rgb2xyz

from segdemo.data.palette import png
from segdemo.locales import text
from segdemo.web.components.html import data_url

BALANCED = 0.179  # luminance on which black and white text have one contrast, 4.6 : 1 (WCAG)
LOW, HIGH = np.array((247, 251, 255)), np.array((8, 81, 156))  # colours of lowest and highest
FINE = 16  # cells a side: where a mouse can point, larger grids show their colours alone


def editable(rows: Sequence[Sequence[float | str]], language: str) -> str:
    """A table of input fields, one a cell; what was typed stands there as it was typed."""
    body = "".join(
        "<tr>"
        + "".join(
            f'<td><input inputmode="decimal" autocomplete="off" '
            f'value="{escape(cell if isinstance(cell, str) else tidy(cell))}" '
            f'aria-label="{escape(text("upsampling.cell", language, row=r, column=c))}"></td>'
            for c, cell in enumerate(row, start=1)
        )
        + "</tr>"
        for r, row in enumerate(rows, start=1)
    )
    return f'<table class="matrix editable"><tbody>{body}</tbody></table>'


def selectable(matrix: np.ndarray, label: str, at: tuple[int, int], selected: bool) -> str:
    """A grid of tiles, the darker the larger the number, for the mouse and the arrow keys.

    Tab reaches the cell `at`, (row, column) from 0; `selected` tells whether it is the one
    under inspection.
    """
    chosen = f' tabindex="0" aria-selected="{str(selected).lower()}"'
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td style="{style}"{chosen if (r, c) == at else ""}>{tidy(value)}</td>'
            for c, (value, style) in enumerate(zip(values, styles))
        )
        + "</tr>"
        for r, (values, styles) in enumerate(zip(matrix.tolist(), tile_styles(matrix)))
    )
    fine = " fine" if max(matrix.shape) > FINE else ""
    return (
        f'<table role="grid" class="matrix tiles{fine}" aria-label="{escape(label)}">'
        f"<tbody>{rows}</tbody></table>"
    )


def tile_styles(matrix: np.ndarray) -> list[list[str]]:
    """`tile_paints` as CSS."""
    return [[f"background:{fill};color:{ink}" for fill, ink in row] for row in tile_paints(matrix)]


def tile_paints(matrix: np.ndarray) -> list[list[tuple[str, str]]]:
    """For each cell a background between LOW and HIGH, and ink that is readable on it."""
    heights = (matrix - matrix.min()) / (np.ptp(matrix) or 1.0)
    colours = LOW + heights[..., None] * (HIGH - LOW)
    return [
        [(f"rgb({r},{g},{b})", ink) for (r, g, b), ink in zip(row, row_inks)]
        for row, row_inks in zip(colours.round().astype(int).tolist(), inks(colours).tolist())
    ]


def inks(colours: np.ndarray) -> np.ndarray:
    """For each (..., 3) sRGB colour in 0..255, of black and white text what is easier to read."""
    luminance = rgb2xyz(colours / 255)[..., 1]
    return np.where(luminance < BALANCED, "#fff", "#000")


def picture(matrix: np.ndarray, language: str) -> str:
    """The matrix as a grey picture, a pixel a cell, enlarged by the browser without smoothing."""
    rows, columns = matrix.shape
    low, high = tidy(matrix.min()), tidy(matrix.max())
    alt = text("upsampling.picture.alt", language, rows=rows, columns=columns, low=low, high=high)
    return (
        f'<img class="pixels" src="{grey_url(matrix)}" alt="{escape(alt)}" '
        f'style="--cells:{columns}">'
    )


def grey_url(matrix: np.ndarray) -> str:
    """A PNG from the lowest value in black to the highest in white; of one value, all black."""
    heights = (matrix - matrix.min()) / (np.ptp(matrix) or 1.0)
    return data_url(png(Image.fromarray((255 * heights).round().astype(np.uint8))), "png")


def tidy(value: float) -> str:
    """Three decimals at most, no trailing zeros, no minus zero: 2.333, 1.75, 4."""
    return f"{round(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".")
