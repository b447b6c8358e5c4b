"""What depends on this machine's speed: the scores' table, the cost chart, the endpoint."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import gradio as gr

from segdemo.evaluation.scores import Scores, StageSummary
from segdemo.inference.timing import Timings
from segdemo.locales import Translator
from segdemo.web.tabs.results import charts, costs, sentences, tables


@dataclass(frozen=True)
class Measured:
    """The callbacks of what depends on this machine's speed."""

    results: list[StageSummary]
    timings: Timings

    def table(self, t: Translator) -> str:
        """Every stage's scores and sizes in HTML."""
        return tables.render_table(
            tables.score_table(self.results, self.timings.milliseconds, t), t
        )

    def cost(self, quantity: str, t: Translator) -> tuple[str, object]:
        """What the cost chart says, and the chart or None."""
        known = costs.costs(self.results, quantity, self.timings.milliseconds)
        said = sentences.on_costs(known, quantity, t)
        return said, charts.cost(known, quantity, t, said)

    def show(self, quantity: str, t: Translator) -> tuple:
        """Table, sentence and chart, from what is known."""
        return self.table(t), *self.cost(quantity, t)

    def measure_if_wanted(self, quantity: str, t: Translator) -> Iterator[tuple]:
        """Measure where milliseconds are wanted and not known; else leave everything as it is."""
        if quantity == costs.MILLISECONDS and not self.timings.complete:
            yield from self.measure(quantity, t)
        else:
            yield gr.skip(), gr.skip(), gr.skip()

    def measure(self, quantity: str, t: Translator) -> Iterator[tuple]:
        """Measure every stage: the table fills and the sentence counts; the chart comes last."""
        yield gr.skip(), t("results.measuring"), gr.skip()
        for _ in self.timings.measure():
            done = len(self.timings.milliseconds)
            yield self.table(t), t("results.measuring.done", done=done), gr.skip()
        yield self.show(quantity, t)

    def ladder(self) -> dict[str, dict]:
        """The ladder: scores on the test split and sizes of every stage, by its key.

        miou, its 95 % interval, pixel_accuracy and iou by class are in 0..1, and so are
        foreground_iou (pet and border against background) and pet_dice with their intervals,
        null where they were not measured; multiply_adds are for one photo of 128x128,
        receptive_field is in pixels along one side. k-means has no scores but the best_case,
        clusters named by the truth, where it was measured. A stage whose checkpoint cannot be
        used has "error" instead of scores.
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
        "foreground_iou": scores.foreground_iou and asdict(scores.foreground_iou),
        "pet_dice": scores.pet_dice and asdict(scores.pet_dice),
    }
