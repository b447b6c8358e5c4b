"""What depends on this machine's speed: the ladder's table, the cost chart, the endpoint."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import gradio as gr
from gradio.components.plot import PlotData

from segdemo.evaluation.scores import Scores, StageSummary
from segdemo.inference.timing import Timings
from segdemo.web.tabs.results import cost, tables


@dataclass(frozen=True)
class Measured:
    """The callbacks of what depends on this machine's speed."""

    results: list[StageSummary]
    timings: Timings

    def table(self, language: str) -> str:
        """The ladder's table in HTML."""
        return tables.ladder(self.results, self.timings.milliseconds, language)

    def cost(self, quantity: str, language: str) -> tuple[str, PlotData | None]:
        """What the cost chart says, and the chart."""
        known = cost.costs(self.results, quantity, self.timings.milliseconds)
        return cost.says(known, quantity, language), cost.chart(known, quantity, language)

    def show(self, quantity: str, language: str) -> tuple:
        """Table, sentence and chart, from what is known."""
        return self.table(language), *self.cost(quantity, language)

    def measure_if_wanted(self, quantity: str, language: str) -> Iterator[tuple]:
        """Measure where milliseconds are wanted and not known; else leave everything as it is."""
        if quantity == cost.MILLISECONDS and not self.timings.complete:
            yield from self.measure(quantity, language)
        else:
            yield gr.skip(), gr.skip(), gr.skip()

    def measure(self, quantity: str, language: str) -> Iterator[tuple]:
        """Measure every stage; the table fills stage by stage, the chart follows at the end."""
        for _ in self.timings.measure():
            yield self.table(language), gr.skip(), gr.skip()
        yield self.show(quantity, language)

    def ladder(self) -> dict[str, dict]:
        """The ladder: scores on the test split and sizes of every stage, by its key.

        miou, its 95 % interval, pixel_accuracy and iou by class are in 0..1; multiply_adds are
        for one photo of 128x128, receptive_field is in pixels along one side. k-means has no
        scores but the best_case, clusters named by the truth, where it was measured. A stage
        whose checkpoint cannot be used has "error" instead of scores.
        """
        return {result.stage.key: _record(result) for result in self.results}


def _record(result: StageSummary) -> dict:
    record = {"slide": result.stage.slide, **asdict(result.model_stats)}
    if result.problem:
        return record | {"error": str(result.problem)}
    if result.best_case:
        return record | {"best_case": _scores(result.best_case)}
    return record | _scores(result.scores) if result.scores else record


def _scores(scores: Scores) -> dict:
    return {
        "miou": scores.miou,
        "miou_interval": list(scores.miou_interval),
        "pixel_accuracy": scores.pixel_accuracy,
        "iou": scores.iou,
    }
