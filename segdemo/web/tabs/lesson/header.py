"""The header's tools as HTML: the link to what is seen, and presenter mode."""

import json
from html import escape

from segdemo.locales import text

KEYS = ("next", "back", "reveal", "cover", "leave")
WORDS = ("entered", "left", "stage", "all", "revealed", "covered", "uncovered")

OPEN = {name: f"{{{name}}}" for name in ("number", "count", "title", "answer")}  # for present.js


def link(language: str) -> str:
    """The button, and what lesson.js fills once it is pressed."""
    copy, label, manual = (
        escape(text(f"lesson.link.{key}", language)) for key in ("copy", "label", "by-hand")
    )
    return (
        f'<button type="button" class="tool" data-copy>{copy}</button>'
        f'<div class="link" hidden><input readonly aria-label="{label}">'
        f'<p role="status" data-by-hand="{manual}"></p></div>'
    )


def presenter(language: str) -> str:
    """Two switches, the keys, and what is read out after each; present.js brings them to life."""
    present, guess = (_switch(name, language) for name in ("present", "guess"))
    keys = "".join(
        f"<span><kbd>{escape(text(f'lesson.key.{key}', language))}</kbd> "
        f"{escape(text(f'lesson.does.{key}', language))}</span>"
        for key in KEYS
    )
    words = json.dumps({key: text(f"lesson.said.{key}", language, **OPEN) for key in WORDS})
    return (
        f'<div class="presenter" data-words="{escape(words)}">{present}{guess}'
        f'<p class="keys">{keys}</p><p class="sr-only" role="status"></p></div>'
    )


def _switch(name: str, language: str) -> str:
    label, key = (escape(text(f"lesson.{name}{part}", language)) for part in ("", ".key"))
    return (
        f'<button type="button" class="tool" data-{name} aria-pressed="false" '
        f'aria-keyshortcuts="{key}" title="{label} ({key})">{label}</button>'
    )
