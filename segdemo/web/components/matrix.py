"""Small matrices: the colours of their cells, and how their numbers are written."""

from typing import NamedTuple

import numpy as np
from PIL import Image

BALANCED = 0.179  # luminance on which black and white text have one contrast, 4.6 : 1 (WCAG)
LOW, HIGH = np.array((247, 251, 255)), np.array((8, 81, 156))  # colours of lowest and highest


class Tile(NamedTuple):
    """A cell: its value, its background, and ink that is readable on it, as CSS."""

    value: float
    fill: str
    ink: str


def tiles(matrix: np.ndarray) -> list[list[Tile]]:
    """(rows, columns) numbers, the darker the larger."""
    heights = (matrix - matrix.min()) / (np.ptp(matrix) or 1.0)
    colours = LOW + heights[..., None] * (HIGH - LOW)
    return [
        [
            Tile(value, f"rgb({r},{g},{b})", ink)
            for value, (r, g, b), ink in zip(values, row, row_inks)
        ]
        for values, row, row_inks in zip(
            matrix.tolist(), colours.round().astype(int).tolist(), inks(colours).tolist()
        )
    ]


def inks(colours: np.ndarray) -> np.ndarray:
    """For each (..., 3) sRGB colour in 0..255, of black and white text what is easier to read."""
    values = np.asarray(colours) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    luminance = linear @ (0.2126, 0.7152, 0.0722)  # sRGB's, IEC 61966-2-1
    return np.where(luminance < BALANCED, "#fff", "#000")


def grey_image(matrix: np.ndarray, span: tuple[float, float] | None = None) -> Image.Image:
    """A pixel per cell, from the lowest value in black to the highest in white, or over `span`."""
    low, high = span or (matrix.min(), matrix.max())
    heights = (matrix - low) / ((high - low) or 1.0)
    return Image.fromarray((255 * heights).round().astype(np.uint8))
