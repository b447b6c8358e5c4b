"""From an event's function to what Gradio calls: the language bound, refusals made sentences."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any

import gradio as gr

from segdemo.errors import InputError
from segdemo.locales import Translator
from segdemo.models.checkpoints import CheckpointError
from segdemo.web.templates import render

Updates = dict[gr.components.Component, object]


def view(
    function: Callable,
    outputs: Sequence[gr.components.Component],
    alert: gr.HTML | None = None,
) -> Callable[..., Updates | Iterator[Updates]]:
    """`function(*values, t)` as a callback that gets the language's code instead of `t`.

    It gives one value per output: alone for one output, else a sequence, or a dict of those that
    change. A generator stays a generator. What is shown where it raises an InputError or a
    CheckpointError: see `PageContext.show_on`.
    """

    def updates(result: Any) -> Updates:
        if not isinstance(result, dict):
            values = [result] if len(outputs) == 1 else result
            result = dict(zip(outputs, values, strict=True))
        return {**result, alert: ""} if alert else result

    def refused(error: InputError | CheckpointError, t: Translator) -> Updates:
        return {alert or outputs[0]: alert_html(error, t)}

    at = _position_of_translator(function)

    def with_translator(values: tuple) -> tuple[list, Translator]:
        t = Translator(values[at])
        return [*values[:at], t, *values[at + 1 :]], t

    if inspect.isgeneratorfunction(function):

        @wraps(function)
        def stream(*values):
            arguments, t = with_translator(values)
            try:
                for result in function(*arguments):
                    yield updates(result)
            except (InputError, CheckpointError) as error:
                yield refused(error, t)

        return stream

    @wraps(function)
    def call(*values):
        arguments, t = with_translator(values)
        try:
            return updates(function(*arguments))
        except (InputError, CheckpointError) as error:
            return refused(error, t)

    return call


def _position_of_translator(function: Callable) -> int:
    """Where `t` stands: last, but for what Gradio adds of its own accord, as gr.EventData."""
    names = list(inspect.signature(function).parameters)
    return names.index("t" if "t" in names else "language")


def alert_html(reason: InputError | CheckpointError | str, t: Translator) -> str:
    """Why there is nothing to show, read out at once by screen readers."""
    sentence = reason.sentence(t) if isinstance(reason, InputError) else str(reason)
    return render("components/alert.html", t, sentence=sentence)
