"""Tab *Lesson plan*, and the lesson's tools in the header: links, presenter mode.

The address of the page follows what is seen, so that it is the link: the browser writes it from
the values of the components that a link can set (address.js), and opening a link sets them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from segdemo.lecture.lesson_links import LessonState, parameters, parse
from segdemo.locales import Translator
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.events import UNQUEUED
from segdemo.web.examples import named_photos
from segdemo.web.localisation import Translations
from segdemo.web.tabs.lesson import plan, presenter
from segdemo.web.templates import asset, render
from segdemo.web.visibility import OpenTab

FOR_BROWSER = (
    "tab",
    "section",
    "show",
    "layout",
    "present",
    "reveal",
)  # what scripts do for a link
# A tab is opened once its components have their values: what it is built with is what it shows.
BEGIN = """state => {
    const named = new URLSearchParams(location.search); // else the visitor may be elsewhere by now
    document.dispatchEvent(new CustomEvent('lesson', { detail: state })); // and the address follows
    return ['tab', 'section'].map(tabs =>
        ({ ...(named.has(tabs) && { selected: state[tabs] }), __type__: 'update' }));
}"""


@dataclass(frozen=True)
class Tools:
    """The header's part of the lesson: `opened` hands the link's state to the scripts."""

    opened: gr.JSON
    notes: gr.HTML


def build_tools(translations: Translations) -> Tools:
    """Add the tools to the header being built."""
    _tool(translations, "link")
    translations.build(
        gr.HTML,
        {"value": presenter.switches},
        js_on_load=asset("tabs/lesson/presenter.js"),
        elem_id="presenter",
        apply_default_css=False,
    )
    notes = gr.HTML("", elem_id="lesson-notes", apply_default_css=False)
    return Tools(gr.JSON({}, visible=False), notes)


def build(context: PageContext) -> None:
    """Add the lesson plan to the tab being built."""
    context.translations.build(
        gr.HTML, {"value": plan.render_plan}, elem_id="lesson-plan", apply_default_css=False
    )


def wire(
    page: gr.Blocks,
    context: PageContext,
    tools: Tools,
    tabs: gr.Tabs,
    open_tab: OpenTab,
    handles: Sequence[TabHandle],
) -> None:
    """Opening the page obeys its link; the address follows the page."""
    photos = named_photos(context.test_split)
    fields = {"lang": context.language}
    for handle in handles:
        fields |= handle.link_fields
    (explain,) = (handle for handle in handles if handle.sections)
    restored = [component for handle in handles for component in handle.restored]

    def obey(request: gr.Request) -> list:
        given = dict(request.query_params)
        state, notes = parse(given, photos)
        t = Translator(state.lang)
        values = [_value(state, name) if name in given else gr.skip() for name in fields]
        for handle in handles:
            if handle.restore:
                values += handle.restore(state, given, t)
        told = {name: getattr(state, name) for name in FOR_BROWSER}
        sentences = [note.sentence(t.language) for note in notes]
        # The photo is always set, so that its change is what starts the first answer.
        photo = str(photos[state.photo])
        return [told, render("tabs/lesson/notes.html", t, notes=sentences), photo, *values]

    page.load(
        obey,
        None,
        [tools.opened, tools.notes, context.photo, *fields.values(), *restored],
        **UNQUEUED,
    ).then(None, tools.opened, [tabs, explain.sections], js=BEGIN)

    shown = [open_tab.name, explain.open_section, context.photo, *fields.values()]
    known = {
        "names": list(fields),
        "plain": parameters(LessonState()),
        "photos": {str(path): name for name, path in photos.items()},
    }
    gr.on(
        [component.change for component in shown],
        None,
        shown,
        None,
        js=asset("tabs/lesson/address.js").replace("KNOWN", json.dumps(known)),
        api_visibility="private",
    )


def _value(state: LessonState, name: str) -> object:
    """A link's parameter as its component takes it."""
    value = getattr(state, name)
    return list(value) if isinstance(value, tuple) else value


def _tool(translations: Translations, name: str) -> gr.HTML:
    return translations.build(
        gr.HTML,
        {"value": lambda t: render(f"tabs/lesson/{name}.html", t)},
        js_on_load=asset(f"tabs/lesson/{name}.js"),
        elem_id=f"lesson-{name}",
        apply_default_css=False,
    )
