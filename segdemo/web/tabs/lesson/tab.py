"""Tab *Lesson plan*, the lesson's bar at the foot of every page, and its tools in the header.

The address of the page follows what is seen, so that it is the link: the browser writes it from
the values of the components that a link can set (address.js), and opening a link sets them. A
step of the lesson is a link too, opened without loading the page.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from segdemo.lecture import lesson_plan
from segdemo.lecture.lesson_links import LessonState, parameters, parse, query
from segdemo.locales import Translator
from segdemo.web.components import glossary, label_digits
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.events import INFERENCE, UNQUEUED
from segdemo.web.examples import named_photos
from segdemo.web.html import html
from segdemo.web.localisation import Translations
from segdemo.web.templates import asset, render
from segdemo.web.visibility import OpenTab

KEYS = ("forward", "return", "reveal", "answer", "next", "back", "cover", "present", "full-screen")
SPOKEN = ("entered", "left")  # what is read out when presenter mode changes
LECTURE = {
    "lecture": lesson_plan.LECTURE,
    "lecturer": lesson_plan.LECTURER,
    "school": lesson_plan.SCHOOL,
}
# What scripts do for a link.
FOR_BROWSER = ("tab", "section", "show", "layout", "present", "reveal")
# A tab is opened once its components have their values: what it is built with is what it shows.
# A photo that stays is told again, as what else the link sets may change what it is asked.
BEGIN = """state => {
    const named = new URLSearchParams(location.search); // else the visitor may be elsewhere by now
    document.dispatchEvent(new CustomEvent('lesson', { detail: state })); // the address follows
    const same = { __type__: 'update' };
    const select = tabs =>
        state.moved || ['step', tabs].some(name => named.has(name))
            ? { ...same, selected: state[tabs] } : same;
    const again = state.told_again ? `${window.photosGone += 1} again` : same;
    return [select('tab'), select('section'), again];
}"""
FIND_OWN_PHOTO = "async () => await window.ownPhoto?.find() ? '1' : ''"
SHOW_STEP = "step => { document.documentElement.dataset.step = step }"


@dataclass(frozen=True)
class Tools:
    """The header's part of the lesson: `opened` hands the link's state to the scripts."""

    opened: gr.JSON
    notes: gr.HTML


@dataclass(frozen=True)
class Links:
    """What opening a link does: `fields` by a parameter's name, `photos` by theirs."""

    photos: dict[str, Path]
    fields: dict[str, gr.components.Component]
    handles: Sequence[TabHandle]

    def load(self, kept: str, request: gr.Request) -> list:
        """The page is opened by its address: what that leaves out stays as it is.

        `kept` is "1" if the browser has kept a photo of the visitor's own, which then comes back.
        """
        given = lesson_plan.with_step(dict(request.query_params))
        state, notes = parse(given, self.photos)
        # A photo always comes, so that its change is what starts the first answer.
        if kept and "photo" not in given:
            return self._updates(state, notes, given, gr.skip(), {"kept": True})
        return self._updates(state, notes, given, str(self.photos[state.photo]))

    def move(self, photo: str | None, event: gr.EventData) -> list:
        """The open page moves to the link whose query the event has.

        What the link leaves out is as on the plain page, but for a photo of the visitor's own,
        which stays unless the link names another.
        """
        given = lesson_plan.with_step(dict(parse_qsl(event.query)))
        state, notes = parse(given, self.photos)
        own = photo and photo not in map(str, self.photos.values())
        wanted = photo if own and "photo" not in given else str(self.photos[state.photo])
        stays = wanted == photo
        moved = {"moved": True, "told_again": stays}
        shown = gr.skip() if stays else wanted
        return self._updates(state, notes, parameters(state), shown, moved)

    def _updates(
        self,
        state: LessonState,
        notes: list,
        given: Mapping[str, str],
        photo: object,
        more: Mapping[str, bool] = {},
    ) -> list:
        t = Translator(state.lang)
        values = [_value(state, name) if name in given else gr.skip() for name in self.fields]
        for handle in self.handles:
            if handle.restore:
                changed = handle.restore(state, given, t)
                values += [changed.get(component, gr.skip()) for component in handle.restored]
        told = {name: getattr(state, name) for name in FOR_BROWSER}
        sentences = [note.sentence(t) for note in notes]
        return [
            {**told, **more},
            render("tabs/lesson/notes.html", t, notes=sentences),
            photo,
            *values,
        ]


