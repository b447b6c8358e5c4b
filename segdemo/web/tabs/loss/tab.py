"""Tab *Loss*: what a network is told to lower. Components, then wiring."""

from collections.abc import Callable

import gradio as gr

from segdemo.data.classes import CLASSES
from segdemo.locales import text
from segdemo.models.registry import NETWORKS
from segdemo.web.components.stage_names import stage_choice
from segdemo.web.context import PageContext
from segdemo.web.events import INFERENCE, UNQUEUED
from segdemo.web.localisation import DEFAULT_LANGUAGE, Translations
from segdemo.web.photo_input import PHOTO_PATH
from segdemo.web.tabs.loss import answer as loss_answer
from segdemo.web.tabs.loss import image as loss_image
from segdemo.web.tabs.loss import loop as loss_loop
from segdemo.web.tabs.loss import problems as loss_problems
from segdemo.web.tabs.loss.form import ON_LOAD, fill, read, slider
from segdemo.web.tabs.loss.photo import OPENING as OPENING_WEIGHTS
from segdemo.web.tabs.loss.photo import PhotoLoss

HEAVIEST = 10  # of a class: enough for the border to outweigh the rest
RATES = (0.001, 0.01, 0.1, 1)  # the last one is too high, to show what happens
PLAIN = {"apply_default_css": False}  # of gr.HTML: our own style sheet alone


def build(context: PageContext) -> None:
    """Add the tab's content to the Blocks being built."""
    local, language = context.translations, context.language
    loss = PhotoLoss(context.predictor, context.test_split)
    local.build(gr.Markdown, {"value": "loss.intro"})
    card = _problems(local, language)
    _answer(local, language)
    _image(local, language, card)
    _photo(context, loss)
    _loop(context, loss)


def _heading(local: Translations, part: str) -> None:
    local.build(gr.Markdown, {"value": lambda language: _part(part, language)})


def _part(part: str, language: str) -> str:
    return f"## {text(f'loss.{part}.title', language)}\n{text(f'loss.{part}.intro', language)}"


def _problems(local: Translations, language: gr.Radio) -> gr.HTML:
    """Three cards; returns the third, which part *The 2x2 image* fills."""
    _heading(local, "problems")
    with gr.Row(elem_id="loss-problems"):
        cards = {}
        for name, show, opening in (
            ("petal", loss_problems.show_petal, loss_problems.OPENING_PETAL),
            ("temperature", loss_problems.show_temperature, loss_problems.OPENING_TEMPERATURE),
        ):
            cards[name] = gr.HTML(
                show(opening, DEFAULT_LANGUAGE)[1],
                js_on_load=ON_LOAD,
                elem_id=f"loss-{name}",
                elem_classes="card-slot",
                **PLAIN,
            )
        opening_card = loss_image.show(loss_image.OPENING, DEFAULT_LANGUAGE)[2]
        third = gr.HTML(opening_card, elem_classes="card-slot", **PLAIN)
    problem = _problem("loss-problems-problem")
    for name, show, opening in (
        ("petal", loss_problems.show_petal, loss_problems.OPENING_PETAL),
        ("temperature", loss_problems.show_temperature, loss_problems.OPENING_TEMPERATURE),
    ):
        gr.on(
            [cards[name].input, language.change],
            show,
            [cards[name], language],
            [problem, cards[name]],
            js=read(f"loss-{name}", opening),
            **UNQUEUED,
        )
    return third


def _answer(local: Translations, language: gr.Radio) -> None:
    _heading(local, "answer")
    with gr.Row(elem_classes="loss-part"):
        with gr.Column(scale=0, min_width=370):
            form = _form(local, loss_answer.form, "loss-answer")
            with gr.Row():
                lecture = local.build(gr.Button, {"value": "loss.answer.lecture"}, size="sm")
                logits = local.build(gr.Button, {"value": "loss.answer.logits"}, size="sm")
        with gr.Column():
            problem = gr.HTML(
                "", elem_classes="loss-problem", elem_id="loss-answer-problem", **PLAIN
            )
            opening = loss_answer.show(loss_answer.OPENING, DEFAULT_LANGUAGE)[1]
            result = gr.HTML(opening, elem_id="loss-answer-result", **PLAIN)
    _wire(
        loss_answer.show,
        "loss-answer",
        loss_answer.OPENING,
        [form, language],
        [problem, result],
        {lecture: fill(loss_answer.OPENING), logits: fill(loss_answer.LOGITS)},
    )


