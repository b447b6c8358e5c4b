"""How a refusal reaches whoever caused it.

What is raised unforeseen Gradio logs, and the visitor gets a general sentence: see
`segdemo.web.security.responses`.
"""

import inspect
from collections.abc import Callable
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

    def translate(error: Exception) -> gr.Error:
        words = error.in_every_language() if isinstance(error, InputError) else str(error)
        return gr.Error(words, print_exception=False)

    if inspect.isgeneratorfunction(callback):

        @wraps(callback)
        def stream(*inputs, **named):
            try:
                yield from callback(*inputs, **named)
            except SENTENCES as error:
                raise translate(error) from error

        return stream

    @wraps(callback)
    def call(*inputs, **named):
        try:
            return callback(*inputs, **named)
        except SENTENCES as error:
            raise translate(error) from error

    return call
