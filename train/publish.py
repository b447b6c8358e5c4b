"""From a trained network to what ships: fp16 weights, a small reshape head, and the card."""

import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from segdemo.data.classes import CLASSES
from segdemo.data.preprocessing import MEAN, SHRINKING, STD, normalise
from segdemo.models import FCNReshape, checkpoints
from segdemo.models.checkpoints import LEFT, RIGHT, encoder_weights
from segdemo.models.registry import Stage
from train.data import PetTensors
from train.evaluation import BATCH, predict
from train.film import publish_film
from train.hardware import device_name
from train.loop import TrainResult
from train.recipes import Recipe
from train.storage import write_atomically

HEAD_RANK = 64  # of the shipped reshape head; the file stays below 20 MB
LIBRARIES = ("torch", "torchvision", "accelerate", "numpy", "pillow")


def publish(
    stage: Stage,
    recipe: Recipe,
    trained: TrainResult,
    data: Any,
    folder: Path,
) -> None:
    """Write `<key>.safetensors` and `<key>.json`, without test scores, into `folder`,
    and its film, if one was taken, into the filmstrip there. Of a network whose encoder is
    another's, the rest alone.
    """
    network = trained.network
    training, holdout = data.split()
    weights = network.state_dict()
    if isinstance(network, FCNReshape):
        weights = factorise_head(network, weights, data, training)
    if stage.encoder_from:
        weights = {name: w for name, w in weights.items() if name not in encoder_weights(weights)}
    stored, digest = checkpoints.serialise(weights)
    card = {
        "stage": stage.key,
        "sha256": digest,
        "arguments": stage.arguments,
        "preprocessing": {
            "size": stage.size,
            "resize": SHRINKING.name.lower(),  # of photos of other sizes, as the page shrinks them
            "training_pictures": "as the data set's copy at 128x128 has them",
            "mean": MEAN,
            "std": STD,
        },
        "recipe": asdict(recipe),
        "data": {
            "name": data.description,
            "training_pictures": len(training),
            "holdout_pictures": len(holdout),
            "dropped": data.dropped,
        },
        "device": device_name(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "history": whole_history(stage, recipe, trained.history, folder),
    }
    if isinstance(data, PetTensors):
        card["classes"] = CLASSES
    write_atomically(checkpoints.weights_path(folder, stage), stored)
    write_card(folder, stage, card)
    if trained.film:
        publish_film(folder, stage, recipe, trained.film, len(training) // recipe.batch_size)


def record_agreement(stage: Stage, network: nn.Module, test: PetTensors, folder: Path) -> None:
    """Write into the card in `folder` how many labels what ships has as the trained `network`.

    Counted on every fourth picture of `test`, which says as much: fifteen million labels.
    """
    shipped = checkpoints.load(folder, stage).network().to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    photos = test.photos[::4]
    agree = predict(shipped, photos) == predict(network, photos)
    card = checkpoints.read_metadata(folder, stage)
    card["label_agreement"] = {
        "data": "every fourth test picture",
        "pictures": len(photos),
        "share": float(agree.mean()),
    }
    write_card(folder, stage, card)


def whole_history(stage: Stage, recipe: Recipe, history: list[dict], folder: Path) -> list[dict]:
    """A run's epochs after those of the runs before it, whose card lies in `folder`."""
    epochs = recipe.epochs_before
    if not epochs:
        return history
    before = checkpoints.read_metadata(folder, stage)["history"][:epochs]
    seconds = before[-1]["seconds"]
    return before + [
        record | {"epoch": epochs + record["epoch"], "seconds": seconds + record["seconds"]}
        for record in history
    ]


def write_card(folder: Path, stage: Stage, card: dict) -> None:
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    write_atomically(checkpoints.metadata_path(folder, stage), text.encode())


def factorise_head(
    network: FCNReshape, weights: dict[str, Tensor], pets: PetTensors, indices: list[int]
) -> dict[str, Tensor]:
    """Replace the head's weight W by two factors of rank 64 that hardly change its labels.

    Two parts of W need no rank. What is added to all three logits of a pixel changes no
    probability, so the mean over the classes is taken away. And the mean input m gives the
    same Wm for every photo, which the bias can hold. For the rest, with C the covariance of
    the inputs x over the training pictures, the best rank-r stand-in in the mean of
    |W(x-m) - W'(x-m)|^2 is W C^(1/2) U U^T C^(-1/2), U the first r eigenvectors of
    C^(1/2) W^T W C^(1/2) (Eckart and Young, 1936).
    """
    mean, covariance = head_input_statistics(network, pets, indices)
    values, vectors = torch.linalg.eigh(covariance)
    values = values.clamp(min=1e-6 * values.max()).sqrt()
    root, inverse_root = ((vectors * v) @ vectors.T for v in (values, 1 / values))
    weight = weights["out_conv.weight"].flatten(1).double()  # (3*128*128, 512*2*2)
    by_class = weight.view(3, -1, weight.shape[1])
    weight = (by_class - by_class.mean(0)).view_as(weight)
    _, basis = torch.linalg.eigh(root @ (weight.T @ weight) @ root)
    basis = basis[:, -HEAD_RANK:]
    left, right = weight @ (root @ basis), basis.T @ inverse_root
    scale = right.abs().amax(1)  # balances the factors within the range of fp16
    left, right = left * scale, right / scale[:, None]
    stored = {name: w for name, w in weights.items() if name != "out_conv.weight"}
    stored["out_conv.weight" + LEFT], stored["out_conv.weight" + RIGHT] = left, right
    stored["out_conv.bias"] = weights["out_conv.bias"] + (weight @ mean - left @ (right @ mean))
    return stored


@torch.inference_mode()
def head_input_statistics(
    network: FCNReshape, pets: PetTensors, indices: list[int]
) -> tuple[Tensor, Tensor]:
    """Mean and covariance of the (512*2*2) input of the head over the pictures, float64."""
    network.eval()
    inputs = []
    for batch in pets.photos[indices].split(BATCH):
        x = normalise(batch)
        for encoder in network.encoders:
            x = encoder(x.contiguous(memory_format=torch.channels_last))
        inputs.append(x.contiguous().flatten(1).double())
    inputs = torch.cat(inputs)
    return inputs.mean(0), torch.cov(inputs.T, correction=0)
