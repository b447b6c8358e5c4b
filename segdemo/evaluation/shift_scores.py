"""What a shift of the photo costs every stage, as `python -m train shifts` measured it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segdemo.models.registry import STAGES

FILE = "shifts.json"  # in the folder of the checkpoints


class ShiftScoresError(Exception):
    """The file cannot be used; the message names it and says what to do.

    Visitors read it too: of the path it shows the last folder alone.
    """

    def __init__(self, path: Path, problem: str):
        super().__init__(
            f"{Path(path.parent.name, path.name)}: {problem}; restore it with "
            f"`git checkout -- {path.parent.name}` or measure it again with "
            "`python -m train shifts --data PATH`"
        )


class MissingShiftScoresError(ShiftScoresError):
    """There is no such file."""


class DamagedShiftScoresError(ShiftScoresError):
    """The file is not what the command writes."""


@dataclass(frozen=True)
class ShiftScore:
    """One stage on photos shifted by `pixels` of 128; every other figure in 0..1.

    Counted are the pixels that are still in the frame, so `miou` of two shifts are of different
    pixels. `unshifted_miou` is the score of the same pixels without the shift, and `change` what
    the shift alone did: `miou` less `unshifted_miou`. Intervals are 95 %, bootstrap over photos.
    """

    pixels: int
    miou: float
    miou_interval: tuple[float, float]
    unshifted_miou: float
    change: float
    change_interval: tuple[float, float]  # paired: both scores on the same photos


@dataclass(frozen=True)
class ShiftScores:
    """Every measured stage's ShiftScore by shift, smallest first; stages in lecture order.

    k-means is at its best: clusters assigned to classes using the ground truth.
    """

    pictures: int  # test photos, the same for every stage
    stages: dict[str, tuple[ShiftScore, ...]]

    @classmethod
    def read(cls, folder: Path) -> "ShiftScores":
        """What lies in the folder of the checkpoints.

        Raises MissingShiftScoresError or DamagedShiftScoresError.
        """
        path = folder / FILE
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            stages = {
                key: tuple(map(_score, record["stages"][key]["shifts"]))
                for key in STAGES
                if key in record["stages"]
            }
            return cls(record["pictures"], stages)
        except FileNotFoundError as error:
            raise MissingShiftScoresError(path, "file not found") from error
        except OSError as error:
            problem = f"cannot be read ({error.strerror})"
            raise DamagedShiftScoresError(path, problem) from error
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedShiftScoresError(path, f"not as written ({error})") from error


def _score(record: dict) -> ShiftScore:
    intervals = {name: tuple(record[name]) for name in ("miou_interval", "change_interval")}
    values: dict[str, Any] = record | intervals
    return ShiftScore(**values)
