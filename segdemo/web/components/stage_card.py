"""What a stage says of one photo, as the cards of *Compare* and the report show it."""

from dataclasses import dataclass

from segdemo.data.classes import CLASSES
from segdemo.data.ground_truth import GroundTruth
from segdemo.data.palette import CSS_COLOURS
from segdemo.evaluation.model_stats import ModelStats, model_stats
from segdemo.inference.segmentation import SegmentationResult
from segdemo.locales import Translator
from segdemo.models.registry import Stage
from segdemo.web.formatting import percent


@dataclass(frozen=True)
class StageCard:
    """One stage and its prediction; `state` is waiting, running, done or failed."""

    stage: Stage
    state: str
    test_miou: float | None = None  # None for k-means, which has no classes to be right about
    result: SegmentationResult | None = None
    note: str = ""  # instead of a prediction: why there is none
    averaged: bool = False  # the prediction is the mean of two
    ground_truth: GroundTruth | None = None  # what the result's score compares with

    @property
    def stats(self) -> ModelStats:
        return model_stats(self.stage)

    @property
    def score_kind(self) -> str:
        """Which score stands for the stage: the text `compare.iou-<kind>` says it."""
        if self.result is None or self.result.score is None:
            return "test"
        if self.stage.network is None:
            return "best-case"
        if self.ground_truth is None or not self.ground_truth.is_visitors:
            return "here"
        return "flattered" if self.ground_truth.flatters(self.stage.key) else "painted"

    @property
    def score(self) -> float | None:
        """The mean IoU that `score_kind` names, 0..1."""
        if self.result and self.result.score:
            return self.result.score.miou
        return None if self.averaged else self.test_miou

    def label_names(self, t: Translator) -> list[str]:
        """What the prediction's labels are called; none without a prediction."""
        if self.result is None:
            return []
        if self.stage.network is None:
            clusters = range(1, len(self.result.palette) + 1)
            return [t("page.class.cluster", index=index) for index in clusters]
        return [t(f"page.class.{name}") for name in CLASSES]

    def description(self, t: Translator) -> str:
        """The prediction in words: "U-Net: pet 31%, background 57%, border 12%"; else ""."""
        if self.result is None:
            return ""
        fractions = ", ".join(
            t("compare.alt.share", name=name, percent=percent(fraction))
            for name, fraction in zip(self.label_names(t), self.result.fractions)
        )
        return t("compare.alt", stage=self.title(t), shares=fractions)

    def title(self, t: Translator) -> str:
        """The stage's name, and whether its prediction is an average."""
        title = t(f"stages.{self.stage.key}.title")
        return t("compare.averaged.title", stage=title) if self.averaged else title


def class_legend(t: Translator) -> list[tuple[str, str, str]]:
    """(name, CSS colour, no note) for each class, as the macro `legend` takes them."""
    return [(t(f"page.class.{name}"), colour, "") for name, colour in CSS_COLOURS.items()]


def receptive_field(stats: ModelStats, t: Translator) -> str:
    """How much of the photo one pixel of the prediction depends on."""
    if stats.sees_whole_photo:
        return t("compare.receptive-field.whole")
    return t("compare.receptive-field.value", pixels=stats.receptive_field)
