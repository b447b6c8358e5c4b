"""What stages are called in charts and sentences."""

from collections.abc import Iterable

from segdemo.evaluation.scores import StageSummary
from segdemo.locales import text
from segdemo.models.registry import Stage
from segdemo.web.components.stage_names import title


def short(stage: Stage, language: str) -> str:
    """A name that fits beside a point of a chart."""
    return text(f"results.short.{stage.key}", language)


def listed(results: Iterable[StageSummary], language: str) -> str:
    """Their titles, one after the other."""
    return ", ".join(title(result.stage.key, language) for result in results)


def gap(result: StageSummary, language: str) -> str:
    """Why there are no scores."""
    if result.problem:
        return text("compare.failed", language, problem=str(result.problem))
    unnamed = result.stage.network is None
    return text("results.gap.clusters" if unnamed else "results.gap.unmeasured", language)
