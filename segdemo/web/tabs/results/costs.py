"""What a score costs: size, work, time or view."""

from collections.abc import Callable, Sequence

from segdemo.evaluation.scores import StageSummary, scored
from segdemo.web.formatting import milliseconds as decimals
from segdemo.web.formatting import short

MILLISECONDS = "milliseconds"
# How each quantity is read off a result; milliseconds are measured, not known.
STATS: dict[str, Callable[[StageSummary], int]] = {
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
    return [(result, STATS[quantity](result)) for result in scored(results)]


def write(cost: float, quantity: str) -> str:
    """A cost as people read it; the unit is the quantity's."""
    written = decimals(cost) if quantity == MILLISECONDS else short(cost)
    return written.replace(" ", "\N{NO-BREAK SPACE}")


def frontier(known: Sequence[Cost]) -> list[StageSummary]:
    """Those of which no other scores as high at the same cost or a lower one, cheapest first."""
    kept, highest = [], -1.0
    for result, _ in sorted(known, key=lambda one: (one[1], -one[0].scores.miou)):
        if result.scores.miou > highest:
            highest = result.scores.miou
            kept.append(result)
    return kept
