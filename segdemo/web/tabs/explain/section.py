"""What the sections of tab *See why* are given, and what they give back."""

from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr

from segdemo.inference import Predictor
from segdemo.web.examples import TestSplit
from segdemo.web.localisation import Translations
from segdemo.web.photo_input import PhotoInput


@dataclass(frozen=True)
class PageContext:
    """What a section may use of the page; `tests` is None where the data set is not at hand."""

    local: Translations
    predictor: Predictor
    tests: TestSplit | None
    photo: PhotoInput  # the Compare tab's
    language: gr.Radio


@dataclass(frozen=True)
class Section:
    """How a section shows the photo afresh: when a visitor comes to it, or changes the language."""

    show: Callable
    inputs: list[gr.components.Component]
    outputs: list[gr.components.Component]
