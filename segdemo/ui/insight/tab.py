"""Tab *See why*: a section an idea, and what brings the open one up to date."""

from collections.abc import Callable, Iterator
from functools import partial
from inspect import isgeneratorfunction

import gradio as gr

from segdemo.lesson_links import LessonState
from segdemo.texts import text
from segdemo.ui.events import AT_ONCE, COMPUTING
from segdemo.ui.insight import answers, layers, perturb, pixel, sizes, skips, truth
from segdemo.ui.insight.section import Section, Surroundings

SECTIONS = {  # as the lecture goes: the problem, the data, the stages, the skips
    "answers": answers.build,
    "truth": truth.build,
    "pixel": pixel.build,
    "layers": layers.build,
    "perturb": perturb.build,
    "sizes": sizes.build,
    "skips": skips.build,
}
FIRST = LessonState().section  # open unless a link asks for another


def build(surroundings: Surroundings, tab: gr.Tab) -> gr.Tabs:
    """Add the tab's content to the Blocks being built; returns the sections' tabs."""
    local = surroundings.local
    local.build(gr.Markdown, {"value": "insight.intro"})
    opened = gr.State(FIRST)
    with gr.Tabs(selected=FIRST, elem_id="insight", overflow_behavior="wrap") as tabs:
        for name, build_section in SECTIONS.items():
            with local.build(gr.Tab, {"label": f"insight.{name}"}, id=name) as own:
                local.build(gr.Markdown, {"value": partial(_intro, name)}, elem_classes="lesson")
                section = build_section(surroundings)
            own.select(lambda name=name: name, None, opened, **AT_ONCE)
            own.select(section.show, section.inputs, section.outputs, **COMPUTING)
            # Only what is seen is computed; the photo changes in another tab.
            gr.on(
                [tab.select, surroundings.language.change],
                _if_open(name, section),
                [opened, *section.inputs],
                section.outputs,
                **COMPUTING,
            )
    return tabs


def _intro(name: str, language: str) -> str:
    """The tab's name again, as a heading for those who listen, and what the section is about."""
    return f"## {text(f'insight.{name}', language)}\n{text(f'insight-{name}.intro', language)}"


def _if_open(name: str, section: Section) -> Callable:
    """The section's `show`, which leaves everything as it is while another section is open."""
    if isgeneratorfunction(section.show):

        def stream(opened: str, *inputs: object) -> Iterator:
            if opened == name:
                yield from section.show(*inputs)
            else:
                yield _unchanged(section)

        return stream

    def call(opened: str, *inputs: object) -> object:
        return section.show(*inputs) if opened == name else _unchanged(section)

    return call


def _unchanged(section: Section) -> object:
    skips = [gr.skip() for _ in section.outputs]
    return skips if len(skips) > 1 else skips[0]
