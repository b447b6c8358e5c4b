"""The other domains on the test split, by the page's own function: networks, filters, input."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from segdemo.analysis.conversion import INPUT, TASKS, checked_strength, convert
from segdemo.data.domains import BINS, to_image
from segdemo.data.preprocessing import normalise
from segdemo.errors import InputError
from segdemo.evaluation.conversion_scores import FILE
from segdemo.inference import Predictor
from segdemo.metrics import bootstrap
from segdemo.models.registry import CONVERTERS
from train.photos import Photos
from train.storage import write_atomically
from train.tasks import ColouriseBins

TOP = (1, 5)  # of a classification's choices, how many may be right
CLASSIFICATION = "colourise-bins"
MOST_FREQUENT = "most-frequent"  # the same choices everywhere, as the training photos have them


def measure_conversions(photos: Photos, folder: Path, limit: int | None = None) -> dict:
    """Score every task at its default strength and write it beside the checkpoints in `folder`.

    limit: that many photos, spread evenly; all without. A photo that a task refuses is left out
    there. Raises CheckpointError.
    """
    count = len(photos.names)
    chosen = np.linspace(0, count - 1, min(limit or count, count)).round().astype(int)
    predictor = Predictor(folder)
    record = {}
    for task in TASKS:
        psnr, ssim = defaultdict(list), defaultdict(list)
        right = defaultdict(list)
        for index in tqdm(chosen, task, mininterval=10):
            photo = photos.photos[index]
            try:
                *pictures, _ = convert(predictor, to_image(photo), task)
            except InputError:  # it had no colour to begin with
                continue
            for name, scores, bins in _choices(predictor, task, photo[None]):
                right[name].append(top_accuracies(scores, bins))
            for picture in pictures:
                psnr[picture.name].append(picture.psnr)
                ssim[picture.name].append(picture.ssim)
        record[task] = {
            "photos": len(psnr[INPUT]),
            "strength": checked_strength(task, None),
            "scores": {
                name: {"psnr": _mean(psnr[name]), "ssim": _mean(ssim[name])} for name in psnr
            },
            "gains": _gains(psnr, TASKS[task].networks[-1].removeprefix(f"{task}-")),
            "accuracies": {
                name: {f"top-{k}": _mean(of_k) for k, of_k in zip(TOP, np.transpose(found))}
                for name, found in right.items()
            },
        }
    write_atomically(folder / FILE, (json.dumps(record, indent=2) + "\n").encode())
    return record


def top_accuracies(scores: Tensor, labels: Tensor) -> list[float]:
    """For each k of TOP, the fraction of pixels whose label is among their k highest scores.

    scores: (N, classes, H, W); labels: (N, H, W) int64.
    """
    hits = scores.topk(max(TOP), 1).indices == labels[:, None]
    return [hits[:, :k].any(1).float().mean().item() for k in TOP]


def _choices(
    predictor: Predictor, task: str, photo: Tensor
) -> Iterator[tuple[str, Tensor, Tensor]]:
    """Of a task with networks that classify: a name, scores of the bins, and the right bins.

    First the same choices everywhere, then each network. photo: (1, 3, 128, 128) uint8.
    """
    networks = [key for key in TASKS[task].networks if CONVERTERS[key].task == CLASSIFICATION]
    if not networks:
        return
    learnt = ColouriseBins()
    bins = learnt.target(learnt.whole(photo))
    yield (
        MOST_FREQUENT,
        -torch.arange(BINS).view(1, -1, 1, 1).expand(1, BINS, *bins.shape[1:]),
        bins,
    )
    inputs = normalise(TASKS[task].read(TASKS[task].degrade(photo, 0)))
    for key in networks:
        yield key.removeprefix(f"{task}-"), predictor.convert(key, inputs), bins


def _gains(psnr: dict[str, list[float]], best: str) -> dict:
    """How many dB `best` is above each of the others, photo by photo."""
    others = [name for name in psnr if name != best]
    return {name: _mean(np.subtract(psnr[best], psnr[name])) for name in others}


def _mean(values: list[float] | np.ndarray) -> dict:
    """The mean and its 95 % interval, photos drawn with replacement."""
    found = np.asarray(values)
    interval = bootstrap(lambda total: total / len(found), found)
    return {"value": float(found.mean()), "interval": interval}
