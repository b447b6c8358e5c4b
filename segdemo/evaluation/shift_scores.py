"""What a shift of the photo costs every stage, as `python -m train shifts` measured it."""

from dataclasses import dataclass
from pathlib import Path

from segdemo.evaluation.measurements import read_measurement
from segdemo.models.registry import STAGES

FILE = "shifts.json"  # in the folder of the checkpoints


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
        """What lies in the folder of the checkpoints. Raises MeasurementError."""
        record = read_measurement(folder / FILE, "shifts", _Record)
        known = record.stages
        return cls(record.pictures, {key: known[key].shifts for key in STAGES if key in known})


@dataclass(frozen=True)
class _StageRecord:
    shifts: tuple[ShiftScore, ...]


@dataclass(frozen=True)
class _Record:
    """What is read of the file."""

    pictures: int
    stages: dict[str, _StageRecord]
