"""The charts of tab *Results*."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from segdemo.data.classes import CLASSES
from segdemo.data.palette import CSS_COLOURS
from segdemo.evaluation.scores import Epoch, StageSummary, scored
from segdemo.locales import Translator
from segdemo.models.registry import NETWORKS, STAGES
from segdemo.web.components import late_altair as alt
from segdemo.web.components.charts import INK, SUBDUED, finished, stage_scale
from segdemo.web.tabs.results.costs import Cost, write
from segdemo.web.tabs.results.names import title

BAR, GROUP = 34, 48  # pixels from bar to bar, from group to group
ROOM = 1.6  # between a logarithmic axis' end and the nearest value, as a factor
Rows = list[dict[str, Any]]


def score_rows(results: Sequence[StageSummary], t: Translator) -> Rows:
    """A row per stage that has scores, is scored at its best, or waits for them."""
    shown = [result for result in results if result.stage.network or result.best_case]
    return [_score_row(result, t) for result in shown]


def _score_row(result: StageSummary, t: Translator) -> dict[str, Any]:
    row = {"key": result.stage.key, "stage": title(result.stage, t), "gap": ""}
    scores = result.scores or result.best_case
    if scores is None:
        return row | {"gap": t("results.gap.chart")}
    low, high = scores.miou_interval
    return row | {
        "miou": scores.miou,
        "low": low,
        "high": high,
        "interval": t("results.range", low=f"{low:.3f}", high=f"{high:.3f}"),
        "opacity": 1 if result.scores else 0.45,
    }


def scores(results: Sequence[StageSummary], t: Translator, description: str) -> alt.TopLevelMixin:
    """mIoU with its interval, a bar per stage in lecture order, pale for a best case."""
    rows = score_rows(results, t)
    y = alt.Y("stage:N", title=None, sort=[row["stage"] for row in rows])
    x = alt.X("miou:Q", title=t("results.miou"), scale=alt.Scale(domain=[0, 1]))
    hover = [
        alt.Tooltip("stage:N", title=t("results.stage")),
        alt.Tooltip("miou:Q", title=t("results.miou"), format=".3f"),
        alt.Tooltip("interval:N", title=t("results.interval")),
    ]
    base = _base(rows).encode(y=y)
    bars = base.mark_bar(height={"band": 0.62}).encode(
        x=x,
        color=alt.Color("stage:N", scale=stage_scale(STAGES, t), legend=None),
        fillOpacity=alt.FillOpacity("opacity:Q", scale=None),
        tooltip=hover,
    )
    spread = base.mark_rule(color=INK, strokeWidth=2).encode(x="low:Q", x2="high:Q")
    numbers = base.mark_text(align="left", dx=6, fontWeight=600).encode(
        x="high:Q", text=alt.Text("miou:Q", format=".3f")
    )
    gaps = base.mark_text(align="left", x=4, color=SUBDUED).encode(text="gap:N")
    return finished(bars + spread + numbers + gaps, BAR * len(rows), description)


def cost_rows(known: Sequence[Cost], quantity: str, t: Translator) -> Rows:
    """A row per stage with its price and its score."""
    return [
        _score_row(result, t) | {"cost": cost, "written": write(cost, quantity)}
        for result, _, cost in known
    ]


def cost(
    known: Sequence[Cost], quantity: str, t: Translator, description: str
) -> alt.TopLevelMixin | None:
    """A point per stage with its interval; None where there is nothing to show."""
    rows = cost_rows(known, quantity, t)
    if not rows:
        return None
    name, mious = t(f"results.cost.{quantity}"), [row["miou"] for row in rows]
    floor, ceiling = math.floor(10 * min(mious) - 0.5) / 10, math.ceil(10 * max(mious) + 0.5) / 10
    hover = [
        alt.Tooltip("stage:N", title=t("results.stage")),
        alt.Tooltip("written:N", title=name),
        alt.Tooltip("miou:Q", title=t("results.miou"), format=".3f"),
    ]
    base = _base(rows).encode(
        x=alt.X("cost:Q", title=name, **_log_axis([row["cost"] for row in rows])),
        color=_named_colour(rows, t),
    )
    up = alt.Y("miou:Q", title=t("results.miou"), scale=alt.Scale(domain=[floor, ceiling]))
    points = base.mark_point(filled=True, size=160, opacity=1).encode(y=up, tooltip=hover)
    spread = base.mark_rule(strokeWidth=2).encode(y="low:Q", y2="high:Q")
    return finished(points + spread, 300, description)


def class_rows(results: Sequence[StageSummary], t: Translator) -> Rows:
    """A row per stage and class."""
    return [
        {"stage": title(result.stage, t), "class": t(f"page.class.{name}"), "iou": iou}
        for result, its_scores in scored(results)
        for name, iou in its_scores.iou.items()
        if iou is not None
    ]


def classes(results: Sequence[StageSummary], t: Translator, description: str) -> alt.TopLevelMixin:
    """IoU by class, three bars per network in the classes' colours."""
    names = [t(f"page.class.{name}") for name in CLASSES]
    stages = [title(result.stage, t) for result in results if result.stage.network]
    colours = alt.Scale(domain=names, range=list(CSS_COLOURS.values()))
    scale = alt.Scale(domain=[0, 1.2])  # the longest bar's number is within, on a phone too
    ticks = alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    x = alt.X("iou:Q", title=t("results.iou"), scale=scale, axis=ticks)
    base = _base(class_rows(results, t)).encode(
        y=alt.Y("stage:N", title=None, scale=alt.Scale(domain=stages, paddingInner=0.25)),
        yOffset=alt.YOffset("class:N", sort=names),
    )
    hover = [
        alt.Tooltip("stage:N", title=t("results.stage")),
        alt.Tooltip("class:N", title=t("results.class")),
        alt.Tooltip("iou:Q", title=t("results.iou"), format=".3f"),
    ]
    bars = base.mark_bar(stroke=INK, strokeWidth=0.5).encode(
        x=x,
        color=alt.Color("class:N", scale=colours, legend=alt.Legend(columns=2)),  # as on a phone
        tooltip=hover,
    )
    numbers = base.mark_text(align="left", dx=4, fontSize=12).encode(
        x="iou:Q", text=alt.Text("iou:Q", format=".2f")
    )
    return finished(bars + numbers, GROUP * len(stages), description)


