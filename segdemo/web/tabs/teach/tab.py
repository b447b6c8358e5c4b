"""Tab *Teach it*: paint, press Play, watch four thin networks learn, ask about another photo."""

from dataclasses import fields
from typing import Any

import gradio as gr
from gradio.events import Dependency

from segdemo.web.callbacks import view
from segdemo.web.components.mask_editor.editor import build_editor, read_painting
from segdemo.web.components.number_fields import refusal_slot
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.events import INFERENCE, TEACHING, UNQUEUED, with_progress
from segdemo.web.html import html
from segdemo.web.tabs.teach import controls, endpoint
from segdemo.web.tabs.teach.controls import Controls, Race
from segdemo.web.tabs.teach.other_photo import Asking
from segdemo.web.tabs.teach.painter import Painter
from segdemo.web.tabs.teach.sources import Sources
from segdemo.web.tabs.teach.teacher import Teacher

# Once it is drawn, which is a moment after it has come.
INTO_VIEW = """() => setTimeout(() => {
    const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
    if (document.querySelector('#teach-answer .others'))
        document.getElementById('teach-answer').scrollIntoView({ block: 'nearest', behavior });
}, 100)"""


def build(context: PageContext) -> TabHandle:
    """Add the tab's content to the Blocks being built."""
    local = context.translations
    teacher = Teacher(Sources(context.predictor, context.test_split))
    local.build(gr.Markdown, {"value": "teach.intro"}, elem_classes="lesson")
    with gr.Row(elem_id="teach"):
        with gr.Column(scale=0, min_width=360, elem_id="teach-painting") as left:
            editor = build_editor("teach-editor")
        with gr.Column(elem_id="teach-results"):
            race, settings = controls.build(local, teacher)
            _stop(context, teacher, race, settings)
            _set(context, teacher, race, settings)
            _ask(context, teacher, race, settings, _train(context, teacher, race, settings))
        endpoint.build(teacher, context.photo)
    with left:
        _paint(context, Painter(teacher.sources, teacher.sessions), editor, race)
    return TabHandle(
        {f"teach_{field.name}": getattr(settings, field.name) for field in fields(Controls)}
    )


def _paint(context: PageContext, painter: Painter, editor: gr.HTML, race: Race) -> None:
    """The strokes: painted, or taken at one press; a race that runs learns them at once."""
    with gr.Row(elem_id="teach-take"):
        take = context.translations.button("teach.take", size="sm")
    taken = html()
    photo, alert, read = context.photo, race.alert, read_painting(editor)
    painted = context.show_on(
        [editor.input], painter.paint, [editor, photo], [race.painting], alert, js=read, **UNQUEUED
    )
    learnt_from = [editor, race.name, photo]
    painted.then(  # so that the alert of this one is not emptied by the other
        view(painter.learn, learnt_from, [race.frame], alert),
        [*learnt_from, context.language],
        [race.frame, alert],
        js=read,
        **UNQUEUED,
    )
    drawn = [race.painting, editor, taken]
    context.show_on([take.click], painter.take, [photo], drawn, alert, **INFERENCE)
    seen, shown = [race.painting, photo], [editor, taken]
    context.show_on(context.when_seen, painter.show, seen, shown, race.photo_alert, **UNQUEUED)


def _train(context: PageContext, teacher: Teacher, race: Race, settings: Controls) -> Dependency:
    """Play and step; returns the run, for others to cancel."""
    at_hand = [race.name, race.painting, context.photo]
    shown = [race.name, race.board, race.frame, race.numbers]
    options = with_progress(TEACHING, race.status)
    play, step = [race.buttons["play"].click], [race.buttons["step"].click]
    context.show_on(play, teacher.wait, at_hand, [race.board, race.frame], **UNQUEUED)
    inputs = [*at_hand, race.slow, race.unsure, settings.chosen]
    run = context.show_on(play, teacher.play, inputs, shown, race.alert, **options)
    inputs = [*at_hand, race.unsure, settings.chosen]
    each: dict[str, Any] = options | {"trigger_mode": "multiple"}  # one step for each press
    stepped = context.show_on(step, teacher.step, inputs, shown, race.alert, **each)
    # Else its answer would come after the empty board.
    race.buttons["reset"].click(None, cancels=[stepped], api_visibility="private")
    return run


def _stop(context: PageContext, teacher: Teacher, race: Race, settings: Controls) -> None:
    """Pause, reset, and what is there when the visitor comes back."""
    pause, reset = [race.buttons["pause"].click], [race.buttons["reset"].click]
    asked = [race.name, context.photo, settings.networks]
    shown = [race.board, race.frame, race.numbers]
    context.show_on(pause, teacher.pause, asked, shown, race.alert, **UNQUEUED)
    context.show_on(
        reset,
        teacher.reset,
        [*asked, settings.seed],
        [race.name, *shown, settings.seed],
        race.alert,
        **UNQUEUED,
    )
    outdated = [*context.when_seen, settings.networks.change]
    context.show_on(outdated, teacher.look, asked, shown, race.photo_alert, **UNQUEUED)
    context.photo.change(None, None, race.alert, js="() => ''", api_visibility="private")


def _set(context: PageContext, teacher: Teacher, race: Race, settings: Controls) -> None:
    """What may be changed while it trains."""
    changed = [component.change for component in settings.chosen.components]
    asked = [race.name, settings.chosen]
    context.show_on(changed, teacher.adjust, asked, [race.alert], **UNQUEUED)
    changed = [race.slow.input, race.unsure.input]
    inputs = [race.name, race.slow, race.unsure]
    context.show_on(changed, teacher.change, inputs, [race.frame], race.alert, **UNQUEUED)


def _ask(
    context: PageContext, teacher: Teacher, race: Race, settings: Controls, run: Dependency
) -> None:
    """Another photo, and five of them to learn from."""
    local, asking = context.translations, Asking(teacher.sources, teacher.sessions)
    with gr.Row(elem_id="teach-others"):
        another = local.button("teach.another", variant="primary", min_width=160)
        upload = local.build(
            gr.UploadButton, {"label": "teach.upload"}, type="filepath", min_width=120
        )
        five = local.button("teach.five", min_width=160)
    alert = refusal_slot("teach-other-alert")
    answer = html(elem_id="teach-answer")
    asked = gr.Textbox("", visible="hidden")
    five_run = context.show_on(
        [five.click],
        teacher.play_five,
        [race.name, race.painting, context.photo, asked, race.unsure, settings.chosen],
        [race.name, race.board, race.frame, race.numbers, answer],
        alert,
        **with_progress(TEACHING, race.status),
    )
    inputs = [race.name, asked, context.photo]
    told = context.show_on(
        [another.click], asking.another, inputs, [asked, answer], alert, **INFERENCE
    )
    inputs = [race.name, upload]
    told_of_upload = context.show_on(
        [upload.upload], asking.ask_upload, inputs, [answer], alert, **INFERENCE
    )
    inputs, language = [race.name], [context.language.change]
    context.show_on(language, asking.look, inputs, [answer], alert, **INFERENCE)
    empty = "() => ['', '']"
    race.buttons["reset"].click(None, None, [asked, answer], js=empty, api_visibility="private")
    for come in (told, told_of_upload):  # below the fold of a laptop
        come.success(None, None, None, js=INTO_VIEW, api_visibility="private")
    buttons = [race.buttons[name] for name in ("pause", "step", "reset")]
    stops = [*(button.click for button in (*buttons, another)), upload.upload, context.photo.change]
    gr.on(stops, None, cancels=[run, five_run], api_visibility="private")
    five.click(None, cancels=[run], api_visibility="private")
