"""The ladder as a picture: mIoU with its interval, a bar a stage, in lecture order."""

from collections.abc import Sequence

from gradio.components.plot import PlotData

from segdemo.evaluation.scores import StageSummary, scored
from segdemo.locales import text
from segdemo.web.components.stage_names import title
from segdemo.web.tabs.results.names import listed
from segdemo.web.tabs.results.vega import (
    INK,
    SERIES,
    SHARES,
    SUBDUED,
    category,
    layer,
    number,
    plot,
    tooltip,
)

BAR_STEP = 34  # pixels from bar to bar


def chart(results: Sequence[StageSummary], language: str) -> PlotData:
    """A bar a stage, pale for a best case; a network without scores keeps its place, empty."""
    shown = [result for result in results if result.stage.network or result.best_case]
    rows = [_row(result, language) for result in shown]
    miou, interval = (text(f"results.{key}", language) for key in ("miou", "interval"))
    hover = tooltip(("stage", "", None), ("miou", miou, ".3f"), ("interval", interval, None))
    low, high = (number(end, miou) for end in ("low", "high"))
    bar = {
        "x": number("miou", miou, **SHARES),
        "fillOpacity": {"condition": {"test": "datum.ideal", "value": 0.4}, "value": 1},
        "tooltip": hover,
    }
    spec = {
        "height": BAR_STEP * len(rows),
        "data": {"values": rows},
        "encoding": {"y": category("stage", scale={"domain": [row["stage"] for row in rows]})},
        "layer": [
            layer("bar", bar, color=SERIES, height={"band": 0.62}),
            layer("rule", {"x": low, "x2": {"field": "high"}}, color=INK, strokeWidth=2),
            *(layer("tick", {"x": end}, color=INK, size=12) for end in (low, high)),
            layer(
                "text", {"x": high, "text": category("label")}, align="left", dx=8, fontWeight=600
            ),
            layer("text", {"text": category("gap")}, align="left", x=4, color=SUBDUED),
        ],
    }
    return plot(spec, says(results, language))


def _row(result: StageSummary, language: str) -> dict:
    row = {"key": result.stage.key, "stage": title(result.stage.key, language), "gap": ""}
    scores = result.scores or result.best_case
    if scores is None:
        return row | {"gap": text("results.gap.chart", language)}
    low, high = scores.miou_interval
    return row | {
        "miou": scores.miou,
        "low": low,
        "high": high,
        "interval": text("results.range", language, low=f"{low:.3f}", high=f"{high:.3f}"),
        "label": f"{scores.miou:.3f}",
        "ideal": result.scores is None,
    }


def says(results: Sequence[StageSummary], language: str) -> str:
    """What the chart shows, from its numbers."""
    known = scored(results)
    if not known:
        return text("results.nothing", language)
    best = max(known, key=lambda result: result.scores.miou)
    low, high = best.scores.miou_interval
    sentences = [
        text(
            "results.ladder.best",
            language,
            stage=title(best.stage.key, language),
            miou=f"{best.scores.miou:.3f}",
            low=f"{low:.3f}",
            high=f"{high:.3f}",
        )
    ]
    steps = [
        (after.scores.miou - before.scores.miou, before, after)
        for before, after in zip(known, known[1:])
    ]
    gain, before, after = max(steps, key=lambda step: step[0], default=(0, best, best))
    if gain > 0:
        before, after = (title(result.stage.key, language) for result in (before, after))
        sentences.append(
            text("results.ladder.step", language, before=before, after=after, gain=f"{gain:.2f}")
        )
    falls = [after for change, _, after in steps if change < 0]
    if falls:
        sentences.append(text("results.ladder.falls", language, stages=listed(falls, language)))
    ideal = [result for result in results if result.best_case]
    if ideal:
        sentences.append(text("results.ladder.ideal", language, stages=listed(ideal, language)))
    return " ".join(sentences)
