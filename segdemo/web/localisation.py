"""Components whose texts follow the chosen language."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

import gradio as gr
from gradio.blocks import Block

from segdemo.locales import DEFAULT_LANGUAGE, LANGUAGES, Translator
from segdemo.web.html import html

LANGUAGE_CHOICES = [(name, code) for code, name in LANGUAGES.items()]  # of a gr.Radio
# A text's key; or choices as (key, value) pairs; or a function of the Translator.
Translated = str | list[tuple[str, str]] | Callable[[Translator], object]
Kind = TypeVar("Kind", bound=Block)


class Translations:
    """Builds components with their texts and remembers which texts to change later."""

    def __init__(self):
        self._texts: list[Mapping[str, Translated]] = []
        self.components: list[Block] = []  # grows as the page is built

    def build(
        self, kind: Callable[..., Kind], texts: Mapping[str, Translated], **options: Any
    ) -> Kind:
        """A component of `kind`; `texts` maps its properties to what they say."""
        component = kind(**_resolve(texts, DEFAULT_LANGUAGE), **options)
        self.components.append(component)
        self._texts.append(texts)
        return component

    def html(
        self, view: Callable[[Translator], str], script: str | None = None, **options: Any
    ) -> gr.HTML:
        """What `view` renders in each language, as `segdemo.web.html` builds it."""
        return self.build(html, {"value": view}, script=script, **options)

    def button(self, key: str, **options: Any) -> gr.Button:
        """One that says the text named `key`."""
        return self.build(gr.Button, {"value": key}, **options)

    def slider(
        self,
        label: str,
        minimum: float,
        maximum: float,
        value: float,
        step: float = 1,
        **options: Any,
    ) -> gr.Slider:
        """One of numbers; `label` is a text's key."""
        numbers = {"minimum": minimum, "maximum": maximum, "value": value, "step": step}
        return self.build(gr.Slider, {"label": label}, **numbers, **options)

    def radio(
        self, topic: str, values: Collection[str], label: str | None = None, **options: Any
    ) -> gr.Radio:
        """A choice of one of the values, each called `<topic>.<value>`; at first of the first.

        `label` is the key of what the choice is called, `topic` itself unless given.
        """
        choices = [(f"{topic}.{value}", value) for value in values]
        first = {"value": next(iter(values))}
        return self.build(
            gr.Radio, {"label": label or topic, "choices": choices}, **first | options
        )

    def numbers(self, label: str, choices: Sequence, value: float, **options: Any) -> gr.Radio:
        """A choice of one of a few numbers, close together; `label` is a text's key."""
        look = {"elem_classes": "narrow"} | options
        return self.build(gr.Radio, {"label": label}, choices=list(choices), value=value, **look)

    def updates(self, language: str) -> list[dict]:
        """One update a component, in the order of `components`."""
        return [gr.update(**_resolve(texts, language)) for texts in self._texts]


def _resolve(texts: Mapping[str, Translated], language: str) -> dict[str, Any]:
    t = Translator(language)
    return {name: _value(translated, t) for name, translated in texts.items()}


def _value(translated: Translated, t: Translator) -> object:
    if isinstance(translated, str):
        return t(translated)
    if isinstance(translated, list):
        return [(t(key), value) for key, value in translated]
    return translated(t)
