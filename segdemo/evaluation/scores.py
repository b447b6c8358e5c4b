"""What the checkpoints say of their own scores and training, one record a stage."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

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
    best: tuple[PhotoScore, ...] = ()  # photos, the best first; empty where it was not written down
    worst: tuple[PhotoScore, ...] = ()  # the worst first
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


@dataclass(frozen=True)
class _Card:
    """What is read of a checkpoint's description; k-means' has the best case alone."""

    test: Scores | None = None
    best_case: Scores | None = None
    history: tuple[Epoch, ...] = ()
    averaged: tuple[AveragingScores, ...] = ()


_CARD = TypeAdapter(_Card)


def stage_summaries(predictor: Predictor) -> list[StageSummary]:
    """One StageSummary a stage, in lecture order."""
    return [_summary(stage, predictor) for stage in STAGES.values()]


def scored(all_results: Sequence[StageSummary]) -> list[tuple[StageSummary, Scores]]:
    """Those that have scores, with them."""
    return [(result, result.scores) for result in all_results if result.scores]


def _summary(stage: Stage, predictor: Predictor) -> StageSummary:
    stats = model_stats(stage)
    try:
        card = _CARD.validate_python(_metadata(stage, predictor))
    except CheckpointError as error:
        answers_without = stage.network is None and isinstance(error, MissingCheckpointError)
        return StageSummary(stage, stats, problem=None if answers_without else error)
    return StageSummary(stage, stats, card.test, card.best_case, card.history, card.averaged)


def _metadata(stage: Stage, predictor: Predictor) -> dict:
    """Raises CheckpointError."""
    if stage.network is None:
        return read_metadata(predictor.folder, stage)
    if stage.key in predictor.load_errors:
        raise predictor.load_errors[stage.key]
    return predictor.metadata[stage.key]