def _image(local: Translations, language: gr.Radio, card: gr.HTML) -> None:
    _heading(local, "image")
    with gr.Row(elem_classes="loss-part"):
        with gr.Column(scale=0, min_width=370):
            form = _form(local, loss_image.form, "loss-image")
            with gr.Row():
                wrong = local.build(gr.Button, {"value": "loss.image.wrong"}, size="sm")
                reset = local.build(gr.Button, {"value": "loss.image.reset"}, size="sm")
        with gr.Column():
            problem = gr.HTML(
                "", elem_classes="loss-problem", elem_id="loss-image-problem", **PLAIN
            )
            opening = loss_image.show(loss_image.OPENING, DEFAULT_LANGUAGE)[1]
            result = gr.HTML(opening, elem_id="loss-image-result", **PLAIN)
    _wire(
        loss_image.show,
        "loss-image",
        loss_image.OPENING,
        [form, language],
        [problem, result, card],
        {wrong: loss_image.MAKE_SURELY_WRONG, reset: loss_image.RESET},
    )


def _photo(context: PageContext, loss: PhotoLoss) -> None:
    local, language, photo = context.translations, context.language, context.photo
    select, _ = context.when_seen
    _heading(local, "photo")
    with gr.Row(elem_classes="loss-part"):
        with gr.Column(scale=0, min_width=370):
            stage = stage_choice(
                local, gr.Dropdown, NETWORKS, "loss.photo.stage", elem_id="loss-stage"
            )
            weights = _form(local, _weights, "loss-weights")
        with gr.Column():
            problem = gr.HTML(
                "", elem_classes="loss-problem", elem_id="loss-photo-problem", **PLAIN
            )
            result = gr.HTML("", elem_id="loss-photo-result", **PLAIN)
    # Only what is seen is computed: the photo changes in another tab.
    gr.on(
        [select, stage.change, weights.input, language.change],
        loss.show_map,
        [weights, photo, stage, language],
        [problem, result],
        js=read("loss-weights", OPENING_WEIGHTS),
        **INFERENCE,
    )


def _weights(language: str) -> str:
    """A slider a class."""
    fields = "".join(
        slider(
            f"weight-{i}",
            OPENING_WEIGHTS[f"weight-{i}"],
            text(f"page.class.{name}", language),
            0,
            HEAVIEST,
            0.5,
        )
        for i, name in enumerate(CLASSES)
    )
    legend = text("loss.photo.weights", language)
    return f"<form><fieldset><legend>{legend}</legend>{fields}</fieldset></form>"


def _loop(context: PageContext, loss: PhotoLoss) -> None:
    local, language, photo = context.translations, context.language, context.photo
    select, _ = context.when_seen
    _heading(local, "loop")
    with gr.Row(elem_classes="loss-part"):
        with gr.Column(scale=0, min_width=370):
            rate = local.build(
                gr.Radio,
                {"label": "loss.loop.rate"},
                choices=[(f"{rate:g}", rate) for rate in RATES],
                value=0.1,
            )
            run = local.build(
                gr.Button, {"value": "loss.loop.run"}, variant="primary", elem_id="loss-run"
            )
        with gr.Column():
            problem = _problem("loss-loop-problem")
            result = local.build(gr.HTML, {"value": loss_loop.before}, elem_id="loss-loop", **PLAIN)
    # What was shown belongs to the photo before: it goes when a visitor comes here with another.
    seen = gr.Textbox(visible="hidden")
    select(None, photo, seen, js=f"photo => photo ? {PHOTO_PATH} : ''", api_visibility="private")
    seen.change(loss_loop.before, language, result, **UNQUEUED)
    run.click(
        loss.show_step,
        [photo, rate, language],
        [problem, result],
        **INFERENCE,
    )


def _form(local: Translations, fields: Callable[[str], str], name: str) -> gr.HTML:
    return local.build(
        gr.HTML,
        {"value": fields},
        js_on_load=ON_LOAD,
        elem_id=name,
        elem_classes="loss-form",
        **PLAIN,
    )


def _problem(name: str) -> gr.HTML:
    """Where a refusal is said; takes no room while there is none."""
    return gr.HTML("", elem_id=name, elem_classes="loss-problem", **PLAIN)


def _wire(
    show: Callable,
    name: str,
    opening: dict[str, str],
    inputs: list[gr.components.Component],
    outputs: list[gr.HTML],
    buttons: dict[gr.Button, str],
) -> None:
    """Show again what the form says, whenever it or the language changes; `buttons` fill it."""
    form, language = inputs
    gr.on([form.input, language.change], show, inputs, outputs, js=read(name, opening), **UNQUEUED)
    for button, change in buttons.items():
        button.click(show, inputs, outputs, js=read(name, opening, change), **UNQUEUED)
