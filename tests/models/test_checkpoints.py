"""Checkpoints: what ships is whole, what is broken says so and how to mend it."""

import hashlib
import json
import shutil

import pytest
import torch
from conftest import CHECKPOINTS

from segdemo.analysis.conversion import TASKS
from segdemo.inference import Predictor
from segdemo.models import CNNSegmentation, checkpoints
from segdemo.models.checkpoints import (
    DamagedCheckpointError,
    MissingCheckpointError,
    UnpulledCheckpointError,
)
from segdemo.models.registry import EXTRAS, FCN_STAGE, NETWORKS

STAGE = NETWORKS["cnn-1x1"]
SHIPPED_EXTRAS = [FCN_STAGE.key, *(key for task in TASKS.values() for key in task.networks)]


@pytest.fixture
def folder(tmp_path):
    """A folder with a small stage's checkpoint in it."""
    for path in (checkpoints.weights_path, checkpoints.metadata_path):
        shutil.copy(path(CHECKPOINTS, STAGE), tmp_path)
    return tmp_path


@pytest.mark.parametrize("key", NETWORKS)
def test_what_ships_is_what_its_card_says(key):
    stage = NETWORKS[key]
    card = checkpoints.read_metadata(CHECKPOINTS, stage)
    data = checkpoints.weights_path(CHECKPOINTS, stage).read_bytes()
    assert hashlib.sha256(data).hexdigest() == card["sha256"]
    assert card["arguments"] == stage.arguments
    assert card["classes"] == ["pet", "background", "border"]
    assert card["test"]["pictures"] == 3662
    assert 0 < card["test"]["miou"] < 1
    epochs = sum(run["epochs"] for run in checkpoints.runs(card))
    assert [record["epoch"] for record in card["history"]] == list(range(1, epochs + 1))
    seconds = [record["seconds"] for record in card["history"]]
    assert seconds == sorted(seconds)


@pytest.mark.parametrize("key", SHIPPED_EXTRAS)
def test_what_ships_beside_the_ladder_is_what_its_card_says(key):
    checkpoint = checkpoints.load(CHECKPOINTS, EXTRAS[key])
    assert checkpoint.card["arguments"] == EXTRAS[key].arguments
    assert checkpoint.card["preprocessing"]["size"] == EXTRAS[key].size
    epochs = sum(run["epochs"] for run in checkpoints.runs(checkpoint.card))
    assert [record["epoch"] for record in checkpoint.card["history"]] == list(range(1, epochs + 1))


def test_a_missing_encoder_is_the_one_that_is_named(tmp_path):
    """FCN ships its score layers alone."""
    for path in (checkpoints.weights_path, checkpoints.metadata_path):
        shutil.copy(path(CHECKPOINTS, FCN_STAGE), tmp_path)
    with pytest.raises(MissingCheckpointError, match=r"unet\.json"):
        checkpoints.load(tmp_path, FCN_STAGE)


def test_sizes():
    sizes = {path.stem: path.stat().st_size for path in CHECKPOINTS.glob("*.safetensors")}
    assert sizes["fcn-reshape"] <= 20e6
    assert sum(sizes[key] for key in NETWORKS) <= 110e6
    others = [size for key, size in sizes.items() if key not in NETWORKS]
    assert max(others) <= 10e6
    assert sum(others) <= 60e6


def test_the_ladder_rises():
    """Each idea of the lecture is better than the one it improves on."""
    miou = {
        key: checkpoints.read_metadata(CHECKPOINTS, s)["test"]["miou"]
        for key, s in NETWORKS.items()
    }
    assert miou["cnn-1x1"] < miou["cnn-5x5"] < miou["cnn-11x11"]
    assert miou["upsample-only"] < miou["encoder-decoder"] < miou["unet"]
    assert miou["unet"] >= 0.70


def test_round_trip(tmp_path):
    """Saved in fp16, read back: the same outputs, but for fp16's rounding."""
    torch.manual_seed(0)
    network = CNNSegmentation(1).eval()
    data, digest = checkpoints.serialise(network.state_dict())
    checkpoints.weights_path(tmp_path, STAGE).write_bytes(data)
    card = {"stage": STAGE.key, "sha256": digest, "note": "é"}
    checkpoints.metadata_path(tmp_path, STAGE).write_text(json.dumps(card), encoding="utf-8")
    loaded = checkpoints.load(tmp_path, STAGE)
    assert loaded.card == card
    x = torch.randn(1, 3, 20, 20)
    torch.testing.assert_close(loaded.network()(x), network(x), atol=1e-2, rtol=1e-2)
    for name, tensor in network.state_dict().items():
        stored = tensor.half().float() if tensor.is_floating_point() else tensor
        assert torch.equal(loaded.network().state_dict()[name], stored)


def test_factors_are_multiplied_out():
    network = CNNSegmentation(1)
    left, right = torch.randn(64, 2), torch.randn(2, 64)
    stored = dict(network.state_dict())
    del stored["conv2.0.weight"]
    stored |= {"conv2.0.weight.left": left, "conv2.0.weight.right": right}
    network.load_state_dict(checkpoints.expand(stored, network))
    torch.testing.assert_close(network.conv2[0].weight.flatten(1), left @ right)


def damage_missing(weights, card):
    weights.unlink()


def damage_missing_card(weights, card):
    card.unlink()


def damage_truncated(weights, card):
    weights.write_bytes(weights.read_bytes()[:-100])


def damage_bit(weights, card):
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)


def damage_pointer(weights, card):
    weights.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")


def damage_card(weights, card):
    card.write_text("{")


def damage_other_network(weights, card):
    """Whole and with the right hash, but of another shape."""
    data, digest = checkpoints.serialise(CNNSegmentation(3).state_dict())
    weights.write_bytes(data)
    card.write_text(json.dumps({"stage": STAGE.key, "sha256": digest}))


@pytest.mark.parametrize(
    ("damage", "error", "remedy"),
    [
        (damage_missing, MissingCheckpointError, "python -m train cnn-1x1"),
        (damage_missing_card, MissingCheckpointError, "python -m train cnn-1x1"),
        (damage_truncated, DamagedCheckpointError, "python -m train cnn-1x1"),
        (damage_bit, DamagedCheckpointError, "SHA-256"),
        (damage_pointer, UnpulledCheckpointError, "git lfs pull"),
        (damage_card, DamagedCheckpointError, "JSON"),
        (damage_other_network, DamagedCheckpointError, "does not fit"),
    ],
)
def test_a_broken_checkpoint_names_its_file_and_the_remedy(folder, damage, error, remedy):
    weights, card = (
        p(folder, STAGE) for p in (checkpoints.weights_path, checkpoints.metadata_path)
    )
    damage(weights, card)
    with pytest.raises(error) as raised:
        checkpoints.load(folder, STAGE)
    assert "cnn-1x1." in str(raised.value)
    assert remedy in str(raised.value)


def test_the_other_stages_still_work(folder, chelsea):
    predictor = Predictor(folder)
    assert set(predictor.load_errors) == {*NETWORKS, FCN_STAGE.key} - {"cnn-1x1"}
    assert predictor.predict("cnn-1x1", chelsea).logits.shape == (3, 128, 128)
    with pytest.raises(MissingCheckpointError):
        predictor.predict("unet", chelsea)
