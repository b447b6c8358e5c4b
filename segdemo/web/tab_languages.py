"""The language as each tab knows it, which follows the visitor's choice once the tab is open.

Gradio runs the listeners of one event one after the other, each to its end. If every tab listened
to the choice itself, the last would wait for all others, those that nobody sees among them.
"""

from collections.abc import Sequence

import gradio as gr

from segdemo.web.localisation import DEFAULT_LANGUAGE, LANGUAGE_CHOICES

# The id of the open one of the outer tabs. Its button is there whatever the width of the page.
OPEN_TAB = """[...document.querySelectorAll('[role=tab][aria-selected=true]')]
    .find(one => !one.closest('[role=tabpanel]')).dataset.tabId"""


class TabLanguages:
    """A language of its own for each of the tabs with these ids; to be built outside of them."""

    def __init__(self, chosen: gr.Radio, ids: Sequence[str]):
        self._chosen = chosen
        self._languages = {
            name: gr.Radio(LANGUAGE_CHOICES, value=DEFAULT_LANGUAGE, visible="hidden")
            for name in ids
        }
        languages = list(self._languages.values())
        chosen.change(
            None,
            [chosen, *languages],
            languages,
            js=f"""(chosen, ...languages) => {{
                const open = {list(ids)}.indexOf({OPEN_TAB});
                return languages.map((language, index) => index === open ? chosen : language);
            }}""",
        )

    def of(self, tab: gr.Tab) -> gr.Radio:
        """The tab's language; to be asked for before anything else listens to `tab.select`."""
        language = self._languages[tab.id]
        tab.select(None, self._chosen, language, js="chosen => chosen")
        return language
