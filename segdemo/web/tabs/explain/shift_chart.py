"""Section *What if the photo changes?*: the test split's mIoU against the shift, every stage."""

from typing import Any

import altair as alt

from segdemo.evaluation.shift_scores import ShiftScores
from segdemo.locales import Translator
from segdemo.models.registry import STAGES

# As CSS variables, which Vega writes into the SVG as they are: the chart follows the page's theme.
INK, GRID = "var(--body-text-color)", "var(--border-color-primary)"
LOOK: dict[str, Any] = {
    "width": "container",
    "height": 260,
    "autosize": {"type": "fit-x", "contains": "padding"},
    "background": "transparent",
    "usermeta": {"embedOptions": {"renderer": "svg", "actions": False}},
    "config": {
        "title": {"color": INK, "anchor": "start"},
        "axis": {
            "labelColor": INK,
            "titleColor": INK,
            "gridColor": GRID,
            "domain": False,
            "ticks": False,
        },
        "legend": {"labelColor": INK, "labelFontSize": 13},
        "view": {"stroke": None},
    },
}


def shift_chart(scores: ShiftScores, t: Translator) -> alt.Chart:
    """A line per stage, with the 95% interval of each point when the pointer rests on it."""
    rows = [
        {
            "stage": t(f"stages.{key}.title"),
            "shift": score.pixels,
            "miou": score.miou,
            "low": score.miou_interval[0],
            "high": score.miou_interval[1],
        }
        for key, stage_scores in scores.stages.items()
        for score in stage_scores
    ]
    shift, miou = t("insight-perturb.shift"), "mIoU"
    figures = {"miou": miou, "low": "95% ↓", "high": "95% ↑"}
    title = t("insight-perturb.chart.title", photos=scores.pictures)
    chart = alt.Chart(alt.Data(values=rows), title=title, **LOOK)
    return chart.mark_line(point=True).encode(
        x=alt.X("shift:Q", title=shift),
        y=alt.Y("miou:Q", title=miou, scale=alt.Scale(zero=False)),
        color=_stage_colours([key for key in STAGES if key in scores.stages], t),
        tooltip=[
            alt.Tooltip("stage:N", title=t("page.stage")),
            alt.Tooltip("shift:Q", title=shift),
            *(alt.Tooltip(f"{key}:Q", title=name, format=".3f") for key, name in figures.items()),
        ],
    )


def _stage_colours(keys: list[str], t: Translator) -> alt.Color:
    """Those that the stages have everywhere on the page."""
    scale = alt.Scale(
        domain=[t(f"stages.{key}.title") for key in keys],
        range=[f"var(--stage-{key})" for key in keys],
    )
    legend = alt.Legend(orient="right", symbolStrokeWidth=3, labelLimit=300)
    return alt.Color("stage:N", title=None, scale=scale, legend=legend)
