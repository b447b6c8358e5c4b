"""The other domains on the test split, by the page's own function: networks, filters, input."""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from tqdm import tqdm

from segdemo.analysis.conversion import INPUT, TASKS, checked_strength, convert
from segdemo.data.domains import to_image
from segdemo.errors import InputError
from segdemo.evaluation.conversion_scores import FILE
from segdemo.inference.converter import Converter
from segdemo.metrics import bootstrap
from train.photos import Photos
from train.storage import write_atomically


def measure_conversions(photos: Photos, folder: Path, limit: int | None = None) -> dict:
    """Score every task at its default strength and write it beside the checkpoints in `folder`.

    limit: that many photos, spread evenly; all without. A photo that a task refuses is left out
    there. Raises CheckpointError.
    """
    count = len(photos.names)
    chosen = np.linspace(0, count - 1, min(limit or count, count)).round().astype(int)
    converter = Converter(folder)
    record = {}
    for task in TASKS:
        psnr, ssim = defaultdict(list), defaultdict(list)
        for index in tqdm(chosen, task, mininterval=10):
            try:
                *pictures, _ = convert(converter, to_image(photos.photos[index]), task)
            except InputError:  # it had no colour to begin with
                continue
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
        }
    write_atomically(folder / FILE, (json.dumps(record, indent=2) + "\n").encode())
    return record


def _gains(psnr: dict[str, list[float]], best: str) -> dict:
    """How many dB `best` is above each of the others, photo by photo."""
    others = [name for name in psnr if name != best]
    return {name: _mean(np.subtract(psnr[best], psnr[name])) for name in others}


def _mean(values: list[float] | np.ndarray) -> dict:
    """The mean and its 95 % interval, photos drawn with replacement."""
    found = np.asarray(values)
    interval = bootstrap(lambda total: total / len(found), found)
    return {"value": float(found.mean()), "interval": interval}
