"""Tab *See why*: a section an idea, and what brings the open one up to date."""

from functools import partial

import gradio as gr

from segdemo.lecture.lesson_links import LessonState
from segdemo.locales import text
from segdemo.web.events import INFERENCE
from segdemo.web.tabs.explain import (
    ground_truth,
    layers,
    pixel,
    robustness,
    sizes,
    skips,
    vision_tasks,
)
from segdemo.web.tabs.explain.section import PageContext

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
OPEN_SECTION = "document.querySelector('#insight [role=tab][aria-selected=true]').dataset.tabId"
# Sets what belongs to the open section to something new.
ASK_OPEN = f"""(...asked) => {{
    asked[{list(SECTIONS)}.indexOf({OPEN_SECTION})] = String(performance.now());
    return asked;
}}"""


def build(context: PageContext, tab: gr.Tab) -> gr.Tabs:
    """Add the tab's content to the Blocks being built; returns the sections' tabs."""
    local = context.local
    local.build(gr.Markdown, {"value": "insight.intro"})
    asked = [gr.Textbox(visible="hidden") for _ in SECTIONS]
    # Only what is seen is computed; the photo changes in another tab.
    gr.on([tab.select, context.language.change], None, asked, asked, js=ASK_OPEN)
    with gr.Tabs(selected=FIRST, elem_id="insight", overflow_behavior="wrap") as tabs:
        for (name, build_section), ask in zip(SECTIONS.items(), asked):
            with local.build(gr.Tab, {"label": f"insight.{name}"}, id=name) as own:
                local.build(gr.Markdown, {"value": partial(_intro, name)}, elem_classes="lesson")
                section = build_section(context)
            gr.on(
                [own.select, ask.change],
                section.show,
                section.inputs,
                section.outputs,
                **INFERENCE,
            )
    return tabs


def _intro(name: str, language: str) -> str:
    """The tab's name again, as a heading for those who listen, and what the section is about."""
    return f"## {text(f'insight.{name}', language)}\n{text(f'insight-{name}.intro', language)}"
