"""Tab *See why*: a section an idea, and what brings the open one up to date."""

from functools import partial

import gradio as gr

from segdemo.lesson_links import LessonState
from segdemo.texts import text
from segdemo.ui.events import COMPUTING
from segdemo.ui.insight import answers, layers, perturb, pixel, sizes, skips, truth
from segdemo.ui.insight.section import Surroundings

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
OPEN_SECTION = "document.querySelector('#insight [role=tab][aria-selected=true]').dataset.tabId"
# Sets what belongs to the open section to something new.
ASK_OPEN = f"""(...asked) => {{
    asked[{list(SECTIONS)}.indexOf({OPEN_SECTION})] = String(performance.now());
    return asked;
}}"""


def build(surroundings: Surroundings, tab: gr.Tab) -> gr.Tabs:
    """Add the tab's content to the Blocks being built; returns the sections' tabs."""
    local = surroundings.local
    local.build(gr.Markdown, {"value": "insight.intro"})
    asked = [gr.Textbox(visible="hidden") for _ in SECTIONS]
    # Only what is seen is computed; the photo changes in another tab.
    gr.on([tab.select, surroundings.language.change], None, asked, asked, js=ASK_OPEN)
    with gr.Tabs(selected=FIRST, elem_id="insight", overflow_behavior="wrap") as tabs:
        for (name, build_section), ask in zip(SECTIONS.items(), asked):
            with local.build(gr.Tab, {"label": f"insight.{name}"}, id=name) as own:
                local.build(gr.Markdown, {"value": partial(_intro, name)}, elem_classes="lesson")
                section = build_section(surroundings)
            gr.on(
                [own.select, ask.change],
                section.show,
                section.inputs,
                section.outputs,
                **COMPUTING,
            )
    return tabs


def _intro(name: str, language: str) -> str:
    """The tab's name again, as a heading for those who listen, and what the section is about."""
    return f"## {text(f'insight.{name}', language)}\n{text(f'insight-{name}.intro', language)}"
