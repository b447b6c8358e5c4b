"""Tab *Results*: the ladder in numbers and pictures. Components, then wiring."""

from collections.abc import Callable

import gradio as gr
from gradio.components.plot import PlotData

from segdemo.evaluation.scores import StageSummary, stage_summaries
from segdemo.evaluation.training_timeline import TrainingTimeline
from segdemo.inference.timing import Timings
from segdemo.locales import text
from segdemo.models.registry import NETWORKS
from segdemo.web.components.stage_card import class_legend
from segdemo.web.components.stage_names import stage_choice
from segdemo.web.context import PageContext
from segdemo.web.events import INFERENCE, UNQUEUED
from segdemo.web.localisation import DEFAULT_LANGUAGE, Translations
from segdemo.web.tabs.results import classes, cost, curves, film, ladder, tables
from segdemo.web.tabs.results.measured import Measured
from segdemo.web.tabs.results.photos import Extremes
from segdemo.web.templates import asset, render

PLAIN = {"apply_default_css": False, "elem_classes": "results-html"}  # our style sheet alone
# A chart that was drawn while its tab was hidden has no width until the window changes its own.
FIT_CHARTS = "() => { requestAnimationFrame(() => window.dispatchEvent(new Event('resize'))) }"


def build(context: PageContext) -> None:
    """Add the tab's content to the Blocks being built."""
    local, predictor, language = context.translations, context.predictor, context.language
    known = stage_summaries(predictor)
    local.build(gr.Markdown, {"value": "results.intro"}, elem_classes="lesson")
    _ladder(context, Measured(known, Timings(predictor)))
    with gr.Row(elem_classes="results-row"):
        with gr.Column():
            _part(local, "classes", lambda language: classes.says(known, language))
            _html(local, lambda t: render("tabs/results/legend.html", t, legend=class_legend(t)))
            _chart(local, "classes", lambda language: classes.chart(known, language))
            _html(local, lambda language: tables.classes(known, language))
        with gr.Column():
            _curves(local, known, language)
    if context.timeline:
        _film(local, context.timeline)
    _photos(context, known)
    select, _ = context.when_seen
    select(None, js=FIT_CHARTS)


def _ladder(context: PageContext, measured: Measured) -> None:
    """Scores, what they cost, and both as a table."""
    local, language = context.translations, context.language
    known = measured.results
    with gr.Row(elem_classes="results-row"):
        with gr.Column():
            _part(local, "ladder", lambda language: ladder.says(known, language))
            _chart(local, "ladder", lambda language: ladder.chart(known, language))
        with gr.Column():
            quantity, sentence, chart = _cost(local, measured)
    measure = local.build(gr.Button, {"value": "results.measure"}, size="sm", elem_id="measure")
    table = gr.HTML(measured.table(DEFAULT_LANGUAGE), elem_id="results-ladder", **PLAIN)
    inputs, outputs = [quantity, language], [table, sentence, chart]
    gr.on([*context.when_seen, quantity.change], measured.show, inputs, outputs, **UNQUEUED)
    quantity.change(measured.measure_if_wanted, inputs, outputs, **INFERENCE)
    measure.click(measured.measure, inputs, outputs, **INFERENCE)
    gr.api(measured.ladder, api_name="results", queue=False)


def _part(local: Translations, part: str, says: Callable[[str], str]) -> gr.Markdown:
    """A heading, and the sentence that tells what to see."""
    local.build(gr.Markdown, {"value": lambda language: _heading(part, language)})
    return local.build(gr.Markdown, {"value": says}, elem_classes="lesson")


def _heading(part: str, language: str) -> str:
    return f"## {text(f'results.{part}.title', language)}"


def _html(local: Translations, value: Callable[[str], str]) -> gr.HTML:
    return local.build(gr.HTML, {"value": value}, **PLAIN)


def _chart(
    local: Translations, part: str, draw: Callable[[str], PlotData | None] | None = None, **opening
) -> gr.Plot:
    """A chart drawn anew for every language by `draw`, or one whose events do that."""
    texts = {"label": f"results.{part}.title"}
    return local.build(
        gr.Plot,
        texts | {"value": draw} if draw else texts,
        **opening,
        show_label=False,
        container=False,
        elem_id=f"results-{part}-chart",
        elem_classes="chart",
    )


def _cost(local: Translations, measured: Measured) -> tuple[gr.Radio, gr.Markdown, gr.Plot]:
    """The choice of the quantity, the sentence and the chart."""
    first = cost.QUANTITIES[0]
    opening, drawing = measured.cost(first, DEFAULT_LANGUAGE)
    local.build(gr.Markdown, {"value": lambda language: _heading("cost", language)})
    quantity = local.build(
        gr.Radio,
        {
            "label": "results.cost.quantity",
            "choices": [(f"results.cost.{name}", name) for name in cost.QUANTITIES],
        },
        value=first,
        elem_id="results-quantity",
    )
    sentence = gr.Markdown(opening, elem_classes="lesson")
    return quantity, sentence, _chart(local, "cost", value=drawing)


def _curves(local: Translations, known: list[StageSummary], language: gr.Radio) -> None:
    clock = curves.CLOCKS[0]
    _part(local, "curves", lambda language: curves.says(known, language))
    choice = local.build(
        gr.Radio,
        {
            "label": "results.curves.clock",
            "choices": [(f"results.curves.{name}", name) for name in curves.CLOCKS],
        },
        value=clock,
        elem_id="results-clock",
    )
    chart = _chart(local, "curves", value=curves.chart(known, clock, DEFAULT_LANGUAGE))
    _html(local, lambda language: tables.curves(known, language))
    gr.on(
        [choice.change, language.change],
        lambda clock, language: curves.chart(known, clock, language),
        [choice, language],
        chart,
        **UNQUEUED,
    )


def _film(local: Translations, filmstrip: TrainingTimeline) -> None:
    """The player; its pictures are served from where they lie."""
    gr.set_static_paths([filmstrip.pictures, *(one.sprite for one in filmstrip.films.values())])
    _part(local, "film", lambda language: text("results.film.intro", language))
    local.build(
        gr.HTML,
        {"value": lambda language: film.render(filmstrip, language)},
        js_on_load=asset("tabs/results/results.js"),
        elem_id="film",
        **PLAIN,
    )


def _photos(context: PageContext, known: list[StageSummary]) -> None:
    """The worst and the best test photos of a stage."""
    local, tests = context.translations, context.test_split
    if tests is None:
        _part(local, "photos", lambda language: text("results.photos.no-data", language))
        return
    _part(local, "photos", lambda language: text("results.photos.intro", language))
    stage = stage_choice(local, gr.Dropdown, NETWORKS, "results.stage", elem_id="results-stage")
    shown = gr.HTML("", elem_id="results-photos", **PLAIN)
    extremes = Extremes(context.predictor, tests, {result.stage.key: result for result in known})
    context.show_on(
        [*context.when_seen, stage.change], extremes.show, [stage], [shown], **INFERENCE
    )
