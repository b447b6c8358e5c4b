"""The lesson's components, and the events between links and the rest of the page."""

from dataclasses import dataclass

import gradio as gr

from segdemo.web.components.html import script
from segdemo.web.events import UNQUEUED
from segdemo.web.localisation import Translations
from segdemo.web.tab_languages import OPEN_TAB
from segdemo.web.tabs.compare.tab import Controls
from segdemo.web.tabs.explain.tab import OPEN_SECTION
from segdemo.web.tabs.lesson import header, plan
from segdemo.web.tabs.lesson.links import FROM_COMPONENTS, Links
from segdemo.web.tabs.upsampling.playground import CELLS, LOOK, Playground

# The inputs are those of `wire`.
SEE = f"""(_, __, photo, fields, outputs, ...rest) => {{
    {LOOK}
    const tab = {OPEN_TAB};
    const {{ present, guess }} = document.documentElement.dataset;
    return [{{
        tab,
        section: tab === 'insight' ? {OPEN_SECTION} : '',
        present: present ? '1' : '',
        reveal: guess ? '0' : '',
    }}, {CELLS}, photo, null, null, ...rest];
}}"""
SHOW_LINK = "found => document.dispatchEvent(new CustomEvent('lesson-link', { detail: found }))"
# A tab is opened once its components have their values: what it is built with is what it shows.
BEGIN = """state => {
    document.documentElement.dataset.view = state.show;
    document.dispatchEvent(new CustomEvent('lesson', { detail: state }));
    const named = new URLSearchParams(location.search); // else the visitor may be elsewhere by now
    return ['tab', 'section'].map(tabs =>
        ({ ...(named.has(tabs) && { selected: state[tabs] }), __type__: 'update' }));
}"""


@dataclass(frozen=True)
class Header:
    """The header's part of the lesson: `found` and `opened` hand JSON to the scripts."""

    link: gr.HTML
    found: gr.JSON
    opened: gr.JSON
    notes: gr.HTML


def build_tools(local: Translations) -> Header:
    """Add the tools to the header being built."""
    link = _tool(local, header.link, "lesson-link", "lesson.js")
    _tool(local, header.presenter, "presenter", "present.js")
    found, opened = gr.JSON({}, visible=False), gr.JSON({}, visible=False)
    return Header(link, found, opened, gr.HTML("", elem_id="lesson-notes", apply_default_css=False))


def build_plan(local: Translations) -> None:
    """Add the lesson plan to the tab being built."""
    local.build(gr.HTML, {"value": plan.render}, elem_id="lesson-plan", apply_default_css=False)


def wire(
    page: gr.Blocks,
    tools: Header,
    links: Links,
    language: gr.Radio,
    compare: Controls,
    playground: Playground,
    tabs: tuple[gr.Tabs, gr.Tabs],
) -> None:
    """Opening the page obeys its link; the header's button writes one. `tabs`: outer, See why."""
    named = [language, compare.stages, compare.view, *compare.settings]
    named += playground.settings[:2]  # mode and factor

    def obey(request: gr.Request) -> list:
        parameters = request.query_params
        opened, notes, photo, *values = links.open(dict(parameters))
        for index, name in enumerate(FROM_COMPONENTS):
            if name not in parameters:  # it is so already, unless a quick visitor has changed it
                values[index] = gr.skip()
        return [opened, notes, photo, *values]

    page.load(
        obey,
        None,
        [tools.opened, tools.notes, compare.photo, *named, *playground.shown],
        **UNQUEUED,
    ).then(None, tools.opened, list(tabs), js=BEGIN)

    def write(seen, rows, photo, _, __, *values):
        return links.write(seen, rows, photo, *values)

    tools.link.submit(
        write,
        [tools.found, tools.link, compare.photo, playground.matrix, playground.outputs, *named],
        tools.found,
        js=SEE,
        **UNQUEUED,
    ).then(None, tools.found, None, js=SHOW_LINK)


def _tool(local: Translations, html: object, name: str, file: str) -> gr.HTML:
    return local.build(
        gr.HTML, {"value": html}, js_on_load=script(file), elem_id=name, apply_default_css=False
    )
