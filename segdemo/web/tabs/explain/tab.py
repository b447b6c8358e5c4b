"""Tab *See why*: a section a question, and what brings the open one up to date."""

from dataclasses import replace
from functools import partial

import gradio as gr

from segdemo.lecture.lesson_links import LessonState
from segdemo.locales import Translator
from segdemo.web.components.terms import explained
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.tabs.explain import (
    ground_truth,
    network,
    pixel,
    robustness,
    score_maps,
    sizes,
    skips,
    vision_tasks,
)
from segdemo.web.visibility import OpenTab

SECTIONS = {  # as the lecture goes: the problem, the data, the stages, the skips
    "answers": vision_tasks.build,
    "truth": ground_truth.build,
    "pixel": pixel.build,
    "layers": network.build,
    "perturb": robustness.build,
    "sizes": sizes.build,
    "skips": skips.build,
    "score-maps": score_maps.build,
}
FIRST = LessonState().section  # open unless a link asks for another


def build(context: PageContext) -> TabHandle:
    """Add the tab's content to the Blocks being built."""
    translations = context.translations
    sections = OpenTab(tuple(SECTIONS), FIRST, render=False)
    sections.tell(context.when_seen)
    link_fields: dict[str, gr.components.Component] = {}
    unseen: list[gr.components.Component] = [*sections.unseen]
    with gr.Tabs(selected=FIRST, elem_id="insight", overflow_behavior="wrap") as tabs:
        for name, build_section in SECTIONS.items():
            with translations.build(gr.Tab, {"label": f"insight.{name}"}, id=name) as own:
                translations.html(partial(_intro, name), elem_classes="lesson")
                when_seen = sections.when_seen(own, name)
                handle = build_section(replace(context, when_seen=when_seen)) or TabHandle()
                link_fields |= handle.link_fields
                unseen += handle.unseen
    open_section = sections.name
    return TabHandle(link_fields, sections=tabs, open_section=open_section, unseen=unseen)


def _intro(name: str, t: Translator) -> str:
    """The section's claim as its heading, and one line on what to do."""
    return explained(f"## {t(f'insight.{name}.claim')}\n{t(f'insight-{name}.intro')}", t)
