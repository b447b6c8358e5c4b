"""Section *What if the photo changes?*: the test split's mIoU against the shift, every stage."""

import altair as alt

from segdemo.evaluation.shift_scores import ShiftScores
from segdemo.locales import Translator
from segdemo.models.registry import STAGES

# As CSS variables, which Vega writes into the SVG as they are: the chart follows the page's theme.
INK, GRID = "var(--body-text-color)", "var(--border-color-primary)"
EMBEDDED = {"embedOptions": {"renderer": "svg", "actions": False}}


def shift_chart(scores: ShiftScores, t: Translator) -> alt.Chart:
    """A line per stage, with the 95% interval of each point when the pointer rests on it."""
    keys = [key for key in STAGES if key in scores.stages]
    colours = alt.Scale(
        domain=[t(f"stages.{key}.title") for key in keys],
        range=[f"var(--stage-{key})" for key in keys],  # as everywhere on the page
    )
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
    names = {"miou": "mIoU", "shift": t("insight-perturb.shift"), "stage": t("page.stage")}
    return (
        alt.Chart(
            alt.Data(values=rows),
            title=t("insight-perturb.chart.title", photos=scores.pictures),
            width="container",
            height=260,
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
            background="transparent",
            usermeta=EMBEDDED,
        )
        .mark_line(point=True)
        .encode(
            x=alt.X("shift:Q", title=names["shift"]),
            y=alt.Y("miou:Q", title=names["miou"], scale=alt.Scale(zero=False)),
            color=alt.Color(
                "stage:N",
                title=None,
                scale=colours,
                legend=alt.Legend(orient="right", symbolStrokeWidth=3, labelLimit=300),
            ),
            tooltip=[
                alt.Tooltip("stage:N", title=names["stage"]),
                alt.Tooltip("shift:Q", title=names["shift"]),
                alt.Tooltip("miou:Q", title=names["miou"], format=".3f"),
                alt.Tooltip("low:Q", title="95% ↓", format=".3f"),
                alt.Tooltip("high:Q", title="95% ↑", format=".3f"),
            ],
        )
        .configure_title(color=INK, anchor="start")
        .configure_axis(labelColor=INK, titleColor=INK, gridColor=GRID, domain=False, ticks=False)
        .configure_legend(labelColor=INK, labelFontSize=13)
        .configure_view(stroke=None)
    )
