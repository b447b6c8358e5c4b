"""Tab *Teach it*: paint, press Play, watch four thin networks learn, ask about another photo."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import partial

import gradio as gr
from gradio.events import Dependency

from segdemo.data.classes import CLASSES
from segdemo.lecture.lesson_links import LessonState
from segdemo.lecture.teaching.networks import THIN
from segdemo.lecture.teaching.training import LOSSES, RATES
from segdemo.locales import Translator
from segdemo.web.callbacks import view
from segdemo.web.components import queue_position
from segdemo.web.components.mask_editor.editor import build_editor, read_painting
from segdemo.web.components.number_fields import refusal_slot
from segdemo.web.components.stage_names import choices
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.events import INFERENCE, TEACHING, UNQUEUED
from segdemo.web.localisation import Translations
from segdemo.web.tabs.teach import endpoint
from segdemo.web.tabs.teach.session import KEPT
from segdemo.web.tabs.teach.sources import Sources
from segdemo.web.tabs.teach.teacher import Teacher
from segdemo.web.templates import asset, render

PLAIN = LessonState()
STATUS = "teach-status"
HEAVIEST = 10  # class weight on a slider
# What a slider of the rate's place among RATES stands for, and back.
TO_RATE = "() => Number(document.documentElement.dataset.teachRate)"
SHOW_RATE = """rate => {
    document.documentElement.dataset.teachRate = rate;
    document.dispatchEvent(new Event('teach-rate'));
}"""


@dataclass(frozen=True)
class Controls:
    """What a visitor, or a lesson link, sets; `chosen` as `Choices.parse` takes it."""

    networks: gr.CheckboxGroup
    rate: gr.Number
    loss: gr.Radio
    weights: gr.JSON
    seed: gr.Number

    @property
    def chosen(self) -> list:
        return [self.networks, self.rate, self.loss, self.weights, self.seed]


@dataclass(frozen=True)
class Race:
    """The race on the page: its session's name, its buttons and what they fill."""

    name: gr.State
    buttons: dict[str, gr.Button]
    slow: gr.Checkbox
    unsure: gr.Checkbox
    alert: gr.HTML
    board: gr.HTML
    frame: gr.HTML
    numbers: gr.HTML
    status: gr.HTML


def build(context: PageContext) -> TabHandle:
    """Add the tab's content to the Blocks being built."""
    local = context.translations
    teacher = Teacher(Sources(context.predictor, context.test_split))
    painting = gr.State(None)
    local.build(gr.Markdown, {"value": "teach.intro"}, elem_classes="lesson")
    with gr.Row(elem_id="teach"):
        with gr.Column(scale=0, min_width=360, elem_id="teach-painting") as left:
            editor = build_editor("teach-editor")
        with gr.Column(elem_id="teach-results"):
            race, controls = _race(local, teacher)
            run = _train(context, teacher, painting, race, controls)
            _ask(context, teacher, painting, race, controls, run)
        endpoint.build(teacher, context.photo)
    with left:
        _paint(context, teacher, painting, editor, race)
    return TabHandle(
        {f"teach_{field.name}": getattr(controls, field.name) for field in fields(Controls)}
    )


def _race(local: Translations, teacher: Teacher) -> tuple[Race, Controls]:
    name = gr.State(None, time_to_live=KEPT, delete_callback=teacher.sessions.discard)
    with gr.Row(elem_id="teach-buttons"):
        buttons = {
            button: local.build(
                gr.Button,
                {"value": f"teach.{button}"},
                variant="primary" if button == "play" else "secondary",
                min_width=80,
                elem_id=f"teach-{button}",
            )
            for button in ("play", "pause", "step", "reset")
        }
    with gr.Row(elem_id="teach-options"):
        slider = local.build(
            gr.HTML,
            {"value": partial(_rate, rates=RATES)},
            js_on_load=asset("tabs/teach/rate.js"),
            elem_id="teach-rate",
            apply_default_css=False,
        )
        slow = local.build(gr.Checkbox, {"label": "teach.slow"}, value=False, min_width=120)
        unsure = local.build(gr.Checkbox, {"label": "teach.unsure"}, value=False, min_width=120)
    controls = _controls(local)
    slider.input(None, None, controls.rate, js=TO_RATE, api_visibility="private")
    controls.rate.change(None, controls.rate, None, js=SHOW_RATE, api_visibility="private")
    with gr.Row(elem_id="teach-state"):
        status = gr.HTML("", elem_id=STATUS, apply_default_css=False)
        queue_position.build(local, STATUS, "teach-place")
    alert = refusal_slot("teach-alert")
    numbers = gr.HTML("", elem_id="teach-numbers", apply_default_css=False)
    board = gr.HTML(
        "",
        js_on_load="watch('value', () => document.dispatchEvent(new Event('teach-board')))",
        elem_id="teach-board",
        apply_default_css=False,
    )
    frame = gr.HTML(
        "",
        html_template="",
        js_on_load=asset("tabs/teach/frames.js"),
        visible="hidden",
        elem_id="teach-frame",
    )
    race = Race(name, buttons, slow, unsure, alert, board, frame, numbers, status)
    return race, controls


