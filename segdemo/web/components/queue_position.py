"""Where in a queue the visitor stands while others are being answered."""

import gradio as gr

from segdemo.web.localisation import Translations
from segdemo.web.templates import asset, render


def build(translations: Translations, status: str, elem_id: str) -> None:
    """Add the line, which the browser fills from what Gradio says in #`status`, in English."""
    translations.build(
        gr.HTML,
        {"value": lambda t: render("components/queue_position.html", t, status=status)},
        js_on_load=asset("components/queue_position.js"),
        elem_id=elem_id,
        elem_classes="queue-position",
    )
