"""What was measured of the other domains on the test split: `conversions.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from segdemo.evaluation.scores import Estimate, read_estimate

FILE = "conversions.json"  # beside the checkpoints


class ConversionScoresError(Exception):
    """The file cannot be used; the message names it and says what to do."""


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

    Nothing where nothing was measured. Raises ConversionScoresError for a damaged file.
    """
    path = folder / FILE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return {name: _task(found) for name, found in record.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConversionScoresError(
            f"{path}: {error}; restore it with `git checkout -- {folder.name}` or measure again "
            "with `python -m train conversions --data PATH`"
        ) from error


def _task(record: dict) -> TaskScores:
    scores = {
        name: Score(read_estimate(one["psnr"]), read_estimate(one["ssim"]))
        for name, one in record["scores"].items()
    }
    gains = {name: read_estimate(one) for name, one in record["gains"].items()}
    accuracies = {
        name: {kind: read_estimate(one) for kind, one in found.items()}
        for name, found in record["accuracies"].items()
    }
    return TaskScores(record["photos"], record["strength"], scores, gains, accuracies)
