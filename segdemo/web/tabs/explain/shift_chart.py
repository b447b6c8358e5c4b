"""Section *What if the photo changes?*: the test split's mIoU against the shift, every stage."""

from __future__ import annotations

from segdemo.evaluation.shift_scores import ShiftScores
from segdemo.locales import Translator
from segdemo.models.registry import STAGES
from segdemo.web.components import late_altair as alt
from segdemo.web.components.charts import finished, stage_scale


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
    keys = [key for key in STAGES if key in scores.stages]
    legend = alt.Legend(orient="right", columns=1, symbolStrokeWidth=3, labelLimit=300)
    chart = alt.Chart(alt.Data(values=rows), title=title).mark_line(point=True)
    encoded = chart.encode(
        x=alt.X("shift:Q", title=shift),
        y=alt.Y("miou:Q", title=miou, scale=alt.Scale(zero=False)),
        color=alt.Color("stage:N", scale=stage_scale(keys, t), legend=legend),
        tooltip=[
            alt.Tooltip("stage:N", title=t("page.stage")),
            alt.Tooltip("shift:Q", title=shift),
            *(alt.Tooltip(f"{key}:Q", title=name, format=".3f") for key, name in figures.items()),
        ],
    )
    return finished(encoded, 260, title)
