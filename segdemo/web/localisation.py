"""Components whose texts follow the chosen language."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import gradio as gr
from gradio.blocks import Block

from segdemo.locales import DEFAULT_LANGUAGE, LANGUAGES, Translator

LANGUAGE_CHOICES = [(name, code) for code, name in LANGUAGES.items()]  # of a gr.Radio
# A text's key; or choices as (key, value) pairs; or a function of the Translator.
Translated = str | list[tuple[str, str]] | Callable[[Translator], object]
Kind = TypeVar("Kind", bound=Block)


class Translations:
    """Builds components with their texts and remembers which texts to change later."""

    def __init__(self):
        self._texts: list[Mapping[str, Translated]] = []
        self.components: list[Block] = []  # grows as the page is built

    def build(self, kind: type[Kind], texts: Mapping[str, Translated], **options: Any) -> Kind:
        """A component of `kind`; `texts` maps its properties to what they say."""
        component = kind(**_resolve(texts, DEFAULT_LANGUAGE), **options)
        self.register(component, texts)
        return component

    def register(self, component: Block, texts: Mapping[str, Translated]) -> None:
        """Look after the texts of a component that was built elsewhere."""
        self.components.append(component)
        self._texts.append(texts)

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
