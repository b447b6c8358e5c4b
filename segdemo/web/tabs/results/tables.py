"""The numbers behind the pictures, as tables."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from segdemo.data.classes import CLASSES
from segdemo.evaluation.scores import StageSummary
from segdemo.locales import Translator
from segdemo.models.registry import POSITIONS
from segdemo.web.components.stage_card import receptive_field
from segdemo.web.formatting import milliseconds, thousands
from segdemo.web.tabs.results.names import gap, title
from segdemo.web.templates import render

DASH = "–"
MILESTONES = (1, 2, 5, 10, 20, 50, 100, 200)  # epochs
SCORES = ("miou", "interval", "pixels")
SIZES = ("parameters", "multiply-adds", "milliseconds", "sees")


@dataclass(frozen=True)
class Row:
    """A row's head, with its number in the lecture or none, and its cells.

    `gap`: a sentence instead of the cells that would stand first, `missing` of them.
    """

    head: str
    cells: tuple[str, ...]
    number: int | None = None
    gap: str = ""
    missing: int = 0


@dataclass(frozen=True)
class Table:
    """`name` is what a screen reader calls it."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def render_table(table: Table, t: Translator, folded: bool = False) -> Markup:
    """As it stands on the page, or folded until somebody asks for the numbers."""
    return render("tabs/results/table.html", t, table=table, folded=folded)


def score_table(results: Sequence[StageSummary], timings: dict[str, float], t: Translator) -> Table:
    """A row per stage: mIoU, interval, pixel accuracy, then its sizes; timings: ms by stage key.

    Where scores are missing, it says why.
    """
    rows = [stage_row(result, _scores(result, t), len(SCORES), t) for result in results]
    rows = [
        replace(row, cells=row.cells + _sizes(result, timings, t))
        for row, result in zip(rows, results)
    ]
    headings = (t(f"results.{name}") for name in ("stage", *SCORES, *SIZES))
    return Table(t("results.ladder.title"), tuple(headings), tuple(rows))


def class_table(results: Sequence[StageSummary], t: Translator) -> Table:
    """A row per stage: its IoU by class."""
    rows = []
    for result in results:
        known = result.scores or result.best_case
        iou = [known.iou[name] for name in CLASSES] if known else []
        cells = tuple(DASH if value is None else f"{value:.3f}" for value in iou)
        rows.append(stage_row(result, cells, len(CLASSES), t))
    headings = (t("results.stage"), *(t(f"page.class.{name}") for name in CLASSES))
    return Table(t("results.classes.title"), headings, tuple(rows))


def curve_table(results: Sequence[StageSummary], t: Translator) -> Table:
    """The validation set's mIoU, a column per stage and a row per epoch of MILESTONES and the
    last; below them the minutes of training.
    """
    known = [result for result in results if result.history]
    longest = max((len(result.history) for result in known), default=0)
    rows = [
        Row(str(epoch), tuple(_miou_after(result, epoch) for result in known))
        for epoch in MILESTONES
        if epoch <= longest
    ]
    lasts = [result.history[-1] for result in known]
    rows += [
        Row(t("results.curves.last"), tuple(f"{last.holdout_miou:.3f}" for last in lasts)),
        Row(t("results.curves.minutes"), tuple(f"{last.seconds / 60:.1f}" for last in lasts)),
    ]
    headings = (t("results.curves.epochs"), *(title(result.stage, t) for result in known))
    return Table(t("results.curves.title"), headings, tuple(rows))


def _miou_after(result: StageSummary, epoch: int) -> str:
    if epoch > len(result.history):
        return DASH
    return f"{result.history[epoch - 1].holdout_miou:.3f}"


def stage_row(result: StageSummary, cells: tuple[str, ...], columns: int, t: Translator) -> Row:
    """A stage's row; without cells, why, over so many columns."""
    name, number = title(result.stage, t), POSITIONS[result.stage.key]
    if result.best_case:
        name = t("results.best-case", stage=name)
    if cells:
        return Row(name, cells, number)
    return Row(name, (), number, gap(result, t), columns)


def _scores(result: StageSummary, t: Translator) -> tuple[str, ...]:
    known = result.scores or result.best_case
    if known is None:
        return ()
    low, high = (f"{end:.3f}" for end in known.miou_interval)
    interval = t("results.range", low=low, high=high)
    return f"{known.miou:.3f}", interval, f"{known.pixel_accuracy:.3f}"


def _sizes(result: StageSummary, timings: dict[str, float], t: Translator) -> tuple[str, ...]:
    stats, key = result.model_stats, result.stage.key
    return (
        thousands(stats.parameters) if stats.parameters else DASH,
        f"{stats.multiply_adds / 1e9:.2f} G" if stats.multiply_adds else DASH,
        milliseconds(timings[key]) if key in timings else DASH,
        receptive_field(stats, t),
    )
