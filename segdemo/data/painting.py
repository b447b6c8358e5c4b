"""A mask as a visitor paints it: how it travels, and what is checked.

A painting travels run-length coded, row by row: a text of labels and lengths, some ten kilobytes.
The browser holds labels, not colours, so nothing is blurred or guessed.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from segdemo.data.classes import UNKNOWN
from segdemo.data.ground_truth import GroundTruth, GroundTruthSource
from segdemo.errors import InputError

RUN = rf"[0-{UNKNOWN}] [1-9][0-9]{{0,6}}"
RUNS = re.compile(f"{RUN}(?: {RUN})*")


@dataclass(frozen=True, eq=False)
class Painting:
    """Labels (H, W) uint8, 0..2 or UNKNOWN, at least one of them known, and whose they are.

    `corrected`, 0..1: of the painted pixels, those that differ from the network's own prediction
    that it began as; None if it began blank.
    """

    photo: str  # the photo's `fingerprint`
    labels: np.ndarray
    corrected: float | None = None

    @property
    def ground_truth(self) -> GroundTruth | None:
        """None for a prediction that nobody has corrected: no network is right by its own word."""
        if self.corrected is None:
            return GroundTruth(self.labels, GroundTruthSource.PAINTED)
        if self.corrected == 0:
            return None
        return GroundTruth(self.labels, GroundTruthSource.CORRECTED)

    @property
    def name(self) -> str:
        """What changes with every stroke that counts; empty while none does."""
        return f"{self.photo} {self.ground_truth.digest}" if self.ground_truth else ""

    @property
    def painted_fraction(self) -> float:
        """Of all pixels, those with a label: 0..1."""
        return float((self.labels != UNKNOWN).mean())


def fingerprint(photo: Image.Image) -> str:
    """What tells one RGB photo from another."""
    return hashlib.sha256(f"{photo.size}".encode() + photo.tobytes()).hexdigest()[:16]


def painting_of(photo: Image.Image, painting: Painting | None) -> Painting | None:
    """The painting, if it is of this RGB photo; else None."""
    return painting if painting and painting.photo == fingerprint(photo) else None


def parse_painting(
    sent: object, photo: Image.Image, predict: Callable[[], np.ndarray] | None = None
) -> Painting | None:
    """What the editor sends, {"photo", "runs", "fromPrediction"} -> Painting; None if blank.

    `photo` is the RGB photo that is shown, `predict` gives the (H, W) labels that the editor
    suggested, None where it suggests none. Raises InputError for a painting of another photo, and
    for runs that do not cover it exactly.
    """
    if not isinstance(sent, dict):
        raise InputError("mask-editor.damaged")
    if sent.get("photo") != fingerprint(photo):
        raise InputError("mask-editor.other-photo")
    labels = _decode(sent.get("runs"), photo.width * photo.height)
    labels = labels.reshape(photo.height, photo.width)
    painted = labels != UNKNOWN
    if not painted.any():
        return None
    if predict is None or sent.get("fromPrediction") is not True:
        return Painting(sent["photo"], labels)
    corrected = (labels != predict())[painted].mean()
    return Painting(sent["photo"], labels, float(corrected))


def run_lengths(labels: np.ndarray) -> str:
    """(H, W) labels -> "label length label length ...": 0 0 1 and 1 3 3 give "0 2 1 2 3 2"."""
    flat = labels.ravel()
    starts = np.concatenate([[0], np.flatnonzero(np.diff(flat)) + 1])
    lengths = np.diff(starts, append=flat.size)
    return " ".join(map(str, np.stack([flat[starts], lengths], axis=1).ravel().tolist()))


def _decode(runs: object, pixels: int) -> np.ndarray:
    """(pixels,) uint8; the sum is checked before anything is unrolled. Raises InputError."""
    # No run is written longer than four characters a pixel: "0 1 ".
    if not isinstance(runs, str) or len(runs) > 4 * pixels or not RUNS.fullmatch(runs):
        raise InputError("mask-editor.damaged")
    values, lengths = np.array(runs.split(), np.int64).reshape(-1, 2).T
    if lengths.sum() != pixels:
        raise InputError("mask-editor.damaged")
    return np.repeat(values.astype(np.uint8), lengths)
