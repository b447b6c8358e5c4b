"""Bits of HTML that every tab uses."""

import base64
from html import escape

from segdemo.errors import InputError
from segdemo.models.checkpoints import CheckpointError


def data_url(data: bytes, kind: str) -> str:
    """An image file's bytes ("png", "jpeg") as an address that needs no request."""
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def scrolling(table: str, name: str) -> str:
    """A table in HTML that is scrolled, by keys too, where it is wider than the screen."""
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(name)}">{table}</div>'
    )


def alert(sentence: str) -> str:
    """A refusal, read out at once by screen readers."""
    return f'<span class="alert" role="alert">{escape(sentence)}</span>'


def refusal(error: InputError | CheckpointError, language: str) -> str:
    """Why there is nothing to show, as an `alert`."""
    known = isinstance(error, InputError)
    return alert(error.sentence(language) if known else str(error))
