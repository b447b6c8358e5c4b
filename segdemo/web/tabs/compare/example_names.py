"""The example photos in words: Gradio's buttons for them hold pictures alone."""

import json
from functools import partial
from html import escape

import gradio as gr

from segdemo.locales import text
from segdemo.web.examples import SHIPPED, TestSplit, named_photos
from segdemo.web.localisation import Translations
from segdemo.web.templates import asset


def build(local: Translations, tests: TestSplit | None) -> None:
    """Name the examples' buttons, in the Blocks being built beside them."""
    says = {"value": partial(_names, tests)}
    local.build(
        gr.HTML, says, js_on_load=asset("tabs/compare/example_names.js"), elem_id="example-names"
    )


def _names(tests: TestSplit | None, language: str) -> str:
    names = [_name(name, language) for name in named_photos(tests)]
    return f'<i data-names="{escape(json.dumps(names))}"></i>'


def _name(name: str, language: str) -> str:
    """What an example shows; a test photo is called by its breed and number."""
    if name in SHIPPED:
        return text(f"compare.example.{name}", language)
    return text("compare.example.test", language, name=name.replace("_", " "))
