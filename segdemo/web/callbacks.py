"""From an event's function to what Gradio calls: the language bound, refusals made sentences."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import islice
from typing import Any

import gradio as gr

from segdemo.errors import InputError
from segdemo.locales import Translator
from segdemo.models.checkpoints import CheckpointError
from segdemo.web.templates import render

Updates = dict[gr.components.Component, object]


@dataclass(frozen=True)
class Group:
    """Several components that are one argument of a callback: `parse(*values)`."""

    components: Sequence[Any]
    parse: Callable[..., object]


Input = gr.components.Component | Group


def components_of(inputs: Sequence[Input]) -> list[gr.components.Component]:
    """Those of the groups too, in the order in which Gradio gives their values."""
    return [
        component
        for one in inputs
        for component in (one.components if isinstance(one, Group) else [one])
    ]


def view(
    function: Callable,
    inputs: Sequence[Input],
    outputs: Sequence[gr.components.Component],
    alert: gr.HTML | None = None,
    emptied: Sequence[gr.components.Component] = (),
) -> Callable[..., Updates | Iterator[Updates]]:
    """`function(*inputs, t)` as a callback of the inputs' components and of the language's code.

    It gives one value per output: alone for one output, else a sequence, or a dict of those that
    change. A generator stays a generator. What is shown where it raises an InputError or a
    CheckpointError: see `PageContext.show_on`.
    """
    is_generator = inspect.isgeneratorfunction(function)
    no_alert: Updates = {alert: ""} if alert else {}
    at = len(components_of(inputs))  # place of the language; what Gradio adds comes after it

    @wraps(function)
    def stream(*values) -> Iterator[Updates]:
        t = Translator(values[at])
        try:
            result = function(*_arguments(inputs, values[:at]), t, *values[at + 1 :])
            for one in result if is_generator else [result]:
                yield {**_updates(one, outputs), **no_alert}
        except (InputError, CheckpointError) as error:
            yield {**dict.fromkeys(emptied, ""), alert or outputs[0]: alert_html(error, t)}

    @wraps(function)
    def call(*values) -> Updates:
        return next(stream(*values))

    callback = stream if is_generator else call
    if at > len(inputs):
        del callback.__wrapped__  # else Gradio counts that one's parameters
    return callback


def _arguments(inputs: Sequence[Input], values: Sequence[object]) -> list[object]:
    """An argument an input, of the components' values. Raises InputError."""
    rest = iter(values)
    return [
        one.parse(*islice(rest, len(one.components))) if isinstance(one, Group) else next(rest)
        for one in inputs
    ]


def _updates(result: Any, outputs: Sequence[gr.components.Component]) -> Updates:
    """What a function gave, by output."""
    if isinstance(result, dict):
        return result
    values = [result] if len(outputs) == 1 else result
    return dict(zip(outputs, values, strict=True))


def alert_html(reason: InputError | CheckpointError | str, t: Translator) -> str:
    """Why there is nothing to show, read out at once by screen readers."""
    sentence = reason.sentence(t) if isinstance(reason, InputError) else str(reason)
    return render("components/alert.html", t, sentence=sentence)
