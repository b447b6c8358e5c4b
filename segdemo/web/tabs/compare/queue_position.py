"""Where in the queue the visitor stands while a class is being answered."""

import gradio as gr

from segdemo.web.localisation import Translations
from segdemo.web.templates import asset, render


def build(translations: Translations) -> None:
    """Add the line, which the browser fills from what Gradio says in #status, in English alone."""
    translations.build(
        gr.HTML,
        {"value": lambda t: render("tabs/compare/queue_position.html", t)},
        js_on_load=asset("tabs/compare/queue_position.js"),
        elem_id="place",
    )
