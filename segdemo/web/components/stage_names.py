"""The stages as the page names them and offers them for choice."""

from collections.abc import Iterable
from typing import Any, TypeVar

import gradio as gr

from segdemo.web.localisation import Translations

Choice = TypeVar("Choice", bound=gr.components.Component)


def choices(keys: Iterable[str]) -> list[tuple[str, str]]:
    """(text key, stage key) for each of these stages, as `Translations` takes them."""
    return [(f"stages.{key}.title", key) for key in keys]


def stage_choice(
    local: Translations,
    kind: type[Choice],
    keys: Iterable[str],
    label: str = "page.stage",
    value: str = "unet",
    **options: Any,
) -> Choice:
    """A component of `kind` (gr.Radio, gr.Dropdown) that chooses one of these stages."""
    return local.build(kind, {"label": label, "choices": choices(keys)}, value=value, **options)
