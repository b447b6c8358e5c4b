"""Tab *See why*: a section a question, and what brings the open one up to date."""

from collections.abc import Collection, Sequence
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
from segdemo.web.visibility import OpenSection

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
    sections = OpenSection(tuple(SECTIONS), FIRST)
    sections.refresh_on(context.when_seen)  # the photo changes in another tab
    handles = []
    with gr.Tabs(selected=FIRST, elem_id="insight", overflow_behavior="wrap") as tabs:
        for name, build_section in SECTIONS.items():
            with translations.build(gr.Tab, {"label": f"insight.{name}"}, id=name) as own:
                translations.html(partial(_intro, name), elem_classes="lesson")
                handle = build_section(replace(context, when_seen=sections.when_seen(own, name)))
                handles.append(handle or TabHandle())
    return replace(
        _joined(handles),
        sections=tabs,
        open_section=sections.open.name,
        unseen=[*sections.unseen, *(one for handle in handles for one in handle.unseen)],
    )


def _intro(name: str, t: Translator) -> str:
    """The section's claim as its heading, and one line on what to do."""
    return explained(f"## {t(f'insight.{name}.claim')}\n{t(f'insight-{name}.intro')}", t)


def _joined(handles: Sequence[TabHandle]) -> TabHandle:
    """What links set in any of the sections."""

    def restore(state: LessonState, given: Collection[str], t: Translator) -> list[object]:
        return [value for one in handles if one.restore for value in one.restore(state, given, t)]

    return TabHandle(
        link_fields={name: field for one in handles for name, field in one.link_fields.items()},
        restore=restore,
        restored=[component for one in handles for component in one.restored],
    )
