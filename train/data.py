"""Pets in memory, the fixed hold-out, and the joint augmentation of photo and mask."""

from collections.abc import Iterator
from itertools import groupby

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler
from torchvision import tv_tensors
from torchvision.transforms import v2

from segdemo.classes import PET
from segdemo.pets import Pets
from segdemo.preprocessing import MEAN, SIZE, normalise, resize_photo, to_pixels

IGNORED = 255  # label of pixels that the augmentation brought in from outside the photo


class PetTensors:
    """A split in memory at 128x128: `photos` (N, 3, 128, 128) and `masks` (N, 128, 128) uint8.

    `dropped` names the pictures whose mask shows no pet at all: 14 of the full data set have
    a blank mask although a pet is in the photo, which would teach the wrong thing.
    """

    def __init__(self, pets: Pets, limit: int | None = None):
        self.names, self.dropped = [], []
        photos, masks = [], []
        for name, (photo, labels) in zip(pets.names[:limit], pets):
            if not (labels == PET).any():
                self.dropped.append(name)
                continue
            mask = Image.fromarray(labels).resize((SIZE, SIZE), Image.Resampling.NEAREST)
            photos.append(to_pixels(resize_photo(photo)))
            masks.append(torch.from_numpy(np.array(mask)))
            self.names.append(name)
        self.photos, self.masks = torch.stack(photos), torch.stack(masks)


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


def augmentation(size: int) -> v2.Transform:
    """Flip, turn, shift, zoom and colour, for photo and mask together, shrunk to size x size."""
    fill = {tv_tensors.Image: [255 * m for m in MEAN], tv_tensors.Mask: IGNORED}
    return v2.Compose(
        [
            v2.RandomHorizontalFlip(),
            v2.RandomAffine(
                degrees=10,
                translate=(0.1, 0.1),
                scale=(0.8, 1.3),
                interpolation=v2.InterpolationMode.BILINEAR,
                fill=fill,
            ),
            v2.Resize((size, size)),
            v2.ColorJitter(brightness=0.2, contrast=0.2, saturation=0.2),
        ]
    )


def derive_seed(*numbers: int) -> int:
    """A seed that depends on every one of the numbers and on nothing else."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0])


class AugmentedPets(Dataset):
    """Item (epoch, index) -> (photo (3, size, size) uint8, mask (size, size) uint8).

    What is drawn follows from (seed, epoch, index) alone, so order, resuming and the number
    of workers change nothing.
    """

    def __init__(self, pets: PetTensors, size: int, seed: int):
        self.pets, self.seed = pets, seed
        self.augment = augmentation(size)

    def __getitem__(self, item: tuple[int, int]) -> tuple[Tensor, Tensor]:
        epoch, index = item
        photo = tv_tensors.Image(self.pets.photos[index])
        mask = tv_tensors.Mask(self.pets.masks[index])
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(derive_seed(self.seed, epoch, index))
            photo, mask = self.augment(photo, mask)
        return photo.as_subclass(Tensor), mask.as_subclass(Tensor)


class EpochBatches(Sampler):
    """Batches of (epoch, index) in the shuffled order of one epoch, from batch `start` on.

    With several processes each takes its own slice of every batch, so `batch_size` is the
    batch of all of them together. The last, incomplete batch is left out.
    """

    def __init__(
        self,
        indices: list[int],
        batch_size: int,
        *,
        seed: int,
        epoch: int,
        start: int = 0,
        rank: int = 0,
        processes: int = 1,
    ):
        order = torch.Generator().manual_seed(derive_seed(seed, epoch))
        shuffled = [indices[i] for i in torch.randperm(len(indices), generator=order)]
        share = slice(rank * batch_size // processes, (rank + 1) * batch_size // processes)
        self.batches = [
            [(epoch, i) for i in shuffled[first : first + batch_size][share]]
            for first in range(0, len(indices) - batch_size + 1, batch_size)
        ][start:]

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        return iter(self.batches)

    def __len__(self) -> int:
        return len(self.batches)


def collate(items: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    """-> inputs (N, 3, H, W) float32 normalised, channels last; targets (N, H, W) int64."""
    photos, masks = zip(*items)
    inputs = normalise(torch.stack(photos)).contiguous(memory_format=torch.channels_last)
    return inputs, torch.stack(masks).long()


def training_loader(dataset: AugmentedPets, batches: EpochBatches, workers: int) -> DataLoader:
    """Yields what `collate` returns, a batch at a time."""
    return DataLoader(
        dataset,
        batch_sampler=batches,
        collate_fn=collate,
        num_workers=workers,
        generator=torch.Generator(),  # or every iteration would draw from the global state
    )
