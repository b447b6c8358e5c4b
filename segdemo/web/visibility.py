"""Only what is seen is computed: which tab and section is open, kept in the browser.

Gradio runs the listeners of one event one after the other, each to its end. If every tab listened
to the choice of the language itself, the last would wait for all others, those that nobody sees
among them. So each tab has a language of its own, which follows the choice while it is open, and
catches up when it is opened.
"""

from collections.abc import Callable, Sequence

import gradio as gr

from segdemo.locales import DEFAULT_LANGUAGE
from segdemo.web.localisation import LANGUAGE_CHOICES

# A row of tabs that scrolls, as on a phone, shows the one that is open.
SHOW_TAB = """() => {
    for (const tab of document.querySelectorAll('[role="tab"][aria-selected="true"]')) {
        const row = tab.parentElement;
        row.scrollLeft += tab.getBoundingClientRect().left - row.getBoundingClientRect().left - 16;
    }
    return '%s';
}"""


class OpenTab:
    """The name of the open one of some tabs, as a component that others may read."""

    def __init__(self, first: str, render: bool = True):
        self.name = gr.Textbox(first, visible="hidden", render=render)

    def watch(self, tab: gr.Tab, name: str) -> None:
        """Take note when `tab` is opened, by whomever."""
        tab.select(None, None, self.name, js=SHOW_TAB % name, api_visibility="private")


class TabLanguages:
    """A language for each of the tabs with these names; to be built outside of them."""

    def __init__(self, chosen: gr.Radio, open_tab: OpenTab, names: Sequence[str]):
        self._chosen, self._open_tab = chosen, open_tab
        self._languages = {
            name: gr.Radio(LANGUAGE_CHOICES, value=DEFAULT_LANGUAGE, visible="hidden")
            for name in names
        }
        languages = list(self._languages.values())
        chosen.change(
            None,
            [chosen, open_tab.name, *languages],
            languages,
            js=f"""(chosen, open, ...languages) => {{
                const index = {list(names)}.indexOf(open);
                return languages.map((language, at) => at === index ? chosen : language);
            }}""",
        )

    def of(self, tab: gr.Tab, name: str) -> gr.Radio:
        """The tab's language; to be asked for before anything else listens to `tab.select`."""
        language = self._languages[name]
        self._open_tab.watch(tab, name)
        tab.select(None, self._chosen, language, js="chosen => chosen")
        return language


class TabPhotos:
    """Tells the open one of the tabs with these names that the photo is another."""

    def __init__(self, open_tab: OpenTab, names: Sequence[str]):
        self._open_tab = open_tab
        self._marks = {name: gr.Textbox(visible="hidden") for name in names}

    def changed(self, name: str) -> Callable:
        """The event of the tab `name`."""
        return self._marks[name].change

    def watch(self, photo: gr.Image) -> None:
        """From here on; a photo that only goes is no news."""
        _tell_open([photo.change], self._open_tab, self._marks, wanted=photo)


class OpenSection:
    """Tells the open one of some sections within a tab that it may be out of date.

    `unseen` is to be rendered outside of all tabs: what is in a tab hears nothing before the
    browser has built it.
    """

    def __init__(self, names: Sequence[str], first: str):
        self.open = OpenTab(first, render=False)
        self._stale = {name: gr.Textbox(visible="hidden", render=False) for name in names}
        self.unseen = (self.open.name, *self._stale.values())

    def refresh_on(self, triggers: Sequence) -> None:
        """Whenever one of the triggers fires, the open section alone is shown afresh."""
        _tell_open(triggers, self.open, self._stale, wanted=self.open.name)

    def when_seen(self, tab: gr.Tab, name: str) -> tuple:
        """The events at which the section, whose tab this is, may be out of date."""
        self.open.watch(tab, name)
        return (tab.select, self._stale[name].change)


def _tell_open(
    triggers: Sequence,
    open_tab: OpenTab,
    marks: dict[str, gr.Textbox],
    wanted: gr.components.Component,
) -> None:
    """When a trigger fires and `wanted` holds something, the mark of the open one changes."""
    gr.on(
        list(triggers),
        None,
        [wanted, open_tab.name, *marks.values()],
        list(marks.values()),
        js=f"""(wanted, open, ...marks) => {{
            if (wanted) marks[{list(marks)}.indexOf(open)] = String(performance.now());
            return marks;
        }}""",
        api_visibility="private",
    )
