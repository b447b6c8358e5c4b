"""What the checkpoints say of their own scores and training, one record a stage."""

from collections.abc import Sequence
from dataclasses import dataclass

from segdemo.evaluation.model_stats import ModelStats, model_stats
from segdemo.inference import Predictor
from segdemo.models.checkpoints import CheckpointError, MissingCheckpointError, read_metadata
from segdemo.models.registry import STAGES, Stage

TWO_CLASSES = ("foreground_iou", "pet_dice")  # of Scores


@dataclass(frozen=True)
class PhotoScore:
    """One photo of the test split, by its name there, and the mIoU on it alone."""

    name: str
    miou: float


@dataclass(frozen=True)
class Estimate:
    """A figure of the test split with its 95 % interval, bootstrap over the photos."""

    value: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Scores:
    """One confusion matrix over all pixels of the test split; every figure in 0..1.

    `foreground_iou` is that of pet and border together, `pet_dice` the Dice coefficient of the
    pet alone, as others count; None where it was not written down.
    """

    miou: float
    miou_interval: tuple[float, float]  # 95 %, bootstrap over the photos
    pixel_accuracy: float
    iou: dict[str, float | None]  # by class; None where no pixel is or was called that
    best: tuple[PhotoScore, ...]  # photos, the best first; empty where it was not written down
    worst: tuple[PhotoScore, ...]  # the worst first
    foreground_iou: Estimate | None = None
    pet_dice: Estimate | None = None


@dataclass(frozen=True)
class AveragingScores:
    """mIoU of a network plain and asked twice (`inference.averaging`), on the same photos.

    `data` is "split" for the test split's pictures of 128x128, "own-size" for test photos of their
    own size; `gain`'s interval is paired.
    """

    data: str
    pictures: int
    plain: Estimate
    averaged: Estimate
    gain: Estimate


@dataclass(frozen=True)
class Epoch:
    """One epoch of training, and the hold-out after it."""

    epoch: int  # counted from 1
    holdout_miou: float  # 0..1
    seconds: float  # of work since the run began


@dataclass(frozen=True)
class StageSummary:
    """A stage's scores, size and training; a part that is not known is None or empty.

    `problem` is why its checkpoint cannot be used. The clusters of k-means have no names to be
    right or wrong, so it has no scores; `best_case` are those it would have if somebody who
    knows the truth named the clusters of each photo.
    """

    stage: Stage
    model_stats: ModelStats
    scores: Scores | None = None
    best_case: Scores | None = None
    history: tuple[Epoch, ...] = ()
    averaged: tuple[AveragingScores, ...] = ()
    problem: CheckpointError | None = None


def stage_summaries(predictor: Predictor) -> list[StageSummary]:
    """One StageSummary a stage, in lecture order."""
    return [
        _result(stage, predictor) if stage.network else _clustering(stage, predictor)
        for stage in STAGES.values()
    ]


def scored(all_results: Sequence[StageSummary]) -> list[tuple[StageSummary, Scores]]:
    """Those that have scores, with them."""
    return [(result, result.scores) for result in all_results if result.scores]


def _result(stage: Stage, predictor: Predictor) -> StageSummary:
    if stage.key in predictor.load_errors:
        return StageSummary(stage, model_stats(stage), problem=predictor.load_errors[stage.key])
    card = predictor.metadata[stage.key]
    history = tuple(
        Epoch(record["epoch"], record["holdout_miou"], record["seconds"])
        for record in card.get("history", ())
    )
    return StageSummary(
        stage,
        model_stats(stage),
        scores=_scores(card["test"]) if "test" in card else None,
        history=history,
        averaged=tuple(map(_averaging, card.get("averaged", ()))),
    )


def _clustering(stage: Stage, predictor: Predictor) -> StageSummary:
    try:
        card = read_metadata(predictor.folder, stage)
    except MissingCheckpointError:  # it answers without
        return StageSummary(stage, model_stats(stage))
    except CheckpointError as error:
        return StageSummary(stage, model_stats(stage), problem=error)
    return StageSummary(stage, model_stats(stage), best_case=_scores(card["best_case"]))


def _scores(test: dict) -> Scores:
    low, high = test["miou_interval"]
    best, worst = (
        tuple(PhotoScore(photo["name"], photo["miou"]) for photo in test.get(end, ()))
        for end in ("best", "worst")
    )
    return Scores(
        test["miou"],
        (low, high),
        test["pixel_accuracy"],
        test["iou"],
        best,
        worst,
        *(read_estimate(test[name]) if name in test else None for name in TWO_CLASSES),
    )


def _averaging(found: dict) -> AveragingScores:
    figures = (read_estimate(found[name]) for name in ("plain", "averaged", "gain"))
    return AveragingScores(found["data"], found["pictures"], *figures)


def read_estimate(found: dict) -> Estimate:
    """From the JSON in which `train` keeps it."""
    low, high = found["interval"]
    return Estimate(found["value"], (low, high))
