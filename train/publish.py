"""From a trained network to what ships: fp16 weights, a small reshape head, and the card."""

import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import torch
from torch import Tensor, nn

from segdemo import checkpoints
from segdemo.classes import CLASSES
from segdemo.models import FCNReshape
from segdemo.preprocessing import MEAN, SIZE, STD, normalise
from segdemo.stages import Stage
from train.data import PetTensors, split_holdout
from train.evaluation import BATCH, predict
from train.recipes import Recipe
from train.storage import write_atomically

HEAD_RANK = 64  # of the shipped reshape head; the file stays below 20 MB
LIBRARIES = ("torch", "torchvision", "accelerate", "numpy", "pillow")


def publish(
    stage: Stage,
    recipe: Recipe,
    network: nn.Module,
    history: list[dict],
    pets: PetTensors,
    folder: Path,
) -> None:
    """Write `<key>.safetensors` and `<key>.json`, without test metrics, into `folder`.

    What the shipped form costs is measured on the hold-out, against the network as trained.
    """
    training, holdout = split_holdout(pets.names)
    weights = network.state_dict()
    if isinstance(network, FCNReshape):
        weights = factorise_head(network, weights, pets, training)
    data, digest = checkpoints.serialise(weights)
    card = {
        "stage": stage.key,
        "sha256": digest,
        "arguments": stage.arguments,
        "preprocessing": {"size": SIZE, "resize": "bilinear", "mean": MEAN, "std": STD},
        "classes": CLASSES,
        "recipe": asdict(recipe),
        "data": {
            "name": "Oxford-IIIT Pet, trimaps, official trainval split at 128x128",
            "training_pictures": len(training),
            "holdout_pictures": len(holdout),
            "dropped": pets.dropped,
        },
        "libraries": {name: version(name) for name in LIBRARIES},
        "history": history,
    }
    write_atomically(checkpoints.weights_path(folder, stage), data)
    write_card(folder, stage, card)
    shipped = checkpoints.load(folder, stage).network.to(memory_format=torch.channels_last)
    compared = holdout[::3]  # a third says as much: two million labels
    agree = predict(shipped, pets, compared) == predict(network, pets, compared)
    card["label_agreement"] = {
        "data": "hold-out",
        "pictures": len(compared),
        "share": float(agree.mean()),
    }
    write_card(folder, stage, card)


def write_card(folder: Path, stage: Stage, card: dict) -> None:
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    write_atomically(checkpoints.card_path(folder, stage), text.encode())


def factorise_head(
    network: FCNReshape, weights: dict[str, Tensor], pets: PetTensors, indices: list[int]
) -> dict[str, Tensor]:
    """Replace the head's weight W by the two factors of rank 64 that change its output least.

    With C the second moments of the head's inputs x over the training pictures, the best
    rank-r stand-in for W in the mean of |Wx - W'x|^2 is W C^(1/2) U U^T C^(-1/2), U the
    first r eigenvectors of C^(1/2) W^T W C^(1/2) (Eckart and Young, 1936).
    """
    moments = head_input_moments(network, pets, indices)
    values, vectors = torch.linalg.eigh(moments)
    values = values.clamp(min=1e-6 * values.max()).sqrt()
    root, inverse_root = ((vectors * v) @ vectors.T for v in (values, 1 / values))
    weight = weights["out_conv.weight"].flatten(1).double()  # (128*128*3, 512*2*2)
    _, basis = torch.linalg.eigh(root @ (weight.T @ weight) @ root)
    basis = basis[:, -HEAD_RANK:]
    left, right = weight @ root @ basis, basis.T @ inverse_root
    scale = right.abs().amax(1)  # balances the factors within the range of fp16
    stored = {name: w for name, w in weights.items() if name != "out_conv.weight"}
    stored["out_conv.weight.left"] = left * scale
    stored["out_conv.weight.right"] = right / scale[:, None]
    return stored


@torch.inference_mode()
def head_input_moments(network: FCNReshape, pets: PetTensors, indices: list[int]) -> Tensor:
    """Mean of x x^T over the pictures, x the (512*2*2) input of the head, float64."""
    network.eval()
    moments = 0
    for first in range(0, len(indices), BATCH):
        x = normalise(pets.photos[indices[first : first + BATCH]])
        for encoder in network.encoders:
            x = encoder(x.contiguous(memory_format=torch.channels_last))
        x = x.contiguous().flatten(1).double()
        moments = moments + x.T @ x
    return moments / len(indices)
