"""Input fields of tab *Loss*: their HTML, and how an event reads them in the browser.

The numbers live in the page's own fields alone; an event reads them as {field: text}.
"""

import json
from html import escape

import numpy as np

from segdemo.data.classes import CLASSES
from segdemo.locales import text

# A slider or a list answers while it moves, a text field once it is left.
ON_LOAD = """
element.addEventListener('submit', event => event.preventDefault());
element.addEventListener('input', event => event.target.type === 'text' || trigger('input'));
element.addEventListener('change', event => event.target.type === 'text' && trigger('input'));
"""


def read(form: str, opening: dict[str, str], before: str = "") -> str:
    """JavaScript that hands the fields of the form below #`form` over as the first input.

    `before` is run first and may change the `form`. A tab that nobody has opened yet has no
    form: its fields are what it opens with.
    """
    return f"""(_, ...rest) => {{
        const form = document.querySelector('#{form} form');
        if (!form) return [{json.dumps(opening)}, ...rest];
        {before}
        return [Object.fromEntries(new FormData(form)), ...rest];
    }}"""


def fill(fields: dict[str, str]) -> str:
    """JavaScript, for `before`, that writes into the form's fields."""
    return (
        f"for (const [name, value] of Object.entries({json.dumps(fields)})) "
        "form.elements[name].value = value;"
    )


def number_field(name: str, value: str, label: str) -> str:
    """A text field for a number; `label` is read out.

    Without `inputmode`: the numeric keyboards of some phones have no minus.
    """
    return (
        f'<input type="text" autocomplete="off" name="{name}" value="{value}" '
        f'aria-label="{escape(label)}">'
    )


def slider(name: str, value: str, label: str, low: float, high: float, step: float) -> str:
    return (
        f'<label class="loss-slider"><span>{escape(label)}</span><input type="range" name="{name}" '
        f'min="{low}" max="{high}" step="{step}" value="{value}"></label>'
    )


def select(name: str, value: str, label: str, language: str, named: bool = True) -> str:
    """A list of the three classes; without `named` it shows their numbers alone."""
    options = "".join(
        f'<option value="{i}"{" selected" if str(i) == value else ""}>'
        f"{numbered_class(i, language) if named else i}</option>"
        for i in range(len(CLASSES))
    )
    return f'<select name="{name}" aria-label="{escape(label)}">{options}</select>'


def class_name(label: int, language: str) -> str:
    return escape(text(f"page.class.{CLASSES[label]}", language))


def numbered_class(label: int, language: str) -> str:
    """Label and name: "0 pet"."""
    return f"{label} {class_name(label, language)}"


def grid(name: str, values: np.ndarray) -> dict[str, str]:
    """(rows, columns) -> {field: text} of a grid of fields, rows and columns from 1."""
    return {
        f"{name}-{row}-{column}": f"{value:g}"
        for row, line in enumerate(values.tolist(), 1)
        for column, value in enumerate(line, 1)
    }


def read_grid(name: str, fields: dict[str, str], side: int) -> list[list[str | None]]:
    """The fields of a grid as rows."""
    counts = range(1, side + 1)
    return [[fields.get(f"{name}-{row}-{column}") for column in counts] for row in counts]
