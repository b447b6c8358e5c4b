"""What a network can learn here: for each task its input, its target, its loss and its metrics."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from segdemo.data.domains import (
    ab_of,
    add_noise,
    colour_in,
    denormalise,
    enlarge,
    mix_bins,
    shrink,
    to_bins,
    to_grey,
)
from segdemo.data.oxford_pets import Pets
from segdemo.data.preprocessing import normalise
from segdemo.metrics import psnr, score
from train.augmentation import augment, draw
from train.data import PetTensors, derive_seed
from train.evaluation import BATCH, confusions
from train.losses import (
    LOSSES,
    absolute_error,
    cross_entropy,
    mean_over_scales,
)
from train.photos import Photos

HOLDOUT_SIGMA = 25.0
SIGMAS = (5.0, 55.0)  # a little beyond the page's slider at both ends

Loss = Callable[[Any, Tensor], Tensor]


class Task:
    """Segmentation of pets, the task of the lecture's stages."""

    losses: Mapping[str, Loss] = LOSSES
    filmed = True  # whether label maps of the training are kept

    def read(self, root: Path, split: str, download: bool = False) -> Any:
        return PetTensors(Pets(root, split, download))

    def batch(
        self, data: Any, indices: Sequence[int], seed: int, epoch: int, device: Any
    ) -> tuple[Tensor, Tensor]:
        """Inputs (N, 3, H, W) float32, normalised, and their targets, on `device`."""
        draws = torch.stack([draw(seed, epoch, index) for index in indices])
        photos, masks = data.photos[indices], data.masks[indices]
        return augment(*(x.to(device) for x in (photos, masks, draws)))

    def holdout(
        self, network: nn.Module, data: Any, indices: Sequence[int], device: Any
    ) -> dict[str, float]:
        """What the history says of the network after an epoch."""
        total = score(confusions(network, data, indices, device).sum(0))
        return {"holdout_miou": total.miou, "holdout_pixel_accuracy": total.pixel_accuracy}


class ScoreMaps(Task):
    """Segmentation with a loss at each stride of FCN, so that each can be shown alone."""

    losses = {name: mean_over_scales(loss) for name, loss in LOSSES.items()}
    filmed = False


class PictureTask(Task, ABC):
    """From a picture to a picture; only photos are needed."""

    losses: Mapping[str, Loss] = {"l1": absolute_error}
    filmed = False

    def read(self, root: Path, split: str, download: bool = False) -> Photos:
        return Photos(root, split, download)

    @abstractmethod
    def degrade(self, pixels: Tensor, generator: torch.Generator) -> Tensor:
        """What goes in, (N, 3, H, W) uint8, for photos of that kind."""

    def degrade_to_learn(self, pixels: Tensor, generator: torch.Generator) -> Tensor:
        """The same for training."""
        return self.degrade(pixels, generator)

    def target(self, pixels: Tensor) -> Tensor:
        """What should come out for photos (N, 3, H, W) uint8."""
        return normalise(pixels)

    def picture(self, outputs: Tensor, inputs: Tensor) -> Tensor:
        """Photos (N, 3, H, W) uint8 from what came out, and what went in, (N, 3, H, W) uint8."""
        return denormalise(outputs)

    def view(self, photo: Tensor, generator: torch.Generator) -> Tensor:
        """What is learnt from a photo (1, 3, 128, 128): the whole of it, mirrored now and then.

        Of crops the lowest level would be one pixel, whose neighbours it would meet only when
        it is measured.
        """
        photo = self.whole(photo)
        return photo.flip(-1) if torch.rand((), generator=generator) < 0.5 else photo

    def whole(self, photos: Tensor) -> Tensor:
        """Photos (N, 3, 128, 128) as the network reads them when it is measured."""
        return photos

    def batch(self, data, indices, seed, epoch, device):
        pairs = []
        for index in indices:
            generator = torch.Generator().manual_seed(derive_seed(seed, epoch, index))
            view = self.view(data.photos[[index]], generator)
            pairs.append((self.degrade_to_learn(view, generator), view))
        degraded, views = (torch.cat(part).to(device) for part in zip(*pairs))
        return normalise(degraded), self.target(views)

    @torch.inference_mode()
    def holdout(self, network, data, indices, device):
        found, _ = self.convert(network, data.photos[list(indices)], device)
        return {"holdout_psnr": psnr(found, self.whole(data.photos[list(indices)])).mean().item()}

    @torch.inference_mode()
    def convert(
        self, network: nn.Module, photos: Tensor, device: Any = "cpu"
    ) -> tuple[Tensor, Tensor]:
        """Photos (N, 3, 128, 128) uint8 -> what the network makes of them, and what went in."""
        network.eval()
        generator = torch.Generator().manual_seed(0)
        results, given = [], []
        for batch in self.whole(photos).split(BATCH):
            degraded = self.degrade(batch, generator)
            inputs = normalise(degraded.to(device)).contiguous(memory_format=torch.channels_last)
            results.append(self.picture(network(inputs).float().cpu(), degraded))
            given.append(degraded)
        return torch.cat(results), torch.cat(given)


class Denoise(PictureTask):
    """Gaussian noise of any strength; the hold-out is measured at one."""

    def degrade(self, pixels, generator):
        return add_noise(pixels, torch.randn(pixels.shape, generator=generator), HOLDOUT_SIGMA)

    def degrade_to_learn(self, pixels, generator):
        low, high = SIGMAS
        sigma = low + (high - low) * torch.rand((), generator=generator)
        return add_noise(pixels, torch.randn(pixels.shape, generator=generator), sigma)


class SuperResolve(PictureTask):
    """A quarter of the height and width, enlarged again: what is missing is the detail."""

    def degrade(self, pixels, generator):
        return enlarge(shrink(pixels))


class Colourise(PictureTask):
    """Grey in, colour out, as a regression; whole photos, since colour needs to know what it is."""

    def whole(self, photos):
        return F.avg_pool2d(photos.float(), 2).round().to(torch.uint8)  # 64x64

    def degrade(self, pixels, generator):
        return to_grey(pixels)

    def target(self, pixels):
        return ab_of(pixels)

    def picture(self, outputs, inputs):
        return colour_in(inputs, outputs)


class ColouriseBins(Colourise):
    """The same as a classification of each pixel into one of 100 colours."""

    losses = {"ce": cross_entropy}

    def target(self, pixels):
        return to_bins(ab_of(pixels))

    def picture(self, outputs, inputs):
        return colour_in(inputs, mix_bins(outputs, temperature=1.0))


TASKS: Mapping[str, Task] = {
    "segment": Task(),
    "fcn": ScoreMaps(),
    "denoise": Denoise(),
    "super-resolve": SuperResolve(),
    "colourise-l1": Colourise(),
    "colourise-bins": ColouriseBins(),
}


@dataclass(frozen=True)
class Batches:
    """Iterates over what a task makes of each of the `batches`, on `device`."""

    task: Task
    data: Any
    batches: list[list[int]]
    seed: int
    epoch: int
    device: torch.device | str = "cpu"

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for batch in self.batches:
            inputs, targets = self.task.batch(self.data, batch, self.seed, self.epoch, self.device)
            yield inputs.contiguous(memory_format=torch.channels_last), targets
