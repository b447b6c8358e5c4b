"""A tab's ideas, of which one is on the screen at a time: a choice, and a column for each.

The style sheet shows the chosen one's column, so that nothing is asked of the server.
"""

from collections.abc import Callable, Sequence

import gradio as gr

from segdemo.locales import Translator
from segdemo.web.callbacks import Input
from segdemo.web.components.terms import explained
from segdemo.web.context import PageContext
from segdemo.web.events import INFERENCE
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


def show_in_idea(
    context: PageContext,
    chosen: gr.Radio,
    name: str,
    triggers: Sequence[Callable],
    function: Callable[..., str],
    inputs: Sequence[Input],
    output: gr.HTML,
    alert: gr.HTML | None = None,
) -> None:
    """`context.show_on` for what networks compute, once the tab and its idea `name` are open.

    The photo changes on another tab: what to show is computed when a visitor comes here.
    """

    def show_if_open(idea: str, *values: object) -> object:
        return function(*values) if idea == name else {output: gr.skip()}

    context.show_on(
        [*context.when_seen, chosen.change, *triggers],
        show_if_open,
        [chosen, *inputs],
        [output],
        alert,
        **INFERENCE,
    )


def _intro(topic: str, name: str, t: Translator) -> str:
    return f"## {t(f'{topic}.{name}.title')}\n{t(f'{topic}.{name}.intro')}"
