"""Idea *Fill in the table*: the slide's half-empty bilinear table, checked cell by cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import gradio as gr
import numpy as np

from segdemo.lecture.upsampling.interpolation import upsample
from segdemo.locales import DEFAULT_LANGUAGE, Translator
from segdemo.parsing import to_float
from segdemo.web.components.number_fields import number_fields, texts_of
from segdemo.web.context import PageContext
from segdemo.web.events import UNQUEUED
from segdemo.web.formatting import tidy
from segdemo.web.tabs.upsampling.matrix import LECTURE
from segdemo.web.templates import render

SIZE = 4, 4
# What the slide *Segmentation (5)* prints of the table; None is to be found.
GIVEN = (
    ("1.0", None, None, "5.0"),
    (None, None, None, None),
    ("3.2", "4.2", None, "7.2"),
    ("4.0", None, None, "8.0"),
)
TOLERANCE = 0.051  # 1.75 may be written as 1.7, as the slide does, or as 1.8


class Mark(StrEnum):
    """What is known of a cell; the names are those of the texts `upsampling.exercise.<mark>`."""

    EMPTY = "empty"
    RIGHT = "right"
    WRONG = "wrong"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class ExerciseCell:
    """A cell, row and column from 1: printed on the slide, or a field with what is typed."""

    row: int
    column: int
    printed: str | None
    text: str
    mark: Mark

    @property
    def name(self) -> str:
        return f"{self.row}-{self.column}"


def answers() -> dict[str, str]:
    """The exact values of the cells to be found, by field."""
    exact = upsample(np.array(LECTURE, float), "bilinear", SIZE)
    return {
        f"{r + 1}-{c + 1}": tidy(value)
        for (r, c), value in np.ndenumerate(exact)
        if GIVEN[r][c] is None
    }


def check(typed: Mapping[str, object]) -> list[list[ExerciseCell]]:
    """The table with a mark for each cell that is typed."""
    exact = answers()

    def cell(row: int, column: int, printed: str | None) -> ExerciseCell:
        text = str(typed.get(f"{row}-{column}") or "").strip()
        mark = Mark.EMPTY if printed or not text else _mark(text, float(exact[f"{row}-{column}"]))
        return ExerciseCell(row, column, printed, text, mark)

    return [[cell(r, c, given) for c, given in enumerate(row, 1)] for r, row in enumerate(GIVEN, 1)]


def _mark(text: str, exact: float) -> Mark:
    number = to_float(text)
    if number is None:
        return Mark.UNREADABLE
    return Mark.RIGHT if abs(number - exact) <= TOLERANCE else Mark.WRONG


def view(typed: Mapping[str, object], t: Translator) -> dict:
    """The table with its marks, and how many are right."""
    table = check(typed)
    blanks = [cell for row in table for cell in row if cell.printed is None]
    html = render(
        "tabs/upsampling/exercise.html",
        t,
        data=LECTURE,
        table=table,
        right=sum(cell.mark == Mark.RIGHT for cell in blanks),
        count=len(blanks),
    )
    return {"html": html, "texts": dict(typed)}


def build(context: PageContext) -> None:
    """Add the idea to the Blocks being built."""
    local = context.translations
    table = number_fields(
        view({}, Translator(DEFAULT_LANGUAGE)), elem_id="exercise", elem_classes="fields"
    )
    with gr.Row(elem_classes="buttons"):
        reveal = local.button("upsampling.exercise.reveal", size="sm")
        clear = local.button("upsampling.exercise.clear", size="sm")

    def typed(value: object, t: Translator) -> dict:
        return view(texts_of(value), t)

    triggers = [table.input, context.language.change]
    context.show_on(triggers, typed, [table], [table], **UNQUEUED)
    context.show_on([reveal.click], lambda t: view(answers(), t), [], [table], **UNQUEUED)
    context.show_on([clear.click], lambda t: view({}, t), [], [table], **UNQUEUED)
