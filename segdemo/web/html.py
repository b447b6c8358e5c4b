"""HTML of our own as a component of the page."""

from typing import Any

import gradio as gr

from segdemo.web.templates import asset


def html(value: str = "", script: str | None = None, **options: Any) -> gr.HTML:
    """A gr.HTML under our own style sheets alone; `script` is the asset that runs in it."""
    js_on_load = asset(script) if script else None
    return gr.HTML(value, js_on_load=js_on_load, apply_default_css=False, **options)
