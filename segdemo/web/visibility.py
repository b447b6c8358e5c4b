"""Only what is seen is computed: which tab and section is open, kept in the browser.

Gradio runs the listeners of one event one after the other, each to its end. If every tab listened
to the choice of the language itself, the last would wait for all others, those that nobody sees
among them. So each tab has a language of its own, which follows the choice while it is open, and
catches up when it is opened.
"""

from collections.abc import Callable, Sequence

import gradio as gr
from gradio.events import Dependency

from segdemo.locales import DEFAULT_LANGUAGE
from segdemo.web.localisation import LANGUAGE_CHOICES

# A row of tabs that scrolls, as on a phone, shows the one that is open.
OPENED = """(mark, chosen, own) => {
    for (const tab of document.querySelectorAll('[role="tab"][aria-selected="true"]')) {
        const row = tab.parentElement;
        row.scrollLeft += tab.getBoundingClientRect().left - row.getBoundingClientRect().left - 16;
    }
    return ['%s', chosen === own ? String(performance.now()) : mark, chosen];
}"""


class OpenTab:
    """Which of some tabs is open, and what tells it that what it shows may be out of date.

    `name` is a component that others may read. `unseen` is to be rendered outside of the tabs:
    what is in a tab hears nothing before the browser has built it.
    """

    def __init__(self, names: Sequence[str], first: str, render: bool = True):
        self.name = gr.Textbox(first, visible="hidden", render=render)
        self._marks = {name: gr.Textbox(visible="hidden", render=render) for name in names}
        self.unseen = (self.name, *self._marks.values())

    def when_seen(
        self, tab: gr.Tab, name: str, *languages: gr.Radio
    ) -> tuple[Callable[..., Dependency], ...]:
        """The events that the tab, which is named `name`, was opened, or told.

        Of `languages`, the chosen one and the tab's own, the second follows the first when the tab
        is opened; where that changes it, it is the event.

        None is the tab's own event: where a listener of that had to wait, Gradio would afterwards
        call all of them anew, and the tab would be noted as open after the visitor has left it.
        """
        mark, own = self._marks[name], languages[1:]
        tab.select(
            None,
            [mark, *languages],
            [self.name, mark, *own],
            js=OPENED % name,
            api_visibility="private",
        )
        return mark.change, *(language.change for language in own)

    def tell(
        self, triggers: Sequence[Callable], wanted: gr.components.Component | None = None
    ) -> None:
        """Tell the open tab when a trigger fires, and `wanted`, if given, holds something."""
        gr.on(
            list(triggers),
            None,
            [wanted or self.name, self.name, *self._marks.values()],
            list(self._marks.values()),
            js=f"""(wanted, open, ...marks) => {{
                if (wanted) marks[{list(self._marks)}.indexOf(open)] = String(performance.now());
                return marks;
            }}""",
            api_visibility="private",
        )


class TabLanguages:
    """A language for each of the tabs with these names; to be built outside of them."""

    def __init__(self, chosen: gr.Radio, open_tab: OpenTab, names: Sequence[str]):
        self._chosen = chosen
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

    def of(self, name: str) -> tuple[gr.Radio, gr.Radio]:
        """The chosen language and the tab's own."""
        return self._chosen, self._languages[name]
