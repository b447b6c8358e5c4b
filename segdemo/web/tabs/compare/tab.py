"""Tab *Compare*: components, then wiring."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import gradio as gr

from segdemo.inference.kmeans import MAX_CLUSTERS, MIN_CLUSTERS, KMeansSettings
from segdemo.locales import text
from segdemo.models.registry import STAGES
from segdemo.web.components.stage_names import choices
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.errors import as_gradio_errors
from segdemo.web.events import INFERENCE
from segdemo.web.examples import shipped_photos
from segdemo.web.localisation import DEFAULT_LANGUAGE, Translations
from segdemo.web.photo_input import PhotoInput, changed_once
from segdemo.web.tabs.compare import example_names, queue_position, take_home
from segdemo.web.tabs.compare.cards import legend, render
from segdemo.web.tabs.compare.comparison import Comparison
from segdemo.web.tabs.compare.network_details import network_details

# The browser alone changes how finished results look: no network is computed again.
SET_VIEW = "view => { document.documentElement.dataset.view = view }"
SET_OPACITY = "opacity => { document.documentElement.style.setProperty('--opacity', opacity) }"


@dataclass(frozen=True)
class Controls:
    """What a visitor, or a lesson link, sets; other tabs look at the photo."""

    photo: PhotoInput
    stages: gr.CheckboxGroup
    view: gr.Radio
    settings: list[gr.components.Component]  # of k-means: clusters, space, position


def build(context: PageContext) -> TabHandle:
    """Add the tab's content to the Blocks being built.

    Nothing is computed before the photo changes: whoever opens the page sets it once.
    """
    local, language = context.translations, context.language
    comparison = Comparison(context.predictor, context.test_split)
    with gr.Row(elem_id="compare"):
        with gr.Column(scale=0, min_width=270, elem_id="compare-inputs"):
            controls = _controls(context)
        with gr.Column(elem_id="compare-results"):
            parts = _results(local, comparison)
    inputs = take_home.Inputs(controls.photo, controls.settings, language)
    take_home.build(local, comparison, inputs)
    _wire(comparison, controls, language, parts)
    clusters, space, position = controls.settings
    return TabHandle(
        {
            "stages": controls.stages,
            "show": controls.view,
            "k": clusters,
            "colours": space,
            "position": position,
        }
    )


def _wire(
    comparison: Comparison, controls: Controls, language: gr.Radio, parts: dict[str, gr.HTML]
) -> None:
    photo, stages, settings = controls.photo, controls.stages, controls.settings

    @as_gradio_errors
    @_updates(parts)
    def compare(photo, keys, clusters, space, position, language):
        chosen = [key for key in STAGES if key in keys]
        settings = KMeansSettings(clusters, space, position)
        return comparison.compare(photo, chosen, settings, language)

    @as_gradio_errors
    @_updates(parts)
    def recluster(photo, clusters, space, position, language):
        yield comparison.recluster(photo, KMeansSettings(clusters, space, position), language)

    everything_shown = list(parts.values())
    gr.on(
        # A lesson link sets all of them at once: of its changes, the photo's alone counts.
        [changed_once(photo).change, stages.input, language.change],
        compare,
        [photo, stages, *settings, language],
        everything_shown,
        **INFERENCE | {"show_progress": "minimal", "show_progress_on": parts["status"]},
    )
    gr.on(
        [setting.input for setting in settings],
        recluster,
        [photo, *settings, language],
        everything_shown,
        **INFERENCE,
    )


def _controls(context: PageContext) -> Controls:
    context.photo.render()
    _examples(context)
    stages, view, settings = _options(context.translations)
    return Controls(context.photo, stages, view, settings)


def _examples(context: PageContext) -> None:
    rows = [("compare.examples", shipped_photos())]
    if context.test_split:
        rows.append(("compare.examples.test", context.test_split.paths()))
    for key, paths in rows:
        gr.set_static_paths(paths)  # these files and no others are served from where they lie
        examples = gr.Examples(
            [[str(path)] for path in paths],
            context.photo,
            label=text(key, DEFAULT_LANGUAGE),
            cache_examples=False,
        )
        context.translations.register(examples.dataset, {"label": key})
    example_names.build(context.translations, context.test_split)


def _options(
    local: Translations,
) -> tuple[gr.CheckboxGroup, gr.Radio, list[gr.components.Component]]:
    """Stages, view and the settings of k-means (clusters, space, position)."""
    with local.build(gr.Accordion, {"label": "compare.options"}, elem_id="options"):
        view = local.build(
            gr.Radio,
            {
                "label": "compare.view",
                "choices": [("compare.view.overlay", "overlay"), ("compare.view.mask", "mask")],
            },
            value="overlay",
            elem_id="view",
        )
        opacity = local.build(
            gr.Slider, {"label": "compare.opacity"}, minimum=0, maximum=1, value=0.6, step=0.05
        )
        clusters = local.build(
            gr.Slider,
            {"label": "compare.clusters"},
            minimum=MIN_CLUSTERS,
            maximum=MAX_CLUSTERS,
            value=3,
            step=1,
            elem_id="clusters",
        )
        space = local.build(
            gr.Radio,
            {
                "label": "compare.space",
                "choices": [("compare.space.rgb", "rgb"), ("compare.space.lab", "lab")],
            },
            value="rgb",
        )
        position = local.build(gr.Checkbox, {"label": "compare.position"}, value=False)
        stages = local.build(
            gr.CheckboxGroup,
            {
                "label": "compare.stages",
                "choices": choices(STAGES),
            },
            value=list(STAGES),
            elem_id="stages",
        )
    view.change(None, view, js=SET_VIEW)
    opacity.change(None, opacity, js=SET_OPACITY)
    return stages, view, [clusters, space, position]


def _head(language: str) -> str:
    """What the cards are, for those who listen, and the colours in them."""
    return f'<h2 class="sr-only">{text("compare.answers", language)}</h2>{legend(language)}'


def _results(local: Translations, comparison: Comparison) -> dict[str, gr.HTML]:
    """Legend, status and the cards; what changes with the photo, by name."""
    with gr.Row(elem_id="compare-head"):
        local.build(gr.HTML, {"value": _head}, apply_default_css=False)
        status = gr.HTML("", elem_id="status", apply_default_css=False)
        queue_position.build(local)
    note = gr.HTML("", elem_id="doubt", apply_default_css=False)
    parts = {"status": status, "doubt": note, "photo": gr.HTML("", elem_id="photo-style")}
    slot = partial(gr.HTML, elem_classes="card-slot", apply_default_css=False)
    with gr.Row(elem_id="cards"):
        for key in STAGES:
            with gr.Column(min_width=0, elem_classes="stage"):
                parts[key] = slot(render(comparison.card(key, "waiting"), DEFAULT_LANGUAGE))
                # Apart from the card, which is drawn anew with every answer: it stays open.
                idea = {"value": partial(network_details, key)}
                local.build(gr.HTML, idea, elem_classes="card-slot", apply_default_css=False)
        with gr.Column(min_width=0, elem_classes="stage"):
            parts["truth"] = slot("")
    return parts


def _updates(parts: dict[str, gr.HTML]) -> Callable:
    """Turn steps of {part: HTML} into updates of the components."""

    def decorate(callback: Callable[..., Iterator[dict[str, str]]]) -> Callable:
        def run(*inputs):
            for step in callback(*inputs):
                yield {parts[name]: html for name, html in step.items()}

        return run

    return decorate
