"""What a score costs: size, work, time or view."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from segdemo.evaluation.scores import Scores, StageSummary, scored
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


class Cost(NamedTuple):
    """A stage, its scores and what they cost."""

    result: StageSummary
    scores: Scores
    cost: float


def costs(results: Sequence[StageSummary], quantity: str, timings: dict[str, float]) -> list[Cost]:
    """The results that have scores, with their cost in one of QUANTITIES.

    timings: milliseconds by stage key; a stage that was not measured is left out.
    """
    known = scored(results)
    if quantity == MILLISECONDS:
        return [Cost(r, s, timings[r.stage.key]) for r, s in known if r.stage.key in timings]
    return [Cost(result, scores, STATS[quantity](result)) for result, scores in known]


def write(cost: float, quantity: str) -> str:
    """A cost as people read it; the unit is the quantity's."""
    written = decimals(cost) if quantity == MILLISECONDS else short(cost)
    return written.replace(" ", "\N{NO-BREAK SPACE}")


def frontier(known: Sequence[Cost]) -> list[StageSummary]:
    """Those of which no other scores as high at the same cost or a lower one, cheapest first."""
    kept, highest = [], -1.0
    for result, scores, _ in sorted(known, key=lambda one: (one.cost, -one.scores.miou)):
        if scores.miou > highest:
            highest = scores.miou
            kept.append(result)
    return kept
