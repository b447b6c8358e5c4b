"""Trained weights on disk: `<key>.safetensors` (fp16) beside `<key>.json`, which describes it.

A large weight may be stored as two factors, `<name>.left` (rows, rank) and `<name>.right`
(rank, columns); their product is the weight. That is how the 100 million parameters of the
reshape head fit into a few megabytes.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load as read_tensors
from safetensors.torch import save as write_tensors
from torch import Tensor, nn

from segdemo.models.registry import NETWORKS, Stage

LEFT, RIGHT = ".left", ".right"  # after the name of a weight that is stored as two factors
LFS_HEADER = b"version https://git-lfs"


class CheckpointError(Exception):
    """A stage's checkpoint cannot be used; the message names the file and what to run.

    Visitors read it too: of the path it shows the last folder alone.
    """

    def __init__(self, stage: Stage, path: Path, problem: str):
        self.stage, self.path, self.problem = stage, path, problem
        super().__init__(f"{Path(path.parent.name, path.name)}: {problem}; {self.remedy}")

    def __reduce__(self) -> tuple:
        """To be made again in another process: see `segdemo/inference/backends/ray_serve.py`."""
        return type(self), (self.stage, self.path, self.problem)

    @property
    def remedy(self) -> str:
        return (
            f"restore it with `git checkout -- {self.path.parent.name}` or make it again with "
            f"`python -m train {self.stage.key} --data PATH`"
        )


Said = TypeVar("Said")


def ask_each(
    keys: Iterable[str], ask: Callable[[str], Said]
) -> Iterator[tuple[str, Said | CheckpointError]]:
    """Each stage's key with `ask(key)`, or with the CheckpointError why it cannot answer."""
    for key in keys:
        try:
            yield key, ask(key)
        except CheckpointError as error:
            yield key, error


class MissingCheckpointError(CheckpointError):
    """There is no such file."""


class DamagedCheckpointError(CheckpointError):
    """The file is truncated, altered, or not what its JSON describes."""


class UnpulledCheckpointError(CheckpointError):
    """The file is a Git LFS pointer, not the weights."""

    @property
    def remedy(self) -> str:
        return "fetch the weights with `git lfs pull`"


@dataclass(frozen=True)
class Checkpoint:
    """A stage's trained weights as they are stored, verified, and their description."""

    stage: Stage
    card: dict
    stored: dict[str, Tensor]  # as in the file: fp16, large ones as factors

    def network(self) -> nn.Module:
        """The lecture's network with these weights: float32, evaluation mode, made anew."""
        with torch.device("meta"):
            network = self.stage.build()
        network.load_state_dict(expand(self.stored, network), assign=True)
        return network.eval().requires_grad_(False)


def weights_path(folder: Path, stage: Stage) -> Path:
    return folder / f"{stage.key}.safetensors"


def metadata_path(folder: Path, stage: Stage) -> Path:
    return folder / f"{stage.key}.json"


def read_metadata(folder: Path, stage: Stage) -> dict:
    """The description beside the weights, for k-means its best case alone.

    Raises Missing- or DamagedCheckpointError.
    """
    path = metadata_path(folder, stage)
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingCheckpointError(stage, path, "file not found") from error
    except OSError as error:
        raise DamagedCheckpointError(stage, path, f"cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise DamagedCheckpointError(stage, path, f"not valid JSON ({error})") from error
    measured = "sha256" if stage.network else "best_case"
    if not isinstance(card, dict) or card.get("stage") != stage.key or measured not in card:
        raise DamagedCheckpointError(stage, path, f"does not describe stage {stage.key}")
    return card


def runs(card: dict) -> list[dict]:
    """The recipes of the training runs behind a card, first to last; empty if it names none."""
    found, recipe = [], card.get("recipe")
    while recipe:
        found.insert(0, recipe)
        recipe = recipe.get("after")
    return found


def load(folder: Path, stage: Stage) -> Checkpoint:
    """Read and verify a stage's checkpoint.

    Raises Missing-, Unpulled- or DamagedCheckpointError, each naming the file.
    """
    card = read_metadata(folder, stage)
    path = weights_path(folder, stage)
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise MissingCheckpointError(stage, path, "file not found") from error
    except OSError as error:
        raise DamagedCheckpointError(stage, path, f"cannot be read ({error.strerror})") from error
    if data.startswith(LFS_HEADER):
        raise UnpulledCheckpointError(stage, path, "is a Git LFS pointer")
    if hashlib.sha256(data).hexdigest() != card["sha256"]:
        raise DamagedCheckpointError(stage, path, "SHA-256 differs from the one in its JSON")
    try:
        stored = read_tensors(data)
        if stage.encoder_from:
            stored |= encoder_weights(load(folder, NETWORKS[stage.encoder_from]).stored)
        checkpoint = Checkpoint(stage, card, stored)
        _check_shapes(checkpoint)
    except (SafetensorError, RuntimeError, KeyError) as error:
        raise DamagedCheckpointError(stage, path, f"does not fit the network ({error})") from error
    return checkpoint


def encoder_weights(stored: dict[str, Tensor]) -> dict[str, Tensor]:
    """Of a network's weights those of its encoder, which another may have too."""
    return {name: weight for name, weight in stored.items() if name.startswith("encoders.")}


def _check_shapes(checkpoint: Checkpoint) -> None:
    """Raises RuntimeError or KeyError if the weights are not the network's; computes nothing."""
    with torch.device("meta"):
        network = checkpoint.stage.build()
    shapes = {name: tensor.to("meta") for name, tensor in checkpoint.stored.items()}
    network.load_state_dict(expand(shapes, network, _no_product), assign=True)


def _no_product(left: Tensor, right: Tensor) -> Tensor:
    """Of the product's shape; on "meta" PyTorch's own would load much for it."""
    if left.shape[1] != len(right):
        raise RuntimeError(f"factors of rank {left.shape[1]} and {len(right)}")
    return left.new_empty(len(left), right.shape[1])


def expand(
    stored: dict[str, Tensor],
    network: nn.Module,
    multiply: Callable[[Tensor, Tensor], Tensor] = torch.matmul,
) -> dict[str, Tensor]:
    """Stored tensors -> the network's state dict in float32, factors multiplied out."""
    shapes = {name: tensor.shape for name, tensor in network.state_dict().items()}
    weights = {}
    for name, tensor in stored.items():
        tensor = tensor.float() if tensor.is_floating_point() else tensor
        base = name.removesuffix(LEFT)
        if base != name:
            right = stored[base + RIGHT].float()
            weights[base] = multiply(tensor, right).reshape(shapes.get(base, (-1,)))
        elif not name.endswith(RIGHT):
            weights[name] = tensor
    return weights


def serialise(weights: dict[str, Tensor]) -> tuple[bytes, str]:
    """State dict -> (bytes of a safetensors file with fp16 weights, their SHA-256)."""
    data = write_tensors(
        {
            name: (tensor.half() if tensor.is_floating_point() else tensor).contiguous()
            for name, tensor in weights.items()
        }
    )
    return data, hashlib.sha256(data).hexdigest()
