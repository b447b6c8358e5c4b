"""A tab's ideas, of which one is on the screen at a time: a choice, and a column for each.

The style sheet shows the chosen one's column, so that nothing is asked of the server.
"""

from collections.abc import Sequence

import gradio as gr

from segdemo.locales import Translator
from segdemo.web.components.terms import explained
from segdemo.web.localisation import Translations


def idea_choice(local: Translations, topic: str, names: Sequence[str]) -> gr.Radio:
    """The choice among the ideas `names`, whose titles are `<topic>.<name>.title`."""
    return local.build(
        gr.Radio,
        {
            "label": "page.ideas",
            "choices": [(f"{topic}.{name}.title", name) for name in names],
        },
        value=names[0],
        show_label=False,
        container=False,
        elem_id=f"{topic}-idea",
        elem_classes="idea-choice",
    )


def idea(local: Translations, topic: str, names: Sequence[str], name: str) -> gr.Column:
    """The column of one idea, to be filled: its heading and what it is about stand first."""
    column = gr.Column(elem_id=f"{topic}-{name}", elem_classes=f"idea idea-{names.index(name) + 1}")
    with column:
        local.html(lambda t: explained(_intro(topic, name, t), t), elem_classes="prose")
    return column


def _intro(topic: str, name: str, t: Translator) -> str:
    return f"## {t(f'{topic}.{name}.title')}\n{t(f'{topic}.{name}.intro')}"
