"""Tab *Compare*: components, then wiring."""

from collections.abc import Callable, Iterator
from functools import partial

import gradio as gr

from segdemo.kmeans import MAX_CLUSTERS, MIN_CLUSTERS, KMeansSettings
from segdemo.stages import STAGES
from segdemo.texts import text
from segdemo.ui.compare.cards import legend, render
from segdemo.ui.compare.comparison import Comparison
from segdemo.ui.errors import shown_to_visitor
from segdemo.ui.events import COMPUTING, INFERENCE
from segdemo.ui.examples import shipped_photos
from segdemo.ui.localisation import DEFAULT_LANGUAGE, Localiser
from segdemo.ui.photo_input import PhotoInput

STAGE_CHOICES = [(f"stages.{key}.title", key) for key in STAGES]
# The browser alone changes how finished results look: no network is computed again.
SET_VIEW = "view => { document.documentElement.dataset.view = view }"
SET_OPACITY = "opacity => { document.documentElement.style.setProperty('--opacity', opacity) }"


def build(
    local: Localiser, comparison: Comparison, language: gr.Radio, page: gr.Blocks
) -> PhotoInput:
    """Add the tab's content to the Blocks being built; returns the photo, for other tabs."""
    with gr.Row(elem_id="compare"):
        with gr.Column(scale=0, min_width=270, elem_id="compare-inputs"):
            photo = local.build(
                PhotoInput,
                {"label": "compare.photo", "placeholder": "compare.photo.placeholder"},
                value=str(shipped_photos()[0]),
                type="filepath",
                image_mode=None,
                sources=["upload", "webcam", "clipboard"],
                buttons=[],
                height=220,
                elem_id="photo",
            )
            _examples(local, comparison, photo)
            stages, settings = _options(local)
        with gr.Column(elem_id="compare-results"):
            parts = _results(local, comparison)
    stage, one, everything, outputs = _take_home(local)

    @shown_to_visitor
    @_updates(parts)
    def compare(photo, keys, clusters, space, position, language):
        chosen = [key for key in STAGES if key in keys]
        settings = KMeansSettings(clusters, space, position)
        return comparison.compare(photo, chosen, settings, language)

    @shown_to_visitor
    @_updates(parts)
    def recluster(photo, clusters, space, position, language):
        yield comparison.recluster(photo, KMeansSettings(clusters, space, position), language)

    @shown_to_visitor
    def segment(photo, stage, clusters, space, position):
        """Segment one photo by one stage.

        Returns an indexed PNG at the photo's own size (0 pet, 1 background, 2 border; for
        kmeans the index of the cluster) and its numbers: milliseconds, share of each label.
        """
        return comparison.label_map(photo, stage, KMeansSettings(clusters, space, position))

    @shown_to_visitor
    def segment_all(photo, clusters, space, position):
        """Segment one photo by every stage: label maps with their stage keys, and numbers."""
        yield from comparison.label_maps(photo, KMeansSettings(clusters, space, position))

    everything_shown = list(parts.values())
    gr.on(
        [page.load, photo.change, stages.change, language.change],
        compare,
        [photo, stages, *settings, language],
        everything_shown,
        **COMPUTING,
    )
    gr.on(
        [setting.change for setting in settings],
        recluster,
        [photo, *settings, language],
        everything_shown,
        **COMPUTING,
    )
    asked = {"concurrency_id": INFERENCE, "show_progress": "hidden"}
    one.click(segment, [photo, stage, *settings], outputs[:2], api_name="segment", **asked)
    everything.click(segment_all, [photo, *settings], outputs[2:], api_name="compare", **asked)
    return photo


def _examples(local: Localiser, comparison: Comparison, photo: PhotoInput) -> None:
    rows = [("compare.examples", shipped_photos())]
    if comparison.tests:
        rows.append(("compare.examples.test", comparison.tests.paths()))
    for key, paths in rows:
        gr.set_static_paths(paths)  # these files and no others are served from where they lie
        examples = gr.Examples(
            [[str(path)] for path in paths],
            photo,
            label=text(key, DEFAULT_LANGUAGE),
            cache_examples=False,
        )
        local.adopt(examples.dataset, {"label": key})


def _options(local: Localiser) -> tuple[gr.CheckboxGroup, list[gr.components.Component]]:
    """View, stages and the settings of k-means (clusters, space, position)."""
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
            {"label": "compare.stages", "choices": STAGE_CHOICES},
            value=list(STAGES),
            elem_id="stages",
        )
    view.change(None, view, js=SET_VIEW)
    opacity.change(None, opacity, js=SET_OPACITY)
    return stages, [clusters, space, position]


def _results(local: Localiser, comparison: Comparison) -> dict[str, gr.HTML]:
    """Legend, status and the cards; what changes with the photo, by name."""
    with gr.Row(elem_id="compare-head"):
        local.build(gr.HTML, {"value": legend}, apply_default_css=False)
        status = gr.HTML("", elem_id="status", apply_default_css=False)
    parts = {"status": status, "photo": gr.HTML("", elem_id="photo-style")}
    slot = partial(gr.HTML, elem_classes="card-slot", apply_default_css=False)
    with gr.Row(elem_id="cards"):
        for key in STAGES:
            parts[key] = slot(render(comparison.card(key, "idle"), DEFAULT_LANGUAGE))
        parts["truth"] = slot("")
    return parts


def _take_home(local: Localiser) -> tuple:
    """Stage, the two buttons, and their outputs."""
    with local.build(gr.Accordion, {"label": "compare.take-home"}, open=False):
        with gr.Row():
            stage = local.build(
                gr.Dropdown,
                {"label": "compare.take-home.stage", "choices": STAGE_CHOICES},
                value="unet",
            )
            one = local.build(gr.Button, {"value": "compare.take-home.one"})
            everything = local.build(gr.Button, {"value": "compare.take-home.all"})
        with gr.Row():
            label_map = local.build(
                gr.Image,
                {"label": "compare.take-home.map", "alt_text": "compare.take-home.map"},
                format="png",
                buttons=["download"],
            )
            numbers = local.build(gr.JSON, {"label": "compare.take-home.numbers"})
        with gr.Row():
            gallery = local.build(
                gr.Gallery,
                {"label": "compare.take-home.maps"},
                format="png",
                columns=4,
                buttons=["download"],
            )
            all_numbers = local.build(gr.JSON, {"label": "compare.take-home.numbers"})
    return stage, one, everything, [label_map, numbers, gallery, all_numbers]


def _updates(parts: dict[str, gr.HTML]) -> Callable:
    """Turn steps of {part: HTML} into updates of the components."""

    def decorate(callback: Callable[..., Iterator[dict[str, str]]]) -> Callable:
        def run(*inputs):
            for step in callback(*inputs):
                yield {parts[name]: html for name, html in step.items()}

        return run

    return decorate
