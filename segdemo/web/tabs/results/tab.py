"""Tab *Results*: how the networks learned, what they score and what that costs."""

from collections.abc import Callable
from functools import partial

import gradio as gr

from segdemo.evaluation.conversion_scores import read_scores
from segdemo.evaluation.scores import StageSummary, stage_summaries
from segdemo.evaluation.training_timeline import TrainingTimeline
from segdemo.inference.timing import Timings
from segdemo.locales import Translator
from segdemo.models.registry import NETWORKS
from segdemo.web.components.stage_names import stage_choice
from segdemo.web.components.terms import explained
from segdemo.web.context import PageContext
from segdemo.web.events import INFERENCE, UNQUEUED
from segdemo.web.html import html
from segdemo.web.localisation import Translations
from segdemo.web.tabs.results import charts, costs, others, sentences, tables
from segdemo.web.tabs.results.film import render_film
from segdemo.web.tabs.results.measured import Measured
from segdemo.web.tabs.results.photos import Extremes

CLOCKS = ("epochs", "minutes")  # what the curves' horizontal axis counts


def build(context: PageContext) -> None:
    """Add the tab's content to the Blocks being built."""
    local = context.translations
    known = stage_summaries(context.predictor)
    measured = Measured(known, Timings(context.predictor))
    if context.timeline:
        _film(local, context.timeline, known)
    with gr.Row(elem_classes="results-row"):
        with gr.Column():
            _part(local, "ladder", partial(sentences.on_scores, known))
            ladder = _chart(local, "ladder")
        with gr.Column():
            quantity, sentence, chart = _cost(local)
    _numbers(context, measured, [quantity, sentence, chart])
    with gr.Row(elem_classes="results-row"):
        with gr.Column():
            _part(local, "classes", partial(sentences.on_classes, known))
            classes = _chart(local, "classes")
            _table(local, partial(tables.class_table, known), folded=True)
        with gr.Column():
            _curves(context, known)
    _part(local, "averaged", lambda t: t("results.averaged.intro"))
    _table(local, partial(others.averaged_table, known))
    _part(local, "others", lambda t: t("results.others.intro"))
    _table(local, partial(others.two_class_table, known))
    local.build(gr.Markdown, {"value": "results.others.caution"}, elem_classes="results-says")
    _table(local, partial(others.published_table, known))
    _domains(context)
    _photos(context, known)

    def draw(t):
        return [
            charts.scores(known, t, sentences.on_scores(known, t)),
            charts.classes(known, t, sentences.on_classes(known, t)),
        ]

    context.show_on(context.when_seen, draw, [], [ladder, classes], **UNQUEUED)


def _part(local: Translations, part: str, says: Callable[[Translator], str]) -> None:
    """A heading, and the sentence that tells what to see."""
    local.build(gr.Markdown, {"value": lambda t: f"## {t(f'results.{part}.title')}"})
    local.html(lambda t: explained(says(t), t), elem_classes=["results-html", "results-says"])


def _table(
    local: Translations, table: Callable[[Translator], tables.Table], folded: bool = False
) -> None:
    local.html(lambda t: tables.render_table(table(t), t, folded), elem_classes="results-html")


def _chart(local: Translations, part: str) -> gr.Plot:
    """The place of a chart, which is drawn once it is seen."""
    return local.build(
        gr.Plot,
        {"label": f"results.{part}.title"},
        show_label=False,
        container=False,
        elem_id=f"results-{part}-chart",
        elem_classes="chart",
    )


def _cost(local: Translations) -> tuple[gr.Radio, gr.Markdown, gr.Plot]:
    """The choice of the quantity, the sentence and the chart."""
    local.build(gr.Markdown, {"value": lambda t: f"## {t('results.cost.title')}"})
    quantity = local.radio(
        "results.cost", costs.QUANTITIES, "results.cost.quantity", elem_id="results-quantity"
    )
    sentence = gr.Markdown(elem_classes="results-says", elem_id="results-cost-says")
    return quantity, sentence, _chart(local, "cost")


def _numbers(context: PageContext, measured: Measured, cost: list) -> None:
    """The table, the button that measures, and what keeps both and the cost chart up to date."""
    quantity, sentence, chart = cost
    measure = context.translations.button("results.measure", size="sm", elem_id="measure")
    table = html(elem_id="results-ladder", elem_classes="results-html")
    shown = [table, sentence, chart]
    seen = [*context.when_seen, quantity.change]
    context.show_on(seen, measured.show, [quantity], shown, **UNQUEUED)
    context.show_on([quantity.change], measured.measure_if_wanted, [quantity], shown, **INFERENCE)
    context.show_on([measure.click], measured.measure, [quantity], shown, **INFERENCE)
    gr.api(measured.ladder, api_name="results", queue=False)


def _curves(context: PageContext, known: list[StageSummary]) -> None:
    local = context.translations

    def draw(clock, t):
        return charts.curves(known, clock, t, sentences.on_training(known, t))

    _part(local, "curves", partial(sentences.on_training, known))
    clock = local.radio("results.curves", CLOCKS, "results.curves.clock", elem_id="results-clock")
    chart = _chart(local, "curves")
    _table(local, partial(tables.curve_table, known), folded=True)
    context.show_on([*context.when_seen, clock.change], draw, [clock], [chart], **UNQUEUED)


def _film(local: Translations, timeline: TrainingTimeline, known: list[StageSummary]) -> None:
    """The player; its pictures are served from where they lie."""
    gr.set_static_paths([timeline.pictures, *(one.sprite for one in timeline.films.values())])
    _part(local, "film", lambda t: t("results.film.intro"))
    local.html(
        lambda t: render_film(timeline, known, t),
        "tabs/results/results.js",
        elem_id="film",
        elem_classes="results-html",
    )


def _domains(context: PageContext) -> None:
    """The other domains, where they were measured."""
    measured = read_scores(context.predictor.folder)
    if measured:
        _part(context.translations, "domains", partial(others.domain_intro, measured))
        _table(context.translations, partial(others.domain_table, measured))


def _photos(context: PageContext, known: list[StageSummary]) -> None:
    """The worst and the best test photos of a stage."""
    local, tests = context.translations, context.test_split
    if tests is None:
        return
    _part(local, "photos", lambda t: t("results.photos.intro"))
    stage = stage_choice(local, gr.Dropdown, NETWORKS, "results.stage", elem_id="results-stage")
    shown = html(elem_id="results-photos", elem_classes="results-html")
    extremes = Extremes(context.predictor, tests, {result.stage.key: result for result in known})
    context.show_on(
        [*context.when_seen, stage.change], extremes.show, [stage], [shown], **INFERENCE
    )
