"""Small matrices as HTML: to edit, to read, to look at."""

from html import escape

import numpy as np
from PIL import Image

from segdemo.palette import png
from segdemo.texts import text
from segdemo.ui.cards import data_url

LUMINANCE = np.array((0.2126, 0.7152, 0.0722))  # of sRGB's red, green and blue, Rec. 709
DARK = 130  # of 255: below it white text is easier to read than black
LOW, HIGH = np.array((247, 251, 255)), np.array((8, 81, 156))  # colours of lowest and highest


def editable(matrix: np.ndarray, language: str) -> str:
    """A table of input fields, one a cell."""
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td><input inputmode="decimal" autocomplete="off" value="{tidy(value)}" '
            f'aria-label="{escape(text("upsampling.cell", language, row=r, column=c))}"></td>'
            for c, value in enumerate(row, start=1)
        )
        + "</tr>"
        for r, row in enumerate(matrix, start=1)
    )
    return f'<table class="matrix editable"><tbody>{rows}</tbody></table>'


def readable(matrix: np.ndarray, caption: str) -> str:
    """A table of numbers, each on a tile the darker the larger it is."""
    low, span = matrix.min(), np.ptp(matrix) or 1.0
    rows = "".join(
        "<tr>" + "".join(_tile(value, (value - low) / span) for value in row) + "</tr>"
        for row in matrix
    )
    return (
        f'<table class="matrix tiles"><caption>{escape(caption)}</caption>'
        f"<tbody>{rows}</tbody></table>"
    )


def _tile(value: float, height: float) -> str:
    """A cell whose background says where the value lies between lowest (0) and highest (1)."""
    colour = LOW + height * (HIGH - LOW)
    red, green, blue = colour.round().astype(int).tolist()
    ink = "#fff" if colour @ LUMINANCE < DARK else "#111"
    return f'<td style="background:rgb({red},{green},{blue});color:{ink}">{tidy(value)}</td>'


def picture(matrix: np.ndarray, language: str) -> str:
    """The matrix as a grey picture, a pixel a cell, enlarged by the browser without smoothing."""
    low, high = matrix.min(), matrix.max()
    grey = (255 * (matrix - low) / ((high - low) or 1.0)).round().astype(np.uint8)
    rows, columns = matrix.shape
    alt = text(
        "upsampling.picture.alt",
        language,
        rows=rows,
        columns=columns,
        low=tidy(low),
        high=tidy(high),
    )
    source = data_url(png(Image.fromarray(grey)), "png")
    return f'<img class="pixels" src="{source}" alt="{escape(alt)}" style="--cells:{columns}">'


def tidy(value: float) -> str:
    """Three decimals at most, no trailing zeros, no minus zero: 2.333, 1.75, 4."""
    return f"{round(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".")
