"""The inspector: where one output cell falls on the input, what it takes, the sum written out."""

import math
from html import escape

import numpy as np

from segdemo.lecture.upsampling.axis_weights import ALIGNABLE
from segdemo.lecture.upsampling.inspection import Inspection, written, written_sum
from segdemo.locales import text
from segdemo.web.components.matrix import tidy, tile_paints

CELL = 104  # of the drawing's units, which are CSS pixels where there is room
MARGIN = 6


def render(matrix: np.ndarray, found: Inspection, question: dict, language: str) -> str:
    """The inspection of one cell of `matrix` upsampled by `question` (mode, size, ...) in HTML."""
    place = text("upsampling.cell", language, row=found.row + 1, column=found.column + 1)
    centre = text(
        "upsampling.centre",
        language,
        row=written(found.centre[0] + 1),
        column=written(found.centre[1] + 1),
    )
    head = text("upsampling.inspected", language, cell=place, value=written(found.value))
    if question["mode"] in ALIGNABLE:
        head = f"{head} (align_corners={question['align_corners']})"
    notes = "".join(f"<p>{escape(note)}</p>" for note in _notes(found, language))
    return (
        f'<div class="inspection">{_drawing(matrix, found, question, language)}'
        f'<div class="words"><div aria-live="polite" aria-atomic="true"><h3>{escape(head)}</h3>'
        f'<p>{escape(centre)}</p><code class="sum">{written_sum(found)}</code></div>'
        f"{notes}{_distances(found, language)}</div></div>"
    )


def _notes(found: Inspection, language: str) -> list[str]:
    """What the sum is made of, and what is unusual about this one."""
    if found.neighbours:
        won = "closest" if found.closest_won else "not-closest"
        return [text(f"upsampling.nearest.{won}", language)]
    notes = [text("upsampling.sum", language)]
    total = sum(source.weight for source in found.sources)
    if not math.isclose(total, 1):
        notes.append(text("upsampling.sum.faded", language, total=written(total)))
    if any(source.weight < 0 for source in found.sources):
        notes.append(text("upsampling.sum.negative", language))
    return notes


def _distances(found: Inspection, language: str) -> str:
    """For nearest: how far each candidate is, and which one won."""
    if not found.neighbours:
        return ""
    titles = ("cell", "value", "distance")
    head = "".join(f"<th>{text(f'upsampling.table.{title}', language)}</th>" for title in titles)
    won = text("upsampling.table.won", language)
    rows = "".join(
        f"<tr{' class=won' if n.won else ''}>"
        f"<td>{text('upsampling.cell', language, row=n.row + 1, column=n.column + 1)}</td>"
        f"<td>{tidy(n.value)}</td><td>{tidy(n.distance)}{f' ← {won}' if n.won else ''}</td></tr>"
        for n in found.neighbours
    )
    return f'<table class="facts"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _drawing(matrix: np.ndarray, found: Inspection, question: dict, language: str) -> str:
    """The input's cells, those taken outlined, with the output cell's centre and outline."""
    weights = {(source.row, source.column): source.weight for source in found.sources}
    paints = tile_paints(matrix)
    cells = [(r, c, paints[r][c], weights.get((r, c))) for r, c in np.ndindex(matrix.shape)]
    tiles = "".join(_tile(r, c, fill, weight) for r, c, (fill, _), weight in cells)
    labels = "".join(_label(r, c, matrix[r, c], paint, weight) for r, c, paint, weight in cells)
    rows, columns = matrix.shape
    width, height = columns * CELL + 2 * MARGIN, rows * CELL + 2 * MARGIN
    alt = text("upsampling.drawing.alt", language, cells=len(found.sources))
    return (
        f'<svg class="places" role="img" aria-label="{escape(alt)}" style="--width:{width}px" '
        f'viewBox="{-MARGIN} {-MARGIN} {width} {height}">'
        f"{tiles}{_footprint(matrix.shape, found, question)}{_ways(found)}{labels}"
        f'<circle class="centre" cx="{_at(found.centre[1])}" cy="{_at(found.centre[0])}" r="7"/>'
        "</svg>"
    )


def _at(position: float) -> float:
    """A position in input cells, 0 the first one's centre, in units of the drawing."""
    return round((position + 0.5) * CELL, 2)


def _tile(row: int, column: int, fill: str, weight: float | None) -> str:
    """One input cell; what is taken from is outlined, dashed where its weight is below zero."""
    kind = "" if weight is None else " taken" if weight > 0 else " taken below"
    return (
        f'<rect class="tile{kind}" x="{column * CELL + 3}" y="{row * CELL + 3}" '
        f'width="{CELL - 6}" height="{CELL - 6}" rx="6" fill="{fill}"/>'
    )


def _label(
    row: int, column: int, value: float, paint: tuple[str, str], weight: float | None
) -> str:
    """A cell's value, and its weight if it is taken, over everything else."""
    background, ink = paint
    x, y = (column + 0.5) * CELL, row * CELL
    share = ""
    if weight is not None:
        share = f'<text class="weight" x="{x}" y="{y + 97}">×{written(weight)}</text>'
    return (
        f'<g class="label" fill="{ink}" stroke="{background}">'
        f'<text x="{x}" y="{y + 21}">{tidy(value)}</text>{share}</g>'
    )


def _footprint(shape: tuple[int, int], found: Inspection, question: dict) -> str:
    """The output cell itself, laid over the input cells."""
    aligned = question["align_corners"] and question["mode"] in ALIGNABLE
    height, width = (
        (n - 1) / max(m - 1, 1) if aligned else n / m for n, m in zip(shape, question["size"])
    )
    x, y = _at(found.centre[1] - width / 2), _at(found.centre[0] - height / 2)
    sides = f'width="{round(width * CELL, 2)}" height="{round(height * CELL, 2)}"'
    return "".join(
        f'<rect class="footprint {layer}" x="{x}" y="{y}" {sides}/>' for layer in ("under", "over")
    )


def _ways(found: Inspection) -> str:
    """For nearest: lines from the centre to the cells it could have taken."""
    x, y = _at(found.centre[1]), _at(found.centre[0])
    return "".join(
        f'<line class="way{" won" if n.won else ""}" x1="{x}" y1="{y}" '
        f'x2="{_at(n.column)}" y2="{_at(n.row)}"/>'
        for n in found.neighbours
    )
