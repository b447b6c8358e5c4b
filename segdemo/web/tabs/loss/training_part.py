"""Idea *The training loop*, the part of the page: a button for the next step, and a way back."""

from collections.abc import Iterator
from functools import partial

import gradio as gr

from segdemo.data.painting import Painting
from segdemo.locales import DEFAULT_LANGUAGE, Translator
from segdemo.web.components.number_fields import refusal_slot
from segdemo.web.context import PageContext
from segdemo.web.events import INFERENCE, UNQUEUED
from segdemo.web.html import html
from segdemo.web.localisation import Translations
from segdemo.web.photo_input import PHOTO_PATH
from segdemo.web.photo_view import Upload
from segdemo.web.tabs.loss import training
from segdemo.web.tabs.loss.photo import PhotoLoss
from segdemo.web.templates import render

MORE_STEPS = 20


def run_steps(
    loss: PhotoLoss,
    count: int,
    run: training.Run | None,
    photo: Upload,
    painting: Painting | None,
    rate: float,
    start: str,
    t: Translator,
) -> Iterator[tuple]:
    """(the run, its view) after each of `count` more steps; `loss` knows the photo's labels.

    It begins anew with another photo or other weights to start from. Raises InputError,
    CheckpointError.
    """
    example = loss.example(photo, painting)
    if run is None or (run.photo, run.start) != (photo, start):
        run = training.begin(loss.predictor, photo, start)
    for _ in range(count):
        run = training.step(run, example, rate)
        yield run, training.show(run, t)


def start_over(t: Translator) -> tuple:
    """No step has been run."""
    return None, training.show(None, t)


def build(context: PageContext, loss: PhotoLoss) -> None:
    """Add the idea to the Blocks being built."""
    local = context.translations
    with gr.Row(elem_classes="loss-part"):
        with gr.Column(scale=0, min_width=330):
            start, rate = _choices(local)
            buttons, reset = _buttons(local)
            local.html(lambda t: render("tabs/loss/training_notes.html", t))
        with gr.Column():
            alert = refusal_slot("loss-loop-alert")
            result = html(
                training.show(None, Translator(DEFAULT_LANGUAGE)),
                elem_id="loss-steps",
                elem_classes="follows",
            )
    run = gr.State(None)
    inputs, outputs = [run, context.photo, context.painting, rate, start], [run, result]
    for count, button in buttons.items():
        steps = partial(run_steps, loss, count)
        context.show_on([button.click], steps, inputs, outputs, alert, **INFERENCE)
    context.show_on([context.language.change], training.show, [run], [result], **UNQUEUED)
    # What was learned belongs to the photo and ground truth before: with others it goes.
    seen = gr.Textbox(visible="hidden")
    gr.on(
        context.when_seen,
        None,
        [context.photo, context.painted],
        seen,
        js=f"(photo, painted) => (photo ? {PHOTO_PATH} : '') + painted",
        api_visibility="private",
    )
    context.show_on(
        [reset.click, start.change, seen.change], start_over, [], outputs, alert, **UNQUEUED
    )


def _choices(local: Translations) -> tuple[gr.Radio, gr.Radio]:
    """The weights to start from, and the learning rate."""
    start = local.radio("loss.loop.start", training.STARTS, elem_classes="narrow")
    rates = [(f"{rate:g}", rate) for rate in training.RATES]
    return start, local.numbers("loss.loop.rate", rates, 0.1)


def _buttons(local: Translations) -> tuple[dict[int, gr.Button], gr.Button]:
    """By how many steps they run, and the one that starts over."""
    one = local.button("loss.loop.run", variant="primary", elem_id="loss-run")
    with gr.Row():
        more, reset = (
            local.build(gr.Button, {"value": text}, size="sm", min_width=80)
            for text in (lambda t: t("loss.loop.more", steps=MORE_STEPS), "loss.loop.reset")
        )
    return {1: one, MORE_STEPS: more}, reset
