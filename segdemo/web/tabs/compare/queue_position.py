"""Where in the queue the visitor stands while a class is being answered."""

from html import escape

import gradio as gr

from segdemo.locales import text
from segdemo.web.localisation import Translations
from segdemo.web.templates import asset


def build(local: Translations) -> None:
    """Add the line, which the browser fills from what Gradio says in #status, in English alone."""
    says = {"value": _patterns}
    local.build(gr.HTML, says, js_on_load=asset("tabs/compare/queue_position.js"), elem_id="place")


def _patterns(language: str) -> str:
    place, estimate = (
        escape(text(f"compare.{key}", language)) for key in ("place", "place.estimate")
    )
    return f'<p role="status" data-place="{place}" data-estimate="{estimate}"></p>'