def _rate(t: Translator, rates: Sequence[float]) -> str:
    return render("tabs/teach/rate.html", t, rates=rates, place=rates.index(PLAIN.teach_rate))


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
        named = [(f"teach.loss.{name}", name) for name in LOSSES]
        loss = local.build(
            gr.Radio, {"label": "teach.loss.label", "choices": named}, value=PLAIN.teach_loss
        )
        local.build(gr.Markdown, {"value": "teach.weights"})
        with gr.Row():
            sliders = [
                local.build(
                    gr.Slider,
                    {"label": f"page.class.{name}"},
                    minimum=0,
                    maximum=HEAVIEST,
                    value=1,
                    step=0.5,
                    min_width=120,
                )
                for name in CLASSES
            ]
    for slider in sliders:
        slider.input(None, sliders, weights, js="(...all) => [all]", api_visibility="private")
    weights.change(None, weights, sliders, js="all => all", api_visibility="private")
    return Controls(networks, rate, loss, weights, seed)


def _paint(
    context: PageContext, teacher: Teacher, painting: gr.State, editor: gr.HTML, race: Race
) -> None:
    """The strokes: painted, or taken at one press; a race that runs learns them at once."""
    with gr.Row(elem_id="teach-take"):
        take = context.translations.build(gr.Button, {"value": "teach.take"}, size="sm")
    taken = gr.HTML("", apply_default_css=False)
    painted = context.show_on(
        [editor.input],
        teacher.paint,
        [editor, context.photo],
        [painting],
        race.alert,
        js=read_painting(editor),
        **UNQUEUED,
    )
    painted.then(  # so that the alert of this one is not emptied by the other
        view(teacher.learn, [race.frame], race.alert),
        [editor, race.name, context.photo, context.language],
        [race.frame, race.alert],
        js=read_painting(editor),
        **UNQUEUED,
    )
    context.show_on(
        [take.click],
        teacher.take,
        [context.photo],
        [painting, editor, taken],
        race.alert,
        **INFERENCE,
    )
    context.show_on(
        context.when_seen,
        teacher.show,
        [painting, context.photo],
        [editor, taken],
        race.alert,
        **UNQUEUED,
    )


def _train(
    context: PageContext, teacher: Teacher, painting: gr.State, race: Race, controls: Controls
) -> Dependency:
    """Play, pause, step and reset; returns the run, for others to cancel."""
    photo, at_hand = context.photo, [race.name, painting, context.photo]
    shown = [race.name, race.board, race.frame, race.numbers]
    options = TEACHING | {"show_progress_on": race.status}
    context.show_on(
        [race.buttons["play"].click],
        teacher.wait,
        [],
        [race.board, race.frame],
        **UNQUEUED,
    )
    run = context.show_on(
        [race.buttons["play"].click],
        teacher.play,
        [*at_hand, race.slow, race.unsure, *controls.chosen],
        shown,
        race.alert,
        **options,
    )
    context.show_on(
        [race.buttons["pause"].click],
        teacher.pause,
        [race.name],
        [race.frame],
        race.alert,
        **UNQUEUED,
    )
    context.show_on(
        [race.buttons["step"].click],
        teacher.step,
        [*at_hand, race.unsure, *controls.chosen],
        shown,
        race.alert,
        **options,
    )
    context.show_on(
        [race.buttons["reset"].click],
        teacher.reset,
        [race.name, photo, controls.seed],
        [*shown, controls.seed],
        race.alert,
        **UNQUEUED,
    )
    settings = [component.change for component in controls.chosen]
    context.show_on(
        settings, teacher.adjust, [race.name, *controls.chosen], [race.alert], **UNQUEUED
    )
    context.show_on(
        [race.slow.input, race.unsure.input],
        teacher.change,
        [race.name, race.slow, race.unsure],
        [race.frame],
        race.alert,
        **UNQUEUED,
    )
    context.show_on(
        context.when_seen,
        teacher.look,
        [race.name, photo],
        [race.board, race.frame],
        race.alert,
        **UNQUEUED,
    )
    return run


def _ask(
    context: PageContext,
    teacher: Teacher,
    painting: gr.State,
    race: Race,
    controls: Controls,
    run: Dependency,
) -> None:
    """Another photo, and five of them to learn from."""
    local = context.translations
    with gr.Row(elem_id="teach-others"):
        another = local.build(
            gr.Button, {"value": "teach.another"}, variant="primary", min_width=160
        )
        upload = local.build(
            gr.UploadButton, {"label": "teach.upload"}, type="filepath", min_width=120
        )
        five = local.build(gr.Button, {"value": "teach.five"}, min_width=160)
    alert = refusal_slot("teach-other-alert")
    answer = gr.HTML("", elem_id="teach-answer", apply_default_css=False)
    asked = gr.Textbox("", visible="hidden")
    five_run = context.show_on(
        [five.click],
        teacher.play_five,
        [race.name, painting, context.photo, asked, race.unsure, *controls.chosen],
        [race.name, race.board, race.frame, race.numbers, answer],
        alert,
        **TEACHING | {"show_progress_on": race.status},
    )
    context.show_on(
        [another.click],
        teacher.another,
        [race.name, asked, context.photo],
        [asked, answer],
        alert,
        **INFERENCE,
    )
    context.show_on(
        [upload.upload],
        teacher.ask_upload,
        [race.name, upload],
        [answer],
        alert,
        **INFERENCE,
    )
    buttons = [race.buttons[name] for name in ("pause", "step", "reset")]
    stops = [*(button.click for button in (*buttons, another)), upload.upload, context.photo.change]
    gr.on(stops, None, cancels=[run, five_run], api_visibility="private")
    five.click(None, cancels=[run], api_visibility="private")
