"""Which colours the classification of colourise chooses from: the training photos' own."""

import json
from pathlib import Path

import torch
import torch.nn.functional as F

from segdemo.data.domains import AB_SCALE, BINS, ab_of
from train.photos import Photos
from train.storage import write_atomically

WIDTH = 10  # side of a square on a and on b
REACH = 12  # squares from grey to either side: beyond the last colour that a screen has


def write_colour_bins(photos: Photos, path: Path) -> float:
    """Write the BINS squares of a and b that hold most of the training photos into `path`.

    Returns the fraction of the pixels, at 64x64, that lie in one of them.
    """
    training, _ = photos.split()
    side = 2 * REACH + 1
    counts = torch.zeros(side * side, dtype=torch.long)
    for batch in photos.photos[training].split(64):
        ab = ab_of(F.avg_pool2d(batch.float(), 2)) * (AB_SCALE / WIDTH)
        a, b = (ab.round().long() + REACH).unbind(1)
        counts += torch.bincount((a * side + b).flatten(), minlength=len(counts))
    kept = counts.argsort(descending=True, stable=True)[:BINS]
    centres = torch.stack([kept // side - REACH, kept % side - REACH], dim=1) * WIDTH
    write_atomically(path, (json.dumps({"centres": centres.tolist()}) + "\n").encode())
    return (counts[kept].sum() / counts.sum()).item()
