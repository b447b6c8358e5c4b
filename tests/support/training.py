"""What several tests of training share."""

from multiprocessing.connection import Connection
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import nn

from segdemo.data.oxford_pets import Pets
from segdemo.models.registry import NETWORKS
from train import loop
from train.data import PetTensors
from train.recipes import Recipe
from train.storage import RunFolder

STAGE = NETWORKS["cnn-1x1"]


def train_and_save_at_every_step(root: Path, run: Path, started: Connection) -> None:
    """A short training in a process of its own, on one thread; it tells when it begins."""
    torch.set_num_threads(1)
    loop.SAVE_EVERY = 0.0
    recipe = Recipe(epochs=3, batch_size=2)
    network = loop.initial_network(STAGE, recipe, Path("."))
    started.send(None)
    pets = PetTensors(Pets(root, "trainval"))
    loop.train(STAGE, recipe, pets, RunFolder(run), Accelerator(), network)


def train_here(folder: Path, name: str, kind: str) -> None:
    """A training in this process, one of those of its launcher.

    A network with BatchNorm takes the statistics from its own share of the batch; of a plain one
    sharing out changes nothing but the order of additions.
    """
    recipe = Recipe(epochs=4, batch_size=8, learning_rate=1e-2)
    network = loop.initial_network(STAGE, recipe, Path("."))
    if kind == "plain":
        network = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 3, 1))
    run = RunFolder(folder / f"{name}-{kind}")
    pets = PetTensors(Pets(folder / "data", "trainval"))
    loop.train(STAGE, recipe, pets, run, Accelerator(mixed_precision="no", cpu=True), network)


def assert_same(expected, got):
    """Equal to the last bit, seconds aside."""
    if isinstance(expected, torch.Tensor):
        assert torch.equal(expected, got)
    elif isinstance(expected, dict):
        assert expected.keys() == got.keys()
        for key in expected.keys() - {"seconds"}:
            assert_same(expected[key], got[key])
    elif isinstance(expected, list | tuple):
        assert len(expected) == len(got)
        for a, b in zip(expected, got):
            assert_same(a, b)
    else:
        assert expected == got
