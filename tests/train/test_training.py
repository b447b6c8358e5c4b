"""Training on drawn pictures: it learns, it resumes bit for bit, it says what is wrong."""

import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from accelerate import Accelerator
from PIL import Image
from support.drawn_pets import write_dataset
from support.training import assert_same, train_and_save_at_every_step

from segdemo.data.oxford_pets import PetDataError, Pets
from segdemo.evaluation.training_timeline import TrainingTimeline
from segdemo.models import checkpoints
from segdemo.models.registry import EXTRAS, NETWORKS
from train.cli import main
from train.data import PetTensors, epoch_batches, split_holdout
from train.evaluation import confusions, summarise
from train.hardware import mixed_precision
from train.loop import TrainingError, initial_network, rate_at, train
from train.losses import LOSSES
from train.publish import HEAD_RANK, factorise_head
from train.recipes import RECIPES, Recipe
from train.storage import RunFolder, write_atomically

STAGE = NETWORKS["cnn-1x1"]
SMALL = Recipe(epochs=4, batch_size=4, learning_rate=2e-2)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write_dataset(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def pets(root):
    return PetTensors(Pets(root, "trainval"))


def accelerator():
    """As the command line makes it: a process has one precision for good."""
    return Accelerator(mixed_precision=mixed_precision())


def test_every_network_has_a_recipe():
    assert set(RECIPES) == {*NETWORKS, *EXTRAS}


def test_a_few_drawn_pictures_are_learned(pets, tmp_path):
    network = initial_network(STAGE, SMALL, tmp_path)
    trained = train(STAGE, SMALL, pets, RunFolder(tmp_path), accelerator(), network)
    scores = summarise(confusions(trained.network, pets, range(len(pets.names))))
    assert scores["miou"] > 0.95
    assert [record["epoch"] for record in trained.history] == [1, 2, 3, 4]
    first, last = trained.history[0], trained.history[-1]
    assert last["training_loss"] < first["training_loss"] / 3


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_zero_for_the_truth_and_ignore_what_came_from_outside(name):
    targets = torch.randint(0, 3, (2, 8, 8), generator=torch.Generator().manual_seed(0))
    logits = 100 * torch.nn.functional.one_hot(targets, 3).movedim(-1, 1).float()
    assert LOSSES[name](logits, targets) == pytest.approx(0, abs=1e-2)
    unknown = targets.clone()
    unknown[:, :3] = 255
    logits[:, :, :3] = torch.randn(2, 3, 3, 8)
    assert LOSSES[name](logits, unknown) == pytest.approx(0, abs=1e-2)
    assert LOSSES[name](-logits, unknown) > 1


def test_a_loss_of_a_batch_is_the_mean_of_its_pictures():
    """What lets a batch be shared out over processes."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(4, 3, 8, 8, generator=generator)
    targets = torch.randint(0, 3, (4, 8, 8), generator=generator)
    for loss in LOSSES.values():
        parts = [loss(logits[i : i + 1], targets[i : i + 1]) for i in range(4)]
        torch.testing.assert_close(loss(logits, targets), torch.stack(parts).mean())


def test_the_learning_rate_rises_and_falls():
    rates = [rate_at(step, 100, warm_up=0.1) for step in range(101)]
    assert rates[:10] == pytest.approx([(step + 1) / 10 for step in range(10)])
    assert rates[55] == pytest.approx(0.5)  # half way down
    assert (np.diff(rates[10:]) < 0).all()
    assert rates[100] == pytest.approx(0)


def test_the_holdout_is_a_tenth_of_every_breed():
    names = [f"a_breed_{i}" for i in range(50)] + [f"Other_{i}" for i in range(100)]
    training, holdout = split_holdout(names)
    assert sorted(training + holdout) == list(range(150))
    assert sum(names[i].startswith("a_breed") for i in holdout) == 5
    assert sum(names[i].startswith("Other") for i in holdout) == 10


def test_processes_share_every_batch():
    def share(rank, processes):
        return epoch_batches(list(range(20)), 8, seed=0, epoch=1, rank=rank, processes=processes)

    for whole, first, second in zip(share(0, 1), share(0, 2), share(1, 2)):
        assert whole == first + second


def test_interrupted_at_any_moment_equals_uninterrupted(root, tmp_path):
    """SIGTERM and SIGKILL at random moments, again and again, then bit for bit the same state."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["accelerate", "train.loop"])  # once for all processes

    def start(run):
        told, started = forks.Pipe(duplex=False)
        arguments = (root, tmp_path / run, started)
        process = forks.Process(target=train_and_save_at_every_step, args=arguments)
        process.start()
        told.recv()
        return process

    whole = start("whole")
    chance = random.Random(0)
    for _ in range(4):
        process = start("broken")
        time.sleep(chance.uniform(0.2, 1.5))
        os.kill(process.pid, chance.choice([signal.SIGTERM, signal.SIGKILL]))
        process.join()
    last = start("broken")
    for process in (whole, last):
        process.join()
        assert process.exitcode == 0
    expected, got = (RunFolder(tmp_path / name).load() for name in ("whole", "broken"))
    assert_same(expected, got)


def test_a_damaged_state_falls_back_to_the_one_before(tmp_path, capsys):
    run = RunFolder(tmp_path)
    assert run.load() is None
    run.save({"step": 1, "w": torch.ones(3)})
    run.save({"step": 2, "w": torch.zeros(3)})
    assert run.load()["step"] == 2
    data = bytearray(run.state.read_bytes())
    data[len(data) // 2] ^= 1
    run.state.write_bytes(data)
    assert run.load()["step"] == 1
    assert "damaged" in capsys.readouterr().out


def test_a_write_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "file"
    write_atomically(path, b"good")
    script = (
        "import resource, sys; from pathlib import Path; from train.storage import *;"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));"
        "write_atomically(Path(sys.argv[1]), bytes(100000))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
    )
    assert result.returncode != 0
    assert "OSError" in result.stderr
    assert path.read_bytes() == b"good"
    assert os.listdir(tmp_path) == ["file"]


