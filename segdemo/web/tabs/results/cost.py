"""What a score costs: mIoU against size, work, time or view, each on a logarithmic axis."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict

from gradio.components.plot import PlotData

from segdemo.evaluation.scores import StageSummary, scored
from segdemo.locales import text
from segdemo.web.components.stage_names import title
from segdemo.web.formatting import milliseconds as decimals
from segdemo.web.formatting import short as with_unit
from segdemo.web.tabs.results.labels import SIDED, Side, place
from segdemo.web.tabs.results.names import listed, short
from segdemo.web.tabs.results.vega import (
    INK,
    SERIES,
    category,
    layer,
    log_axis,
    number,
    plot,
    tooltip,
)

HEIGHT = 300  # pixels
MILLISECONDS = "milliseconds"
# How each quantity is read off a result; milliseconds are measured, not known.
FACTS: dict[str, Callable[[StageSummary], int]] = {
    "parameters": lambda result: result.model_stats.parameters,
    "multiply-adds": lambda result: result.model_stats.multiply_adds,
    "receptive-field": lambda result: result.model_stats.receptive_field,
}
QUANTITIES = ("parameters", "multiply-adds", MILLISECONDS, "receptive-field")

Cost = tuple[StageSummary, float]


def costs(results: Sequence[StageSummary], quantity: str, timings: dict[str, float]) -> list[Cost]:
    """The results that have scores, with their cost in one of QUANTITIES.

    timings: milliseconds by stage key; a stage that was not measured is left out.
    """
    if quantity == MILLISECONDS:
        return [(r, timings[r.stage.key]) for r in scored(results) if r.stage.key in timings]
    return [(result, FACTS[quantity](result)) for result in scored(results)]


def chart(known: Sequence[Cost], quantity: str, language: str) -> PlotData | None:
    """A named point a stage; None where there is nothing to show."""
    if not known:
        return None
    across = log_axis([cost for _, cost in known])
    up = _miou_axis([result.scores.miou for result, _ in known])
    sides = _sides(known, across["scale"]["domain"], up["scale"]["domain"], language)
    rows = [_row(*one, quantity, language) | asdict(side) for one, side in zip(known, sides)]
    name, miou = text(f"results.cost.{quantity}", language), text("results.miou", language)
    hover = tooltip(("stage", "", None), ("written", name, None), ("miou", miou, ".3f"))
    interval = {"y": number("low", miou), "y2": {"field": "high"}}
    spec = {
        "height": HEIGHT,
        "data": {"values": rows},
        "encoding": {"x": number("cost", name, **across), "y": number("miou", miou, **up)},
        "layer": [
            layer("point", {"tooltip": hover}, filled=True, size=90, opacity=1, color=SERIES),
            layer("rule", interval, color=INK, strokeWidth=2),
            layer("text", {"text": category("short")}, **SIDED),
        ],
    }
    return plot(spec, says(known, quantity, language))


def _miou_axis(mious: Sequence[float]) -> dict:
    """An axis with some air above and below, from a tenth to a tenth."""
    floor, ceiling = math.floor(10 * min(mious) - 0.5) / 10, math.ceil(10 * max(mious) + 0.5) / 10
    return {"scale": {"domain": [floor, ceiling]}, "axis": {"tickCount": 5, "format": ".1f"}}


def _sides(
    known: Sequence[Cost], costs: Sequence[float], mious: Sequence[float], language: str
) -> list[Side]:
    """Which side of its point each name goes to; costs and mious: the ends of the axes."""
    decades = math.log(costs[1] / costs[0])
    places = [
        (
            math.log(cost / costs[0]) / decades,
            (mious[1] - result.scores.miou) / (mious[1] - mious[0]),
        )
        for result, cost in known
    ]
    return place(places, [short(result.stage, language) for result, _ in known])


def _row(result: StageSummary, cost: float, quantity: str, language: str) -> dict:
    low, high = result.scores.miou_interval
    return {
        "key": result.stage.key,
        "stage": title(result.stage.key, language),
        "short": short(result.stage, language),
        "cost": cost,
        "written": write(cost, quantity),
        "miou": result.scores.miou,
        "low": low,
        "high": high,
    }


def write(cost: float, quantity: str) -> str:
    """A cost as people read it; the unit is the quantity's."""
    written = decimals(cost) if quantity == MILLISECONDS else with_unit(cost)
    return written.replace(" ", "\N{NO-BREAK SPACE}")


def says(known: Sequence[Cost], quantity: str, language: str) -> str:
    """What the chart shows, from its numbers."""
    if not known:
        return text("results.cost.none", language)
    (best, price), (most, highest) = (
        max(known, key=key) for key in (lambda one: one[0].scores.miou, lambda one: one[1])
    )
    values = {
        "best": title(best.stage.key, language),
        "price": write(price, quantity),
        "most": title(most.stage.key, language),
        "highest": write(highest, quantity),
    }
    if price == highest:
        first = text("results.cost.pays", language, **values)
    else:
        gain = f"{best.scores.miou - most.scores.miou:.2f}"
        first = text("results.cost.spares", language, gain=gain, **values)
    worth = text("results.cost.frontier", language, stages=listed(frontier(known), language))
    return f"{first} {worth}"


def frontier(known: Sequence[Cost]) -> list[StageSummary]:
    """Those of which no other scores as high at the same cost or a lower one, cheapest first."""
    kept, highest = [], -1.0
    for result, _ in sorted(known, key=lambda one: (one[1], -one[0].scores.miou)):
        if result.scores.miou > highest:
            highest = result.scores.miou
            kept.append(result)
    return kept
