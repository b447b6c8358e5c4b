"""Section *Where is it wrong?*, what it shows: mistakes, scores, and where two stages differ."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from segdemo.analysis.error_map import (
    AGREEMENT,
    KINDS,
    SAME,
    UNCOUNTED,
    Evaluation,
    disagreement,
    evaluate,
)
from segdemo.data.classes import CLASSES
from segdemo.data.ground_truth import GroundTruth
from segdemo.data.palette import ground_truth_image, label_image
from segdemo.locales import Translator
from segdemo.metrics import Score
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import STAGES
from segdemo.web.components.pictures import Layer, label_layer
from segdemo.web.formatting import precise

# RGBA: colours that stand for no class; through what is right or the same the photo shows, and
# what is not counted is darkened.
OPAQUE = 230
CLEAR, BLACK, SHADE = (255, 255, 255, 0), (0, 0, 0, OPAQUE), (0, 0, 0, 140)
PINK, GREEN, INDIGO = (204, 121, 167, OPAQUE), (0, 158, 115, OPAQUE), (75, 0, 130, OPAQUE)
KIND_COLOURS = np.array([CLEAR, PINK, GREEN, BLACK, SHADE], np.uint8)
SIDE_COLOURS = np.array([CLEAR, GREEN, PINK, BLACK, INDIGO], np.uint8)


@dataclass(frozen=True)
class Reference:
    """The ground truth in use, or None; `notes` say what it is."""

    ground_truth: GroundTruth | None
    notes: tuple[str, ...]

    @property
    def labels(self) -> np.ndarray | None:
        """(H, W), 0..2 or UNKNOWN."""
        return self.ground_truth and self.ground_truth.labels

    def flatters(self, key: str) -> bool:
        """Whether the score of this stage is too high by this ground truth's making."""
        return self.ground_truth is not None and self.ground_truth.flatters(key)


@dataclass(frozen=True)
class Kind:
    """One colour of a map: CSS colour, what it means, and how much of the photo it has."""

    colour: str
    name: str
    fraction: float
    pixels: int


@dataclass(frozen=True)
class KindMap:
    """A map over the greyed photo, and what its colours mean."""

    title: str
    image: Image.Image
    kinds: list[Kind]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConfusionRow:
    """One true class: fraction and pixels by predicted class; None if it has no pixels."""

    name: str
    cells: list[tuple[float, int]] | None
    iou: float | None


@dataclass(frozen=True)
class Mistakes:
    """One stage against the ground truth."""

    heading: str
    score: str
    flattered: bool
    pictures: list[Layer]
    where: KindMap
    confusion: list[ConfusionRow]


@dataclass(frozen=True)
class Difference:
    """Two stages beside each other."""

    heading: str
    pictures: list[Layer]
    where: KindMap


@dataclass(frozen=True)
class Row:
    """One stage's scores, or the problem that leaves it without."""

    key: str
    score: Score | None
    problem: str = ""
    note: str = ""
    chosen: bool = False
    flattered: bool = False


Predictions = dict[str, np.ndarray | CheckpointError]
Side = tuple[str, np.ndarray]  # a stage's key and labels (H, W)


def mistakes(key: str, labels: np.ndarray, reference: Reference, t: Translator) -> Mistakes | None:
    """Where labels (H, W) of a stage are wrong; None for a reference without labels."""
    if reference.labels is None:
        return None
    found = evaluate(labels, reference.labels)
    title = t(f"stages.{key}.title")
    counts = np.bincount(found.kinds.ravel(), minlength=len(KINDS))
    caption = t("insight-truth.truth")
    drawn = ground_truth_image(reference.labels)
    uncounted = (t("insight-truth.uncounted"),) if counts[UNCOUNTED] else ()
    names = [t(f"insight-truth.kind.{kind}") for kind in KINDS[:UNCOUNTED]]
    where = KindMap(
        t("insight-truth.mistakes"),
        label_image(found.kinds, KIND_COLOURS),
        _kinds(names, KIND_COLOURS, counts[:UNCOUNTED]),
        uncounted,
    )
    return Mistakes(
        t("insight-truth.wrong", stage=title, percent=precise(1 - found.score.pixel_accuracy)),
        _score(key, found.score, reference, t),
        reference.flatters(key),
        [_prediction(key, labels, reference, t), Layer(caption, caption, drawn)],
        where,
        _confusion(found, t),
    )


def difference(first: Side, second: Side, reference: Reference, t: Translator) -> Difference:
    """Where two stages differ, and who is right there."""
    sides = disagreement(first[1], second[1], reference.labels)
    counts = np.bincount(sides.ravel(), minlength=len(AGREEMENT))
    values = {"first": t(f"stages.{first[0]}.title"), "second": t(f"stages.{second[0]}.title")}
    names = [t(f"insight-truth.side.{side}", **values) for side in AGREEMENT]
    known = reference.labels is not None
    caption = t(f"insight-truth.{'who' if known else 'where'}")
    where = KindMap(caption, label_image(sides, SIDE_COLOURS), _kinds(names, SIDE_COLOURS, counts))
    heading = t("insight-truth.apart", percent=precise(1 - counts[SAME] / sides.size), **values)
    beside = (second,) if known else (first, second)  # the first stands above already
    pictures = [_prediction(key, labels, reference, t) for key, labels in beside]
    return Difference(heading, pictures, where)


def ladder(predictions: Predictions, chosen: str, reference: Reference, t: Translator) -> list[Row]:
    """Every stage against the reference, in lecture order; nothing where that has no labels."""
    if (ground_truth := reference.labels) is None:
        return []

    def row(key: str, labels: np.ndarray | CheckpointError) -> Row:
        if isinstance(labels, CheckpointError):
            return Row(key, None, problem=str(labels))
        flattered = reference.flatters(key)
        note = t("insight-truth.flattered") if flattered else ""
        if STAGES[key].network is None:
            note = t("insight-truth.best-case")
        score = evaluate(labels, ground_truth).score
        return Row(key, score, note=note, chosen=key == chosen, flattered=flattered)

    return [row(key, labels) for key, labels in predictions.items()]


def _prediction(key: str, labels: np.ndarray, reference: Reference, t: Translator) -> Layer:
    """One stage's labels; for clusters, where the classes come from."""
    title = t(f"stages.{key}.title")
    if STAGES[key].network:
        return label_layer(title, labels, t)
    source = "stand-in" if reference.labels is None else "truth"
    return label_layer(title, labels, t, t(f"insight-truth.named.{source}"))


def _score(key: str, score: Score, reference: Reference, t: Translator) -> str:
    values = {"miou": f"{score.miou:.2f}", "percent": precise(score.pixel_accuracy)}
    words = t("insight-truth.score", **values)
    return f"{words} {t('insight-truth.flattered')}" if reference.flatters(key) else words


def _confusion(found: Evaluation, t: Translator) -> list[ConfusionRow]:
    return [
        ConfusionRow(
            t(f"page.class.{name}"),
            list(zip((counts / counts.sum()).tolist(), counts.tolist())) if counts.any() else None,
            found.score.iou[name],
        )
        for name, counts in zip(CLASSES, found.confusion)
    ]


def _kinds(names: list[str], colours: np.ndarray, counts: np.ndarray) -> list[Kind]:
    """The kinds that occur, with their fractions of all that is counted."""
    return [
        Kind(f"rgb({r} {g} {b} / {alpha / 255:.2f})", name, count / counts.sum(), int(count))
        for name, (r, g, b, alpha), count in zip(names, colours.tolist(), counts.tolist())
        if count
    ]
