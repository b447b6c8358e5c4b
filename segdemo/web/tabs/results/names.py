"""What stages are called in charts and sentences."""

from collections.abc import Iterable

from segdemo.evaluation.scores import StageSummary
from segdemo.locales import Translator
from segdemo.models.registry import Stage


def title(stage: Stage, t: Translator) -> str:
    """The stage's full name."""
    return t(f"stages.{stage.key}.title")


def listed(results: Iterable[StageSummary], t: Translator) -> str:
    """Their short names, one after the other: full ones have commas of their own."""
    return " · ".join(t(f"results.short.{result.stage.key}") for result in results)


def gap(result: StageSummary, t: Translator) -> str:
    """Why there are no scores."""
    if result.problem:
        return t("compare.failed", problem=str(result.problem))
    return t(f"results.gap.{'unmeasured' if result.stage.network else 'clusters'}")
