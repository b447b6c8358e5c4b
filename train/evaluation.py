"""Scores of a network on pictures at 128x128."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from tqdm import tqdm

from segdemo.data.classes import CLASSES
from segdemo.data.preprocessing import SIZE, normalise, to_labels
from segdemo.inference.kmeans import KMeansSettings, best_assignment, cluster
from segdemo.metrics import (
    bootstrap,
    confusion_matrix,
    foreground_iou,
    intersection_over_union,
    mean_iou,
    pet_dice,
    score,
)
from segdemo.models import FCN
from segdemo.models.fcn import STRIDES
from train.data import PetTensors
from train.hardware import mixed_precision

BATCH = 32  # pictures a forward
EXTREMES = 6  # pictures at either end that are named


@torch.inference_mode()
def logits_of(
    network: nn.Module,
    photos: Tensor,
    device: torch.device | str = "cpu",
) -> Iterator[Tensor]:
    """Logits (n, 3, 128, 128) float32 of photos (N, 3, 128, 128) uint8, a batch at a time.

    The network is left in evaluation mode.
    """
    network.eval()
    batches = photos.split(BATCH)
    for batch in tqdm(batches, desc="evaluate", mininterval=10, disable=len(batches) == 1):
        inputs = normalise(batch.to(device))
        yield network(inputs.contiguous(memory_format=torch.channels_last)).float()


def predict(
    network: nn.Module,
    photos: Tensor,
    device: torch.device | str = "cpu",
) -> np.ndarray:
    """Labels (N, 128, 128) uint8 of photos (N, 3, 128, 128) uint8.

    The network is left in evaluation mode.
    """
    batches = logits_of(network, photos, device)
    return torch.cat([to_labels(logits, SIZE, SIZE).cpu() for logits in batches]).numpy()


def confusions(
    network: nn.Module,
    pets: PetTensors,
    indices: Sequence[int],
    device: torch.device | str = "cpu",
) -> np.ndarray:
    """One confusion matrix a picture: (pictures, 3, 3) int64."""
    labels = predict(network, pets.photos[list(indices)], device)
    truth = pets.masks[list(indices)].numpy()
    return np.stack([confusion_matrix(a, b) for a, b in zip(labels, truth)])


def evaluate(network: nn.Module, pets: PetTensors) -> np.ndarray:
    """Confusion matrices of every picture, as by `confusions`.

    In the precision that training has on this machine.
    """
    bfloat16 = mixed_precision() == "bf16"
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        return confusions(network, pets, range(len(pets.names)))


@torch.inference_mode()
def evaluate_strides(network: FCN, pets: PetTensors) -> dict[int, np.ndarray]:
    """Confusion matrices of every picture, (pictures, 3, 3), by the finest stride that is added."""
    network.eval()
    found: dict[int, list[np.ndarray]] = {stride: [] for stride in STRIDES}
    batches = zip(tqdm(pets.photos.split(BATCH), "evaluate"), pets.masks.split(BATCH))
    for photos, masks in batches:
        inputs = normalise(photos).contiguous(memory_format=torch.channels_last)
        for stride, logits in zip(STRIDES, network.every_stride(inputs)):
            labels = to_labels(logits.float(), SIZE, SIZE).numpy()
            found[stride] += [confusion_matrix(a, b) for a, b in zip(labels, masks.numpy())]
    return {stride: np.stack(matrices) for stride, matrices in found.items()}


def kmeans_confusions(pets: PetTensors, settings: KMeansSettings) -> np.ndarray:
    """One confusion matrix a picture for k-means at its best: clusters named by the truth."""
    matrices = []
    for photo, truth in zip(tqdm(pets.photos.movedim(1, -1).numpy()), pets.masks.numpy()):
        clustering = cluster(Image.fromarray(photo), settings)
        classes = best_assignment(clustering.labels, truth, len(clustering.centres))
        matrices.append(confusion_matrix(classes[clustering.labels], truth))
    return np.stack(matrices)


def summarise(matrices: np.ndarray) -> dict:
    """(pictures, 3, 3) -> every score in 0..1, with 95 % intervals over the pictures.

    mIoU, pixel accuracy, IoU per class, and the two that others publish.
    """
    total = score(matrices.sum(0))
    return {
        "pictures": len(matrices),
        "miou": total.miou,
        "miou_interval": bootstrap(mean_iou, matrices),
        "pixel_accuracy": total.pixel_accuracy,
        "iou": {name: total.iou[name] for name in CLASSES},
        "foreground_iou": _estimate(foreground_iou, matrices),
        "pet_dice": _estimate(pet_dice, matrices),
    }


def _estimate(statistic: Callable[[np.ndarray], np.ndarray], matrices: np.ndarray) -> dict:
    """A figure of the whole set and its 95 % interval."""
    whole = float(statistic(matrices.sum(0)))
    return {"value": whole, "interval": bootstrap(statistic, matrices)}


def extremes(matrices: np.ndarray, names: Sequence[str]) -> dict:
    """(pictures, 3, 3) and their names -> the EXTREMES with the highest and the lowest mIoU.

    A picture's mIoU is over the classes that occur in its truth or its labels. "best" starts
    with the best, "worst" with the worst.
    """
    mious = np.nanmean(intersection_over_union(matrices), axis=-1)
    order = np.argsort(mious, kind="stable").tolist()
    ends = {"best": order[::-1][:EXTREMES], "worst": order[:EXTREMES]}
    return {
        end: [{"name": names[index], "miou": float(mious[index])} for index in indices]
        for end, indices in ends.items()
    }
