"""Fields for numbers in a `gr.HTML`: what they say is part of the component's value.

The value is {"html": the fields, "texts": {name: what is typed}}; `input` fires once a field is
left. A field that could not be read is marked by aria-invalid.
"""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from segdemo.web.html import html
from segdemo.web.templates import asset


def number_fields(value: dict, *scripts: str, **options: Any) -> gr.HTML:
    """The component; `scripts` are assets that run after its own, with its `tell(texts)`."""
    return gr.HTML(
        value,
        html_template="${value.html}",
        js_on_load="\n".join(map(asset, ("components/number_fields.js", *scripts))),
        apply_default_css=False,
        **options,
    )


def texts_of(value: object) -> Mapping[str, object]:
    """What is typed, by field; none for a value that is none of ours."""
    texts = value.get("texts") if isinstance(value, dict) else None
    return texts if isinstance(texts, dict) else {}


def refusal_slot(elem_id: str) -> gr.HTML:
    """Where an alert is said; takes no room while there is none."""
    return html(elem_id=elem_id, elem_classes="refusal")
