"""The numbers behind the pictures, as tables."""

from collections.abc import Iterable, Sequence
from html import escape

from segdemo.data.classes import CLASSES
from segdemo.evaluation.scores import StageSummary
from segdemo.locales import Translator, text
from segdemo.web.components.stage_card import receptive_field
from segdemo.web.components.stage_names import POSITIONS, title
from segdemo.web.formatting import milliseconds
from segdemo.web.tabs.results.curves import trained
from segdemo.web.tabs.results.names import gap

DASH = "&ndash;"
SCORES = ("miou", "interval", "pixels")
MILESTONES = (1, 2, 5, 10, 20, 50, 100, 200)  # epochs
SIZES = ("parameters", "multiply-adds", "milliseconds", "sees")


def ladder(results: Sequence[StageSummary], timings: dict[str, float], language: str) -> str:
    """Every stage's scores and sizes; where scores are missing, why. timings: ms by stage key."""
    headings = ["stage", *SCORES, *SIZES]
    rows = [
        _stage(result, language)
        + _scores(result, language)
        + _cells(_sizes(result, timings, language))
        for result in results
    ]
    names = [text(f"results.{heading}", language) for heading in headings]
    return _table(text("results.ladder.title", language), names, rows)


def classes(results: Sequence[StageSummary], language: str) -> str:
    """IoU by class, a row a stage."""
    rows = []
    for result in results:
        scores = result.scores or result.best_case
        if scores:
            iou = (scores.iou[name] for name in CLASSES)
            cells = _cells(DASH if value is None else f"{value:.3f}" for value in iou)
        else:
            cells = _spanning(gap(result, language), len(CLASSES))
        rows.append(_stage(result, language) + cells)
    names = [text(f"page.class.{name}", language) for name in CLASSES]
    headings = [text("results.stage", language), *names]
    return _folded(_table(text("results.classes.title", language), headings, rows), language)


def curves(results: Sequence[StageSummary], language: str) -> str:
    """The hold-out's mIoU, a column a stage and a row an epoch of MILESTONES and the last; below
    them the minutes of work.
    """
    known = trained(results)
    longest = max((len(result.history) for result in known), default=0)
    rows = [
        _head(str(epoch))
        + _cells(
            f"{result.history[epoch - 1].holdout_miou:.3f}"
            if epoch <= len(result.history)
            else DASH
            for result in known
        )
        for epoch in MILESTONES
        if epoch <= longest
    ]
    ends = (f"{result.history[-1].holdout_miou:.3f}" for result in known)
    rows.append(_head(text("results.curves.last", language)) + _cells(ends))
    minutes = (f"{result.history[-1].seconds / 60:.1f}" for result in known)
    rows.append(_head(text("results.curves.minutes", language)) + _cells(minutes))
    headings = [
        text("results.curves.epochs", language),
        *(title(result.stage.key, language) for result in known),
    ]
    return _folded(_table(text("results.curves.title", language), headings, rows), language)


def _stage(result: StageSummary, language: str) -> str:
    key = result.stage.key
    name = title(result.stage.key, language)
    if result.best_case:
        name = text("results.best-case", language, stage=name)
    return f'<th scope="row"><span class="step">{POSITIONS[key]}</span> {escape(name)}</th>'


def _scores(result: StageSummary, language: str) -> str:
    scores = result.scores or result.best_case
    if scores is None:
        return _spanning(gap(result, language), len(SCORES))
    low, high = scores.miou_interval
    interval = text("results.range", language, low=f"{low:.3f}", high=f"{high:.3f}")
    return _cells((f"<b>{scores.miou:.3f}</b>", interval, f"{scores.pixel_accuracy:.3f}"))


def _sizes(result: StageSummary, timings: dict[str, float], language: str) -> tuple[str, ...]:
    known, key = result.model_stats, result.stage.key
    return (
        f"{known.parameters:,}" if known.parameters else DASH,
        f"{known.multiply_adds / 1e9:.2f} G" if known.multiply_adds else DASH,
        milliseconds(timings[key]) if key in timings else DASH,
        receptive_field(known, Translator(language)),
    )


def _head(content: str) -> str:
    return f'<th scope="row">{escape(content)}</th>'


def _cells(contents: Iterable[str]) -> str:
    return "".join(f"<td>{content}</td>" for content in contents)


def _spanning(sentence: str, columns: int) -> str:
    return f'<td colspan="{columns}" class="gap">{escape(sentence)}</td>'


def _table(name: str, headings: Iterable[str], rows: Iterable[str]) -> str:
    """A table that is scrolled, not squeezed, where it is wider than the screen."""
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<div class="results-table" tabindex="0" role="region" aria-label="{escape(name)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _folded(table: str, language: str) -> str:
    summary = escape(text("results.numbers", language))
    return f'<details class="results-numbers"><summary>{summary}</summary>{table}</details>'