def build_tools(translations: Translations) -> Tools:
    """Add the tools to the header being built."""
    translations.html(partial(_view, "link"), "tabs/lesson/link.js", elem_id="lesson-link")
    translations.html(_presenter, "tabs/lesson/presenter.js", elem_id="presenter")
    notes = html(elem_id="lesson-notes")
    return Tools(gr.JSON({}, visible=False), notes)


def build(context: PageContext) -> None:
    """Add plan, slides and words to the tab being built."""
    local = context.translations
    plan = {"steps": lesson_plan.STEPS, "minutes": lesson_plan.lesson_minutes(), "keys": KEYS}
    with gr.Row(elem_id="lesson"):
        with gr.Column(scale=3):
            view = partial(_view, "lesson", **plan, **LECTURE)
            local.html(view, "tabs/lesson/lesson.js", elem_id="lesson-plan")
        with gr.Column(scale=2):
            digits = html(elem_id="label-digits")
            local.html(_slides, elem_id="slides")
            local.html(glossary.box, elem_id="words")
    context.show_on(
        context.when_seen,
        label_digits.LabelDigits(context.predictor, context.test_split).show,
        [context.photo],
        [digits],
        **INFERENCE,
    )


def wire(
    page: gr.Blocks,
    context: PageContext,
    tools: Tools,
    tabs: gr.Tabs,
    open_tab: OpenTab,
    handles: Sequence[TabHandle],
) -> None:
    """Add the bar; opening the page and its steps obeys a link; the address follows the page."""
    step = gr.Textbox("", visible="hidden")
    step.change(None, step, None, js=SHOW_STEP, api_visibility="private")
    fields = {"lang": context.language, "step": step}
    for handle in handles:
        fields |= handle.link_fields
    restored = [component for handle in handles for component in handle.restored]
    view = partial(_view, "bar", steps=lesson_plan.STEPS, keys=KEYS)
    bar = context.translations.html(view, "tabs/lesson/bar.js", elem_id="lesson-bar")
    context.translations.html(partial(_view, "lecture", **LECTURE), elem_id="lecture")

    links = Links(named_photos(context.test_split), fields, handles)
    outputs = [tools.opened, tools.notes, context.photo, *fields.values(), *restored]
    (explain,) = (handle for handle in handles if handle.sections)
    (compare,) = (handle for handle in handles if handle.photo_told)
    begun = [tabs, explain.sections, compare.photo_told]
    kept = gr.Textbox(visible="hidden")
    page.load(links.load, kept, outputs, js=FIND_OWN_PHOTO, **UNQUEUED).then(
        None, tools.opened, begun, js=BEGIN
    )
    bar.select(links.move, context.photo, outputs, **UNQUEUED).then(
        None, tools.opened, begun, js=BEGIN
    )

    _write_address([open_tab.name, explain.open_section, context.photo, *fields.values()], links)


def _write_address(shown: Sequence[Any], links: Links) -> None:
    """Let the address say what these components say: tab, section, photo, the links' fields."""
    known = {
        "names": list(links.fields),
        "plain": parameters(LessonState()),
        "photos": {str(path): name for name, path in links.photos.items()},
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


def _presenter(t: Translator) -> str:
    """Presenter mode's switch, and what is read out after it."""
    words = {key: t(f"lesson.said.{key}") for key in SPOKEN}
    return render("tabs/lesson/presenter.html", t, words=words)


def _slides(t: Translator) -> str:
    addresses = [query(replace(slide.state, lang=t.language)) for slide in lesson_plan.SLIDES]
    return render("tabs/lesson/slides.html", t, slides=list(zip(lesson_plan.SLIDES, addresses)))


def _view(name: str, t: Translator, **data: object) -> str:
    """This folder's template of that name, filled with `data`."""
    return render(f"tabs/lesson/{name}.html", t, **data)
