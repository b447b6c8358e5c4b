"""The race on the page: its buttons, what can be set, and what they fill."""

from dataclasses import dataclass

import gradio as gr

from segdemo.data.classes import CLASSES
from segdemo.lecture.lesson_links import LessonState
from segdemo.lecture.teaching.networks import THIN
from segdemo.lecture.teaching.training import LOSSES, RATES
from segdemo.locales import Translator
from segdemo.web.callbacks import Group
from segdemo.web.components import queue_position
from segdemo.web.components.number_fields import refusal_slot
from segdemo.web.components.stage_names import choices
from segdemo.web.html import html
from segdemo.web.localisation import Translations
from segdemo.web.tabs.teach.choices import Choices
from segdemo.web.tabs.teach.session import KEPT
from segdemo.web.tabs.teach.teacher import Teacher
from segdemo.web.templates import render

PLAIN = LessonState()
STATUS = "teach-status"
HEAVIEST = 10  # class weight on a slider
# The slider's place among RATES as the rate, and back.
TO_RATE = "() => Number(document.documentElement.dataset.teachRate)"
SHOW_RATE = """rate => {
    document.documentElement.dataset.teachRate = rate;
    document.dispatchEvent(new Event('teach-rate'));
}"""


@dataclass(frozen=True)
class Controls:
    """What a visitor, or a lesson link, sets; `chosen` is all of it as one Choices."""

    networks: gr.CheckboxGroup
    rate: gr.Number
    loss: gr.Radio
    weights: gr.JSON
    seed: gr.Number

    @property
    def chosen(self) -> Group:
        return Group([self.networks, self.rate, self.loss, self.weights, self.seed], Choices.parse)


@dataclass(frozen=True)
class Race:
    """The race on the page: its session's name, what is painted, its buttons, what they fill.

    `alert` says what a button refused; `photo_alert` what is wrong with the photo, so that a late
    answer of what is only shown does not empty the other.
    """

    name: gr.State
    painting: gr.State
    buttons: dict[str, gr.Button]
    slow: gr.Checkbox
    unsure: gr.Checkbox
    alert: gr.HTML
    photo_alert: gr.HTML
    board: gr.HTML
    frame: gr.HTML
    numbers: gr.HTML
    status: gr.HTML


def build(local: Translations, teacher: Teacher) -> tuple[Race, Controls]:
    """Add all of it to the Blocks being built."""
    name = gr.State(None, time_to_live=KEPT, delete_callback=teacher.sessions.discard)
    buttons = _buttons(local)
    with gr.Row(elem_id="teach-options"):
        slider = local.html(_rate, "tabs/teach/rate.js", elem_id="teach-rate")
        slow = local.build(gr.Checkbox, {"label": "teach.slow"}, value=False, min_width=120)
        unsure = local.build(gr.Checkbox, {"label": "teach.unsure"}, value=False, min_width=120)
    controls = _controls(local)
    slider.input(None, None, controls.rate, js=TO_RATE, api_visibility="private")
    controls.rate.change(None, controls.rate, None, js=SHOW_RATE, api_visibility="private")
    with gr.Row(elem_id="teach-state"):
        status = html(elem_id=STATUS)
        queue_position.build(local, STATUS, "teach-place")
    alert, photo_alert = refusal_slot("teach-alert"), refusal_slot("teach-photo-alert")
    numbers = html(elem_id="teach-numbers")
    board = html(script="tabs/teach/board.js", elem_id="teach-board")
    frame = html(
        script="tabs/teach/frames.js", html_template="", visible="hidden", elem_id="teach-frame"
    )
    race = Race(
        name,
        gr.State(None),
        buttons,
        slow,
        unsure,
        alert,
        photo_alert,
        board,
        frame,
        numbers,
        status,
    )
    return race, controls


def _buttons(local: Translations) -> dict[str, gr.Button]:
    with gr.Row(elem_id="teach-buttons"):
        return {
            name: local.button(
                f"teach.{name}",
                variant="primary" if name == "play" else "secondary",
                min_width=80,
                elem_id=f"teach-{name}",
            )
            for name in ("play", "pause", "step", "reset")
        }


def _rate(t: Translator) -> str:
    return render("tabs/teach/rate.html", t, rates=RATES, place=RATES.index(PLAIN.teach_rate))


def _controls(local: Translations) -> Controls:
    """What few change, folded."""
    rate = gr.Number(PLAIN.teach_rate, visible="hidden", elem_id="teach-rate-value")
    seed = gr.Number(PLAIN.teach_seed, visible="hidden")
    weights = gr.JSON(list(PLAIN.teach_weights), visible="hidden")
    with local.build(gr.Accordion, {"label": "teach.more"}, open=False, elem_id="teach-more"):
        networks = local.build(
            gr.CheckboxGroup,
            {"label": "teach.networks.label", "choices": choices(THIN)},
            value=list(THIN),
        )
        loss = local.radio("teach.loss", LOSSES, "teach.loss.label", value=PLAIN.teach_loss)
        local.build(gr.Markdown, {"value": "teach.weights"})
        with gr.Row():
            sliders = [
                local.slider(f"page.class.{name}", 0, HEAVIEST, 1, step=0.5, min_width=120)
                for name in CLASSES
            ]
    for slider in sliders:
        slider.input(None, sliders, weights, js="(...all) => [all]", api_visibility="private")
    weights.change(None, weights, sliders, js="all => all", api_visibility="private")
    return Controls(networks, rate, loss, weights, seed)
