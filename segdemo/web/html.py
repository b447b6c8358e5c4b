"""HTML of our own as a component of the page."""

from typing import Any

import gradio as gr

from segdemo.web.templates import asset

# An event that has to wait is told anew with the data of the one that it waited for: Gradio 6.31
# keeps no other. So the data of all events of a name are one object, which holds the newest.
_NEWEST_DATA = """{
  const newest = {}, tell = trigger;
  trigger = (name, data) => tell(name, data && Object.assign(newest[name] ??= {}, data));
}
"""


def html(value: str = "", script: str | None = None, **options: Any) -> gr.HTML:
    """A gr.HTML under our own style sheets alone; `script` is the asset that runs in it."""
    js_on_load = _NEWEST_DATA + asset(script) if script else None
    return gr.HTML(value, js_on_load=js_on_load, apply_default_css=False, **options)
