"""Tab *See why*: a section an idea, and what brings the open one up to date."""

from dataclasses import replace
from functools import partial

import gradio as gr

from segdemo.lecture.lesson_links import LessonState
from segdemo.locales import Translator
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.tabs.explain import (
    ground_truth,
    layers,
    pixel,
    robustness,
    sizes,
    skips,
    vision_tasks,
)
from segdemo.web.visibility import OpenSection

SECTIONS = {  # as the lecture goes: the problem, the data, the stages, the skips
    "answers": vision_tasks.build,
    "truth": ground_truth.build,
    "pixel": pixel.build,
    "layers": layers.build,
    "perturb": robustness.build,
    "sizes": sizes.build,
    "skips": skips.build,
}
FIRST = LessonState().section  # open unless a link asks for another


def build(context: PageContext) -> TabHandle:
    """Add the tab's content to the Blocks being built."""
    translations = context.translations
    translations.build(gr.Markdown, {"value": "insight.intro"})
    sections = OpenSection(tuple(SECTIONS), FIRST)
    sections.refresh_on(context.when_seen)  # the photo changes in another tab
    with gr.Tabs(selected=FIRST, elem_id="insight", overflow_behavior="wrap") as tabs:
        for name, build_section in SECTIONS.items():
            with translations.build(gr.Tab, {"label": f"insight.{name}"}, id=name) as own:
                intro = {"value": partial(_intro, name)}
                translations.build(gr.Markdown, intro, elem_classes="lesson")
                build_section(replace(context, when_seen=sections.when_seen(own, name)))
    return TabHandle(sections=tabs, open_section=sections.open.name)


def _intro(name: str, t: Translator) -> str:
    """The tab's name again, as a heading for those who listen, and what the section is about."""
    return f"## {t(f'insight.{name}')}\n{t(f'insight-{name}.intro')}"