def test_a_loss_that_is_not_finite_names_the_pictures(pets, tmp_path):
    network = initial_network(STAGE, SMALL, tmp_path)
    torch.nn.init.constant_(network.conv4.bias, float("nan"))
    with pytest.raises(TrainingError, match=r"step 0, on .*Round_\d+.*smaller learning rate"):
        train(STAGE, SMALL, pets, RunFolder(tmp_path), accelerator(), network)


def test_a_run_of_another_recipe_is_not_continued(pets, tmp_path):
    RunFolder(tmp_path).save({"recipe": asdict(Recipe(epochs=9))})
    network = initial_network(STAGE, SMALL, tmp_path)
    with pytest.raises(TrainingError, match="another recipe"):
        train(STAGE, SMALL, pets, RunFolder(tmp_path), accelerator(), network)


def test_train_and_evaluate_from_the_command_line(root, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(RECIPES, STAGE.key, SMALL)
    folders = ["--data", str(root), "--checkpoints", str(tmp_path / "out")]
    assert main([STAGE.key, *folders, "--runs", str(tmp_path / "runs")]) == 0
    card = checkpoints.load(tmp_path / "out", STAGE).card
    assert card["label_agreement"]["share"] > 0.99
    assert card["recipe"] == asdict(SMALL)
    capsys.readouterr()
    assert main(["evaluate", STAGE.key, *folders, "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores == json.loads(json.dumps(card["test"]))
    assert scores["pictures"] == 6
    assert main(["evaluate", STAGE.key, *folders, "--json", "--limit", "2"]) == 0
    assert json.loads(capsys.readouterr().out)["pictures"] == 2


def test_a_second_run_goes_on_from_the_published_first(root, tmp_path, monkeypatch):
    """With its weights, its history and its film; the first is not trained again."""
    runs = tmp_path / "runs"
    folders = ["--data", str(root), "--checkpoints", str(tmp_path), "--runs", str(runs)]
    monkeypatch.setitem(RECIPES, STAGE.key, SMALL)
    assert main([STAGE.key, *folders]) == 0
    first = checkpoints.load(tmp_path, STAGE)
    film = TrainingTimeline.read(tmp_path / "filmstrip").films[STAGE.key]

    second = Recipe(epochs=1, batch_size=2, learning_rate=0.0, after=SMALL)
    monkeypatch.setitem(RECIPES, STAGE.key, second)
    shutil.rmtree(runs)
    assert main([STAGE.key, *folders]) == 0
    assert [path.name for path in (runs / STAGE.key).iterdir()] == ["2"]
    both = checkpoints.load(tmp_path, STAGE)
    assert both.card["recipe"] == asdict(second)
    assert both.card["history"][: SMALL.epochs] == first.card["history"]
    assert both.card["history"][-1]["epoch"] == SMALL.epochs + 1
    for name, weight in dict(first.network().named_parameters()).items():
        assert torch.equal(both.network().get_parameter(name), weight)  # at a rate of 0
    frames = TrainingTimeline.read(tmp_path / "filmstrip").films[STAGE.key].frames
    epochs = [frame.epoch for frame in frames]
    assert epochs == sorted(set(epochs))
    assert set(film.frames[:-1]) < set(frames)
    assert epochs[-1] == SMALL.epochs + 1


def test_a_recipe_from_before_a_field_was_there_is_the_same_recipe():
    recipe = Recipe(epochs=1, after=Recipe(epochs=5))
    record = asdict(recipe)
    assert Recipe.from_record(record) == recipe
    del record["fixed"], record["after"]["fixed"]
    assert Recipe.from_record(record) == recipe
    assert Recipe.from_record(record | {"crops": 3}) is None


def test_a_fixed_module_stays_and_the_rest_learns(pets, tmp_path):
    network = initial_network(STAGE, replace(SMALL, fixed="conv2"), tmp_path)
    before = {name: weight.clone() for name, weight in network.named_parameters()}
    train(STAGE, SMALL, pets, RunFolder(tmp_path), accelerator(), network)
    for name, weight in network.named_parameters():
        assert torch.equal(weight, before[name]) == name.startswith("conv2.")


def test_fixed_statistics_stay_and_the_weights_learn(pets, tmp_path):
    recipe = replace(SMALL, fixed_statistics=True)
    network = initial_network(STAGE, recipe, tmp_path)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    train(STAGE, recipe, pets, RunFolder(tmp_path), accelerator(), network)
    statistics = {name for name, _ in network.named_buffers()}
    assert statistics
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name]) == (name in statistics), name


def test_the_head_s_factors_keep_its_probabilities(pets):
    """A head of low rank is kept, whatever is in the rest of its weights' space."""
    torch.manual_seed(0)
    network = NETWORKS["fcn-reshape"].build().eval()
    left, right = torch.randn(128 * 128 * 3, HEAD_RANK), torch.randn(HEAD_RANK, 2048)
    network.out_conv.weight.data = (left @ right / 2048).reshape(network.out_conv.weight.shape)
    stored = factorise_head(network, network.state_dict(), pets, list(range(12)))
    assert stored["out_conv.weight.left"].shape == (128 * 128 * 3, HEAD_RANK)
    product = stored["out_conv.weight.left"] @ stored["out_conv.weight.right"]
    with torch.inference_mode():
        x = torch.randn(1, 3, 128, 128)
        before = network(x).softmax(1)
        network.out_conv.weight.data = product.float().reshape(network.out_conv.weight.shape)
        network.out_conv.bias.data = stored["out_conv.bias"].float()
        torch.testing.assert_close(network(x).softmax(1), before, atol=1e-3, rtol=1e-3)


def test_a_missing_folder_is_named(tmp_path, capsys):
    assert main(["evaluate", "unet", "--data", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err


def break_photo(folder):
    (folder / "images" / "Round_1.jpg").write_bytes(b"nothing")


def break_size(folder):
    Image.new("L", (9, 9), 1).save(folder / "annotations" / "trimaps" / "Round_1.png")


def break_values(folder):
    Image.new("L", (128, 128), 7).save(folder / "annotations" / "trimaps" / "Round_1.png")


@pytest.mark.parametrize("damage", [break_photo, break_size, break_values])
def test_a_picture_that_cannot_be_used_is_named(tmp_path, damage):
    damage(write_dataset(tmp_path, trainval=4) / "oxford-iiit-pet")
    with pytest.raises(PetDataError, match="Round_1"):
        PetTensors(Pets(tmp_path, "trainval"))


def test_a_mask_without_a_pet_is_dropped_and_said(tmp_path):
    write_dataset(tmp_path, trainval=4)
    blank = tmp_path / "oxford-iiit-pet" / "annotations" / "trimaps" / "Round_1.png"
    Image.fromarray(np.full((128, 128), 2, np.uint8)).save(blank)
    pets = PetTensors(Pets(tmp_path, "trainval"))
    assert pets.dropped == ["Round_1"]
    assert len(pets.names) == len(pets.photos) == 3
