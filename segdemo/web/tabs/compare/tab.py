"""Tab *Compare*: one photo, every stage, told as a story or shown as a grid."""

from dataclasses import dataclass
from functools import partial

import gradio as gr

from segdemo.data.painting import Painting
from segdemo.inference import averaging
from segdemo.inference.kmeans import MAX_CLUSTERS, MIN_CLUSTERS, SPANS, KMeansSettings
from segdemo.lecture.lesson_links import LAYOUTS, VIEWS, LessonState
from segdemo.locales import Translator
from segdemo.models.registry import ALL_STAGES, STAGES
from segdemo.web.callbacks import Group
from segdemo.web.components import queue_position
from segdemo.web.components.stage_card import class_legend
from segdemo.web.components.stage_names import choices
from segdemo.web.components.terms import explained
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.events import INFERENCE, with_progress
from segdemo.web.html import html
from segdemo.web.localisation import Translations
from segdemo.web.photo_input import changed_once
from segdemo.web.photo_view import Upload
from segdemo.web.tabs.compare import downloads, photo_source
from segdemo.web.tabs.compare.comparison import Choice, Comparison, Parts
from segdemo.web.tabs.compare.network_details import network_details
from segdemo.web.templates import render

PLAIN = LessonState()
STORY_TEXTS = ("pause", "play", "guessed", "guess-clusters", "question", "no-pet", "of")
SCORE_KINDS = ("here", "best-case", "painted", "flattered", "test", "none")
# The browser alone changes how finished results look: no network is computed again.
SET_VIEW = "view => { document.documentElement.dataset.view = view }"
SET_LAYOUT = "layout => { document.documentElement.dataset.layout = layout }"
SET_OPACITY = "opacity => { document.documentElement.style.setProperty('--opacity', opacity) }"
WHILE_OPEN = """(text, before) =>
    document.querySelector("[data-tab-id=compare][aria-selected=true]") ? text : before"""
TELL_NOTCH = "notch => { document.dispatchEvent(new CustomEvent('story-open', {detail: notch})) }"


@dataclass(frozen=True)
class Controls:
    """What a visitor, or a lesson link, sets."""

    stages: gr.CheckboxGroup
    view: gr.Radio
    layout: gr.Radio
    opacity: gr.Slider
    settings: tuple[gr.Slider, gr.Radio, gr.Checkbox]  # of k-means: clusters, space, position
    averaged: gr.Checkbox  # of the U-Net


def build(context: PageContext) -> TabHandle:
    """Add the tab's content to the Blocks being built.

    Nothing is computed before the photo changes: whoever opens the page sets it once.
    """
    comparison = Comparison(context.predictor, context.test_split)
    photo_source.build(context)
    notch = gr.Textbox(PLAIN.stage, visible="hidden", elem_id="open-stage")
    with gr.Row(elem_id="compare"):
        story = context.translations.html(_story, "tabs/compare/story.js", elem_id="story")
        settings = _kmeans_settings(context.translations)
        averaged = _unet_setting(context.translations)
        parts = _results(context.translations, comparison)
    story.select(None, None, notch, js="() => document.documentElement.dataset.storyStage")
    notch.change(None, notch, None, js=TELL_NOTCH)
    controls = _options(context.translations, settings, averaged)
    downloads.build(context, comparison, controls.settings)
    photo_told = changed_once(context.photo)
    _wire(context, comparison, controls, parts, photo_told)
    clusters, space, position = controls.settings
    return TabHandle(
        {
            "stage": notch,
            "stages": controls.stages,
            "show": controls.view,
            "layout": controls.layout,
            "opacity": controls.opacity,
            "k": clusters,
            "colours": space,
            "position": position,
            "averaged": averaged,
        },
        photo_told=photo_told,
    )


def _wire(
    context: PageContext,
    comparison: Comparison,
    controls: Controls,
    parts: dict[str, gr.HTML],
    photo_told: gr.Textbox,
) -> None:
    choice = Group(
        [context.photo, context.painting, *controls.settings, controls.averaged], _choice
    )

    def shown(values: Parts) -> dict[gr.HTML, str]:
        return {parts[name]: html for name, html in values.items()}

    def show_stages(choice, keys, t):
        for step in comparison.compare(choice, keys, t):
            yield shown(step)

    def show_stage(key, choice, t):
        return shown(comparison.update_card(key, choice, t))

    # What was painted in another tab is scored once the visitor is back in this one.
    painted = gr.Textbox(visible="hidden")
    same = "text => text"
    gr.on(context.when_seen, None, context.painted, painted, js=same, api_visibility="private")
    # What a reload brings back is scored at once where this tab is the open one.
    context.painted.change(
        None, [context.painted, painted], painted, js=WHILE_OPEN, api_visibility="private"
    )
    everything_shown = list(parts.values())  # the status first: there a refusal is told
    context.show_on(
        # A lesson link sets all of them at once: of its changes, the photo's alone counts.
        [photo_told.change, painted.change, controls.stages.input, context.language.change],
        show_stages,
        [choice, controls.stages],
        everything_shown,
        **with_progress(INFERENCE, parts["status"]),
    )
    for key, settings in (("kmeans", controls.settings), (averaging.STAGE, [controls.averaged])):
        changed = [setting.input for setting in settings]
        context.show_on(changed, partial(show_stage, key), [choice], everything_shown, **INFERENCE)


