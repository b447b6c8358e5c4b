"""What it gains to ask the U-Net again: for the mirror image, as on the page, or a larger photo.

The mirror is measured on the test split's own pictures of 128x128 and on test photos of their own
size, each beside the plain network on the same photos, and kept in the U-Net's JSON. A larger photo
shows detail only where there is some, so on the second ones alone; it is printed.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from segdemo.data.preprocessing import SIZE, normalise, to_input, to_labels
from segdemo.inference import Predictor
from segdemo.inference.averaging import STAGE, predict_averaged
from segdemo.metrics import bootstrap, confusion_matrix, mean_iou
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS
from train.data import PetTensors
from train.originals import Original, originals
from train.publish import write_card
from train.report import markdown_table

LARGER = 192  # pixels
PASSES = {
    "plain": ((SIZE, False),),
    "with its mirror image": ((SIZE, False), (SIZE, True)),
    "at 192": ((LARGER, False),),
    "128 and mirrored 192": ((SIZE, False), (LARGER, True)),
    "128 and 192, each mirrored too": (
        (SIZE, False),
        (SIZE, True),
        (LARGER, False),
        (LARGER, True),
    ),
}
Predicted = tuple[Tensor, np.ndarray]  # (3, h, w) logits and (H, W) labels of the ground truth


def measure_averaging(predictor: Predictor, test: PetTensors, folder: Path) -> str:
    """Write what the mirror gains into the U-Net's JSON; the table of what was tried in Markdown.

    `folder` holds test photos at their own size. Raises CheckpointError or PetDataError.
    """
    card = checkpoints.read_metadata(predictor.folder, NETWORKS[STAGE])
    photos = list(originals(folder))
    whole = [(to_input(one.photo), one.truth) for one in photos]
    small = [(normalise(x)[None], y.numpy()) for x, y in zip(test.photos, test.masks)]
    record = [_record(predictor, "split", small), _record(predictor, "own-size", whole)]
    write_card(predictor.folder, NETWORKS[STAGE], card | {"averaged": record})
    return _tried(predictor, photos)


def _record(predictor: Predictor, data: str, photos: list[tuple[Tensor, np.ndarray]]) -> dict:
    """What is kept of plain and averaged predictions for inputs with their ground truth."""
    plain, averaged = (
        _confusions((answer(x).logits, y) for x, y in tqdm(photos, mininterval=10))
        for answer in (
            lambda x: predictor.predict_inputs(STAGE, x),
            lambda x: predict_averaged(predictor, x),
        )
    )
    return {
        "data": data,
        "pictures": len(photos),
        "plain": _miou(plain),
        "averaged": _miou(averaged),
        "gain": gain(plain, averaged),
    }


def _confusions(predicted: Iterable[Predicted]) -> np.ndarray:
    return np.stack(
        [
            confusion_matrix(to_labels(logits[None], *truth.shape)[0].numpy(), truth)
            for logits, truth in predicted
        ]
    )


def _miou(matrices: np.ndarray) -> dict:
    return {
        "value": float(mean_iou(matrices.sum(0))),
        "interval": bootstrap(mean_iou, matrices),
    }


def gain(before: np.ndarray, after: np.ndarray) -> dict:
    """What mIoU gains from `before` to `after`, both (photos, 3, 3) of the same photos; paired."""

    def difference(one: np.ndarray, two: np.ndarray) -> np.ndarray:
        return mean_iou(two) - mean_iou(one)

    value = float(difference(before.sum(0), after.sum(0)))
    return {"value": value, "interval": bootstrap(difference, before, after)}


def _tried(predictor: Predictor, photos: list[Original]) -> str:
    network = predictor.network(STAGE)
    matrices = {
        name: _confusions((_mean(network, one.photo, passes), one.truth) for one in photos)
        for name, passes in PASSES.items()
    }
    rows = []
    for name, found in matrices.items():
        points = gain(matrices["plain"], found)
        low, high = points["interval"]
        change = f"{100 * points['value']:+.2f} ({100 * low:+.2f} to {100 * high:+.2f})"
        work = sum((size / SIZE) ** 2 for size, _ in PASSES[name])
        rows.append((name, f"{work:g}", f"{mean_iou(found.sum(0)):.4f}", change))
    return markdown_table(
        (f"{len(photos)} test photos at their own size", "work", "mIoU", "points gained"), rows
    )


@torch.inference_mode()
def _mean(
    network: Callable[[Tensor], Tensor], photo: Image.Image, passes: tuple[tuple[int, bool], ...]
) -> Tensor:
    """Logarithms of the passes' mean probabilities, at the largest one's size: (3, side, side)."""
    side = max(size for size, _ in passes)
    total = torch.zeros(1, 3, side, side)
    for size, mirrored in passes:
        x = to_input(photo, size)
        logits = network(x.flip(-1)).flip(-1) if mirrored else network(x)
        total += F.interpolate(logits.softmax(1), (side, side), mode="bilinear")
    return (total / len(passes)).log()[0]