def elapsed(epoch: Epoch, clock: str) -> float:
    """How much training it took until after this epoch."""
    return epoch.epoch if clock == "epochs" else epoch.seconds / 60


def curve_rows(results: Sequence[StageSummary], clock: str, t: Translator) -> Rows:
    """A row per stage and epoch."""
    return [
        {
            "key": result.stage.key,
            "stage": title(result.stage, t),
            "elapsed": elapsed(epoch, clock),
            "miou": epoch.holdout_miou,
        }
        for result in results
        for epoch in result.history
    ]


def curves(
    results: Sequence[StageSummary], clock: str, t: Translator, description: str
) -> alt.TopLevelMixin | None:
    """The validation set after every epoch, a line per network; None where nothing is known."""
    rows = curve_rows(results, clock, t)
    if not rows:
        return None
    name, miou = t(f"results.curves.{clock}"), t("results.curves.miou")
    ceiling = math.ceil(10 * max(row["miou"] for row in rows) + 0.3) / 10
    base = _base(rows).encode(
        x=alt.X("elapsed:Q", title=name, **_log_axis([row["elapsed"] for row in rows])),
        y=alt.Y("miou:Q", title=miou, scale=alt.Scale(domain=[0, ceiling])),
        color=_named_colour(rows, t),
        tooltip=[
            alt.Tooltip("stage:N", title=t("results.stage")),
            alt.Tooltip("elapsed:Q", title=name, format=".3~r"),
            alt.Tooltip("miou:Q", title=miou, format=".3f"),
        ],
    )
    lines = base.mark_line(strokeWidth=2.5)
    points = base.mark_point(filled=True, size=16, opacity=1)
    return finished(lines + points, 340, description)


def _base(rows: Rows) -> alt.Chart:
    return alt.Chart(alt.Data(values=rows))


def _named_colour(rows: Rows, t: Translator) -> alt.Color:
    """By a stage's title, which the legend names for those that are there."""
    there = list(dict.fromkeys(row["stage"] for row in rows))
    legend = alt.Legend(values=there)
    return alt.Color("stage:N", scale=stage_scale(NETWORKS, t), legend=legend)


def _log_axis(values: Sequence[float]) -> dict[str, Any]:
    """Scale and ticks of a logarithmic axis with some room at either end."""
    low, high = min(values) / ROOM, max(values) * ROOM
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1,) if math.log10(high / low) > 2.5 else (1, 2, 5)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    return {
        "scale": alt.Scale(type="log", domain=[low, high], nice=False),
        "axis": alt.Axis(values=[tick for tick in ticks if low <= tick <= high], format="~s"),
    }
