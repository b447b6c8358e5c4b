"""Training curves: what the hold-out said after every epoch, a line a stage."""

import math
from collections.abc import Sequence
from dataclasses import asdict

from gradio.components.plot import PlotData

from segdemo.evaluation.scores import Epoch, StageSummary
from segdemo.locales import text
from segdemo.models.registry import NETWORKS
from segdemo.web.components.stage_names import title
from segdemo.web.tabs.results.labels import SIDED, along, place
from segdemo.web.tabs.results.names import short
from segdemo.web.tabs.results.vega import category, layer, log_axis, number, plot, tooltip

HEIGHT = 340  # pixels
CLOCKS = ("epochs", "minutes")  # what the horizontal axis counts
# One colour a stage, light and dark: results.css.
COLOURS = {"domain": list(NETWORKS), "range": [f"var(--stage-{key})" for key in NETWORKS]}


def trained(results: Sequence[StageSummary]) -> list[StageSummary]:
    """Those whose training is written down."""
    return [result for result in results if result.history]


def elapsed(epoch: Epoch, clock: str) -> float:
    """How much training it took until after this epoch."""
    return epoch.epoch if clock == "epochs" else epoch.seconds / 60


def chart(results: Sequence[StageSummary], clock: str, language: str) -> PlotData | None:
    """A line for each network with a history, named at its end; None where there is none."""
    known = trained(results)
    if not known:
        return None
    rows = [_row(result, epoch, clock, language) for result in known for epoch in result.history]
    across = log_axis([row["elapsed"] for row in rows])
    ceiling = math.ceil(10 * max(row["miou"] for row in rows) + 0.3) / 10
    ends = _ends(known, clock, across["scale"]["domain"], ceiling, language)
    name, miou = (text(f"results.curves.{key}", language) for key in (clock, "miou"))
    up = {"scale": {"domain": [0, ceiling]}, "axis": {"tickCount": 6, "format": ".1f"}}
    colour = category("key", scale=COLOURS, legend=None)
    hover = tooltip(
        ("stage", "", None),
        ("written", name, None),
        ("miou", miou, ".3f"),
    )
    points = {"color": colour, "tooltip": hover}
    named = layer("text", {"text": category("short"), "color": colour}, fontWeight=600, **SIDED)
    spec = {
        "height": HEIGHT,
        "data": {"values": rows},
        "encoding": {"x": number("elapsed", name, **across), "y": number("miou", miou, **up)},
        "layer": [
            layer("line", {"color": colour}, strokeWidth=2),
            layer("point", points, filled=True, size=14, opacity=1),
            named | {"data": {"values": ends}},
        ],
    }
    return plot(spec, says(results, language))


def _row(result: StageSummary, epoch: Epoch, clock: str, language: str) -> dict:
    passed = elapsed(epoch, clock)
    return {
        "key": result.stage.key,
        "stage": title(result.stage.key, language),
        "elapsed": passed,
        "written": f"{passed:.3g}",
        "miou": epoch.holdout_miou,
    }


def _ends(
    known: Sequence[StageSummary], clock: str, domain: list[float], ceiling: float, language: str
) -> list[dict]:
    """A name a line at its last point, where it covers no other line."""
    low, high = domain

    def spot(epoch: Epoch) -> tuple[float, float]:
        right = math.log(elapsed(epoch, clock) / low) / math.log(high / low)
        return right, (ceiling - epoch.holdout_miou) / ceiling

    lasts = [result.history[-1] for result in known]
    names = [short(result.stage, language) for result in known]
    lines = [[spot(epoch) for epoch in result.history] for result in known]
    others = [point for line in lines for point in along(line)]
    return [
        {
            "key": result.stage.key,
            "short": name,
            "elapsed": elapsed(last, clock),
            "miou": last.holdout_miou,
            **asdict(side),
        }
        for result, last, name, side in zip(
            known, lasts, names, place([spot(last) for last in lasts], names, others)
        )
    ]


def says(results: Sequence[StageSummary], language: str) -> str:
    """What the chart shows, from its numbers."""
    known = trained(results)
    if not known:
        return text("results.nothing", language)
    best = max(known, key=lambda result: result.history[-1].holdout_miou)
    last = best.history[-1]
    return text(
        "results.curves.best",
        language,
        stage=title(best.stage.key, language),
        miou=f"{last.holdout_miou:.3f}",
        epochs=last.epoch,
        minutes=f"{last.seconds / 60:.0f}",
    )