def _choice(
    photo: Upload,
    painting: Painting | None,
    clusters: int,
    space: str,
    position: bool,
    averaged: bool,
) -> Choice:
    """Raises InputError."""
    return Choice(photo, painting, KMeansSettings(clusters, space, position), averaged)


def _story(t: Translator) -> str:
    texts = {name: t(f"compare.story.text.{name}", **_OPEN) for name in STORY_TEXTS}
    kinds = {name: explained(t(f"compare.iou-{name}"), t) for name in SCORE_KINDS}
    return render("tabs/compare/story.html", t, texts=texts, kinds=kinds)


# Placeholders that story.js fills.
_OPEN = {name: f"{{{name}}}" for name in ("number", "count", "stage", "percent")}


def _options(
    translations: Translations,
    settings: tuple[gr.Slider, gr.Radio, gr.Checkbox],
    averaged: gr.Checkbox,
) -> Controls:
    """Stages and view, in a drawer; `settings` are those of k-means, `averaged` is the U-Net's."""
    with translations.build(
        gr.Accordion, {"label": "compare.options"}, open=False, elem_id="options"
    ):
        with gr.Row():
            layout = translations.radio("compare.layout", LAYOUTS, elem_id="layout")
            view = translations.radio("compare.view", VIEWS, elem_id="view")
            opacity = translations.slider(
                "compare.opacity", 0, 1, PLAIN.opacity, step=0.05, elem_id="opacity"
            )
        stages = translations.build(
            gr.CheckboxGroup,
            {"label": "compare.stages", "choices": choices(ALL_STAGES)},
            value=list(STAGES),
            elem_id="stages",
        )
    layout.change(None, layout, js=SET_LAYOUT)
    view.change(None, view, js=SET_VIEW)
    opacity.change(None, opacity, js=SET_OPACITY)
    return Controls(stages, view, layout, opacity, settings, averaged)


def _kmeans_settings(translations: Translations) -> tuple[gr.Slider, gr.Radio, gr.Checkbox]:
    """Clusters, space and position, beside the story while it shows k-means."""
    with gr.Row(elem_id="kmeans-settings"):
        clusters = translations.slider(
            "compare.clusters", MIN_CLUSTERS, MAX_CLUSTERS, PLAIN.k, elem_id="clusters"
        )
        space = translations.radio("compare.space", SPANS, elem_id="space")
        position = translations.build(
            gr.Checkbox, {"label": "compare.position"}, value=False, elem_id="kmeans-position"
        )
    return clusters, space, position


def _unet_setting(translations: Translations) -> gr.Checkbox:
    """Whether the U-Net is asked twice, beside the story while it shows the U-Net."""
    with gr.Row(elem_id="unet-setting"):
        texts = {"label": "compare.averaged", "info": "compare.averaged.info"}
        return translations.build(gr.Checkbox, texts, value=PLAIN.averaged, elem_id="averaged")


def _results(translations: Translations, comparison: Comparison) -> dict[str, gr.HTML]:
    """Legend, status and the cards; what changes with the photo, by name."""
    with gr.Row(elem_id="compare-head"):
        translations.html(_head)
        status = html(elem_id="status")
        queue_position.build(translations, "status", "place")
    note = html(elem_id="doubt")
    parts = {"status": status, "doubt": note, "photo": gr.HTML("", elem_id="photo-style")}
    with gr.Row(elem_id="cards"):
        for key in ALL_STAGES:
            with gr.Column(min_width=0, elem_classes="stage"):
                waiting = comparison.render(comparison.card(key, "waiting"), Translator())
                card = waiting if key in PLAIN.stages else ""
                parts[key] = html(card, elem_classes="card-slot")
                # Apart from the card, which is drawn anew with every answer: it stays open.
                translations.html(partial(network_details, key), elem_classes="card-slot")
        with gr.Column(min_width=0, elem_classes="stage"):
            parts["truth"] = html(elem_classes="card-slot")
    return parts


def _head(t: Translator) -> str:
    return render("tabs/compare/head.html", t, legend=class_legend(t))
