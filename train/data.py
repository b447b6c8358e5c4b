"""Pets in memory, the fixed hold-out, and the batches of an epoch."""

from itertools import groupby

import numpy as np
import torch

from segdemo.data.classes import PET
from segdemo.data.oxford_pets import Pets
from segdemo.data.preprocessing import SIZE, resize_labels, resize_photo, to_pixels


class PetTensors:
    """A split in memory at 128x128: `photos` (N, 3, 128, 128) and `masks` (N, 128, 128) uint8.

    `dropped` names the pictures whose mask shows no pet at all: 14 of the full data set have
    a blank mask although a pet is in the photo, which would teach the wrong thing.
    """

    description = "Oxford-IIIT Pet, trimaps, official trainval split at 128x128"

    def __init__(self, pets: Pets, limit: int | None = None):
        self.names, self.dropped = [], []
        photos, masks = [], []
        for name, (photo, labels) in zip(pets.names[:limit], pets):
            if not (labels == PET).any():
                self.dropped.append(name)
                continue
            photos.append(to_pixels(resize_photo(photo)))
            masks.append(torch.from_numpy(resize_labels(labels, SIZE, SIZE)))
            self.names.append(name)
        self.photos, self.masks = torch.stack(photos), torch.stack(masks)

    def split(self) -> tuple[list[int], list[int]]:
        """Indices for training and for the hold-out."""
        return split_holdout(self.names)


def split_holdout(names: list[str]) -> tuple[list[int], list[int]]:
    """Indices for training and for the hold-out: every tenth picture of every breed."""
    training, holdout = [], []
    by_breed = sorted(range(len(names)), key=lambda i: (_breed(names[i]), names[i]))
    for _, group in groupby(by_breed, key=lambda i: _breed(names[i])):
        for position, index in enumerate(group):
            (holdout if position % 10 == 5 else training).append(index)
    return training, holdout


def _breed(name: str) -> str:
    return name.rsplit("_", 1)[0]


def derive_seed(*numbers: int) -> int:
    """A seed that depends on every one of the numbers and on nothing else."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0])


def epoch_batches(
    indices: list[int],
    batch_size: int,
    *,
    seed: int,
    epoch: int,
    start: int = 0,
    rank: int = 0,
    processes: int = 1,
) -> list[list[int]]:
    """The batches of one epoch in its shuffled order, from batch `start` on.

    With several processes each takes its own slice of every batch, so `batch_size` is the
    batch of all of them together. The last, incomplete batch is left out.
    """
    order = torch.Generator().manual_seed(derive_seed(seed, epoch))
    shuffled = [indices[i] for i in torch.randperm(len(indices), generator=order)]
    share = slice(rank * batch_size // processes, (rank + 1) * batch_size // processes)
    return [
        shuffled[first : first + batch_size][share]
        for first in range(0, len(indices) - batch_size + 1, batch_size)
    ][start:]
