"""How much a stage loses when the photo is shifted: mIoU against pixels, on test photos.

The shift is the page's own (`segdemo.analysis.robustness`): the strip that comes in at an edge is
the photo mirrored there, and the ground truth moves along with the photo. Pixels that left the
frame are not counted, so a photo shifted by 48 is scored on five eighths of it; what the same
pixels scored before the shift is measured too, and only the difference of the two says what the
shift did.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from segdemo.analysis.robustness import DIRECTIONS, OUT_OF_FRAME, translate
from segdemo.data.preprocessing import SIZE, normalise, to_labels, to_pixels
from segdemo.evaluation.model_stats import model_stats
from segdemo.evaluation.shift_scores import FILE, ShiftScore, ShiftScores
from segdemo.inference import Predictor
from segdemo.inference.backends.selection import select_backend
from segdemo.inference.kmeans import KMeansSettings, best_assignment, cluster
from segdemo.metrics import bootstrap, confusion_matrix, mean_iou
from segdemo.models.registry import STAGES
from train.data import PetTensors
from train.report import markdown_table
from train.storage import write_atomically

SHIFTS = (0, 4, 8, 16, 32, 48)  # pixels of 128
PHOTOS = 1000  # drawn at random: the whole split takes hours on two cores, and says the same
SEED = 0
Labeller = Callable[[np.ndarray], np.ndarray]  # (128, 128, 3) uint8 RGB -> (128, 128) uint8 labels


def measure_shifts(
    predictor: Predictor, pets: PetTensors, folder: Path, photos: int = PHOTOS
) -> None:
    """Write every stage's scores against the shift into `folder`.

    `pets` is the test split, of which `photos` are drawn. The file is written after every stage,
    the cheapest first; what it holds of the same photos and weights is kept. Raises a stage's
    CheckpointError.
    """
    path = folder / FILE
    record = {
        "command": "python -m train shifts --data PATH",
        "data": "Oxford-IIIT Pet, official test split at 128x128, photos drawn at random",
        "pictures": min(photos, len(pets.names)),
        "seed": SEED,
        "fill": "mirrored",
        "directions": "each photo in one of four, in turn",
        "runtime": type(select_backend()).__name__,
    }
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    stages = known.pop("stages", {})
    if known != record:
        stages = {}
    indices = sample(len(pets.names), photos)
    for key in sorted(STAGES, key=lambda key: model_stats(STAGES[key]).multiply_adds):
        weights = _weights(predictor, key)
        if key in stages and stages[key]["sha256"] == weights:
            continue
        counts = shift_confusions(key, labeller(predictor, key), pets, indices)
        stages[key] = {"sha256": weights, "shifts": [_scores(*one) for one in zip(SHIFTS, *counts)]}
        ordered = {key: stages[key] for key in STAGES if key in stages}
        write_atomically(path, (json.dumps(record | {"stages": ordered}, indent=2) + "\n").encode())


def sample(count: int, photos: int) -> list[int]:
    """`photos` of the indices 0..count-1, drawn without replacement, in ascending order."""
    drawn = np.random.default_rng(SEED).choice(count, min(photos, count), replace=False)
    return sorted(drawn.tolist())


def labeller(predictor: Predictor, key: str) -> Labeller:
    """The stage's labels for a photo of 128x128, computed as the page does.

    Raises UnknownStageError, or the stage's CheckpointError.
    """
    if STAGES[key].network is None:
        return lambda photo: cluster(Image.fromarray(photo), KMeansSettings()).labels
    run = predictor.run(key)

    def label(photo: np.ndarray) -> np.ndarray:
        logits = run(normalise(to_pixels(Image.fromarray(photo)))[None])
        return to_labels(logits, SIZE, SIZE)[0].numpy()

    return label


def shift_confusions(
    key: str, label: Labeller, pets: PetTensors, indices: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Counts with each of SHIFTS, and of the same pixels without: two (shifts, photos, 3, 3)."""
    shifted, unshifted = np.empty((2, len(SHIFTS), len(indices), 3, 3), np.int64)
    for number, index in enumerate(tqdm(indices, desc=key, mininterval=10)):
        photo, truth = pets.photos[index].movedim(0, -1).numpy(), pets.masks[index].numpy()
        direction = tuple(DIRECTIONS)[number % len(DIRECTIONS)]
        before = label(photo)
        for shift, pixels in enumerate(SHIFTS):
            moved = translate(photo, direction, -pixels, mode="symmetric")
            after = label(moved) if pixels else before
            back = translate(
                after.astype(np.int64), direction, pixels, constant_values=OUT_OF_FRAME
            )
            kept = back != OUT_OF_FRAME
            shifted[shift, number] = count(key, back[kept], truth[kept])
            unshifted[shift, number] = count(key, before[kept], truth[kept])
    return shifted, unshifted


def count(key: str, labels: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """(n,) labels and ground truth -> (3, 3) counts; k-means at its best."""
    if STAGES[key].network is None:
        labels = best_assignment(labels, truth, int(labels.max()) + 1)[labels]
    return confusion_matrix(labels, truth)


def _weights(predictor: Predictor, key: str) -> str | None:
    """The SHA-256 of what answers; k-means has none. Raises the stage's CheckpointError."""
    if STAGES[key].network is None:
        return None
    predictor.run(key)
    return predictor.metadata[key]["sha256"]


def _scores(pixels: int, shifted: np.ndarray, unshifted: np.ndarray) -> dict:
    """Of one shift; shifted, unshifted: (photos, 3, 3) counts of the same pixels."""
    after, before = (float(mean_iou(counts.sum(0))) for counts in (shifted, unshifted))
    return {
        "pixels": pixels,
        "miou": after,
        "miou_interval": bootstrap(mean_iou, shifted),
        "unshifted_miou": before,
        "change": after - before,
        "change_interval": bootstrap(_change, shifted, unshifted),
    }


def _change(shifted: np.ndarray, unshifted: np.ndarray) -> np.ndarray:
    return mean_iou(shifted) - mean_iou(unshifted)


def shift_table(folder: Path) -> str:
    """What is known of shifts in `folder`, as a table in Markdown. Raises MeasurementError.

    A row per stage, a column per shift: mIoU, and what the shift changed on the same pixels.
    """
    stages = ShiftScores.read(folder).stages
    rows = [
        (f"`{key}`" if STAGES[key].network else f"`{key}`, best case", *map(_cell, scores))
        for key, scores in stages.items()
    ]
    return markdown_table(("stage", *(f"{pixels} px" for pixels in SHIFTS)), rows)


def _cell(score: ShiftScore) -> str:
    if not score.pixels:
        low, high = score.miou_interval
        return f"{score.miou:.3f} ({low:.3f} to {high:.3f})"
    low, high = score.change_interval
    return f"{score.miou:.3f}, {score.change:+.3f} ({low:+.3f} to {high:+.3f})"
