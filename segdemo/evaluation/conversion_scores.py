"""What was measured of the other domains on the test split: `conversions.json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from segdemo.evaluation.measurements import MissingMeasurementError, read_measurement
from segdemo.evaluation.scores import Estimate

FILE = "conversions.json"  # beside the checkpoints


@dataclass(frozen=True)
class Score:
    """How near the pictures of one kind come to their originals."""

    psnr: Estimate  # dB
    ssim: Estimate


@dataclass(frozen=True)
class TaskScores:
    """One task on the test split: a Score for what goes in, each filter and each network.

    `strength` as in `segdemo.analysis.conversion`. `gains`: the PSNR of the last network above
    each of the others, photo by photo. `accuracies`: of what classifies, the fraction of pixels
    whose bin of colours is the first choice ("top-1") or among the first five ("top-5").
    """

    photos: int
    strength: float
    scores: Mapping[str, Score]
    gains: Mapping[str, Estimate]
    accuracies: Mapping[str, Mapping[str, Estimate]]


def read_scores(folder: Path) -> dict[str, TaskScores]:
    """What `python -m train conversions` wrote beside the checkpoints in `folder`, by task.

    Nothing where nothing was measured. Raises MeasurementError for a damaged file.
    """
    try:
        return read_measurement(folder / FILE, "conversions", dict[str, TaskScores])
    except MissingMeasurementError:
        return {}
