"""How a refusal reaches whoever caused it.

What is raised unforeseen Gradio logs, and the visitor gets a general sentence: see
`segdemo.web.security.responses`.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

import gradio as gr

from segdemo.errors import InputError
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import UnknownStageError

SENTENCES = (InputError, CheckpointError, UnknownStageError)  # what they say is for visitors


def as_gradio_errors(callback: Callable) -> Callable:
    """Raise what is in SENTENCES as a gr.Error, whose sentence Gradio passes on.

    For callbacks that are an API; a generator stays a generator. What a visitor sent wrong is said
    in every language.
    """

    if not inspect.isgeneratorfunction(callback):
        return _told()(callback)

    @wraps(callback)
    def stream(*inputs, **named):
        with _told():
            yield from callback(*inputs, **named)

    return stream


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SENTENCES as error:
        words = error.in_every_language() if isinstance(error, InputError) else str(error)
        raise gr.Error(words, print_exception=False) from error
