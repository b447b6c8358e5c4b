"""Accordion *Take it home* of tab *Compare*: components, then wiring."""

from typing import Any

import gradio as gr

from segdemo.export.python_code import python_code
from segdemo.inference.kmeans import KMeansSettings
from segdemo.locales import Translator
from segdemo.models.registry import ALL_STAGES
from segdemo.web.components.stage_names import stage_choice
from segdemo.web.context import PageContext
from segdemo.web.errors import as_gradio_errors
from segdemo.web.events import INFERENCE_QUEUE, ON_CLICK, UNQUEUED
from segdemo.web.localisation import Translations
from segdemo.web.tabs.compare.comparison import Comparison
from segdemo.web.tabs.compare.download_files import Downloads

FIRST_STAGE = "unet"
# Once the file is there, the browser takes it, as if its link had been pressed.
SAVE = """file => {
    const link = document.createElement("a");
    link.href = file.url;
    link.download = file.orig_name;
    link.click();
}"""


def build(
    context: PageContext, comparison: Comparison, settings: tuple[gr.Slider, gr.Radio, gr.Checkbox]
) -> None:
    """Add the accordion to the Blocks being built; `settings` are those of k-means."""
    local = context.translations
    with local.build(gr.Accordion, {"label": "take-home.title"}, open=False, elem_id="take-home"):
        with gr.Row():
            files = [_file(local, name) for name in ("report", "archive")]
        with gr.Row():
            stage = stage_choice(local, gr.Dropdown, ALL_STAGES, value=FIRST_STAGE, min_width=250)
            one = local.button("take-home.one", min_width=250)
            everything = local.button("take-home.all", min_width=250)
        outputs = _label_maps(local)
        code = _code(local)
    asked: list[gr.components.Component] = [context.photo, *settings]
    downloads = Downloads(comparison)
    _wire_files(downloads, [*asked, context.language], context.painting, files)
    _wire_label_maps(comparison, asked, stage, [one, everything], outputs)
    gr.on(
        [stage.change, *(setting.change for setting in settings)],
        _show_code,
        [stage, *settings],
        code,
        **UNQUEUED,
    )


def _file(local: Translations, name: str) -> tuple[gr.Button, gr.File]:
    """A button, and the file it makes."""
    with gr.Column(min_width=280):
        button = local.button(f"take-home.{name}", variant="primary")
        file = local.build(
            gr.File,
            {"label": f"take-home.{name}.file"},
            interactive=False,
            height=90,
            elem_id=f"{name}-file",
        )
    return button, file


def _label_maps(local: Translations) -> list[gr.components.Component]:
    """One stage's label map and numbers, and all stages'."""
    with gr.Row():
        label_map = local.build(
            gr.Image,
            {"label": "take-home.map", "alt_text": "take-home.map"},
            format="png",
            buttons=["download"],
        )
        numbers = local.build(gr.JSON, {"label": "take-home.numbers"})
    with gr.Row():
        gallery = local.build(
            gr.Gallery,
            {"label": "take-home.maps"},
            format="png",
            columns=4,
            buttons=["download"],
        )
        all_numbers = local.build(gr.JSON, {"label": "take-home.numbers"})
    return [label_map, numbers, gallery, all_numbers]


def _code(local: Translations) -> gr.Code:
    local.build(gr.Markdown, {"value": "take-home.code.note"})
    return local.build(
        gr.Code,
        {"label": "take-home.code"},
        value=python_code(FIRST_STAGE, KMeansSettings()),
        language="python",
        interactive=False,
        lines=1,
        show_line_numbers=False,
        buttons=["copy"],
        elem_id="stage-code",
    )


def _wire_files(
    downloads: Downloads,
    asked: list[gr.components.Component],
    painting: gr.State,
    files: list[tuple[gr.Button, gr.File]],
) -> None:
    @as_gradio_errors
    def report(photo, clusters, space, position, language):
        """Segment one photo by every stage: all masks with their numbers on one sheet, a PNG."""
        return painted_report(photo, clusters, space, position, language, None)

    @as_gradio_errors
    def archive(photo, clusters, space, position, language):
        """Segment one photo by every stage: a ZIP of the label maps with their numbers.

        It holds an indexed PNG of the photo's own size for each stage that could answer, what
        the values mean in README.txt, and numbers.json.
        """
        return downloads.archive(
            photo, KMeansSettings(clusters, space, position), Translator(language)
        )

    @as_gradio_errors
    def painted_report(photo, clusters, space, position, language, painting):
        settings = KMeansSettings(clusters, space, position)
        return downloads.report(photo, painting, settings, Translator(language))

    (report_button, sheet), (archive_button, packed) = files
    # A visitor's painting is on the sheet; scripts have none, and no value for it.
    private: dict[str, Any] = ON_CLICK | {"api_visibility": "private"}
    drawn = report_button.click(painted_report, [*asked, painting], sheet, **private)
    drawn.success(None, sheet, js=SAVE)
    gr.on([], report, asked, sheet, api_name="report", concurrency_id=INFERENCE_QUEUE)
    made = archive_button.click(archive, asked, packed, api_name="archive", **ON_CLICK)
    made.success(None, packed, js=SAVE)


def _wire_label_maps(
    comparison: Comparison,
    asked: list[gr.components.Component],
    stage: gr.Dropdown,
    buttons: list[gr.Button],
    outputs: list[gr.components.Component],
) -> None:
    @as_gradio_errors
    def segment(photo, stage, clusters, space, position):
        """Segment one photo by one stage.

        Returns an indexed PNG at the photo's own size (0 pet, 1 background, 2 border; for
        kmeans the index of the cluster) and its numbers: milliseconds, share of each label.
        """
        return comparison.label_map(photo, stage, KMeansSettings(clusters, space, position))

    @as_gradio_errors
    def segment_all(photo, clusters, space, position):
        """Segment one photo by every stage: label maps with their stage keys, and numbers."""
        yield from comparison.label_maps(photo, KMeansSettings(clusters, space, position))

    one, everything = buttons
    photo, *settings = asked
    one.click(segment, [photo, stage, *settings], outputs[:2], api_name="segment", **ON_CLICK)
    everything.click(segment_all, [photo, *settings], outputs[2:], api_name="compare", **ON_CLICK)


def _show_code(stage: str, clusters: int, space: str, position: bool) -> str:
    return python_code(stage, KMeansSettings(clusters, space, position))
