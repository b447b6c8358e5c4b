"""The other tasks of the training: their inputs and targets, and that each can be learnt."""

import json
import shutil
from types import SimpleNamespace

import pytest
import torch
from accelerate import Accelerator
from conftest import CHECKPOINTS
from support.drawn_pets import draw, write_dataset
from torch.nn.functional import avg_pool2d
from torchmetrics.functional.classification import multiclass_accuracy

from segdemo.analysis.conversion import TASKS as CONVERSIONS
from segdemo.analysis.conversion import convert
from segdemo.data.domains import ab_of, to_bins, to_image
from segdemo.evaluation.conversion_scores import read_scores
from segdemo.inference import Predictor
from segdemo.models import checkpoints
from segdemo.models.registry import EXTRAS, NETWORKS
from train.cli import main
from train.colour_bins import write_colour_bins
from train.conversions import MOST_FREQUENT, measure_conversions, top_accuracies
from train.hardware import mixed_precision
from train.loop import initial_network, train
from train.photos import PhotoDataError, Photos
from train.recipes import RECIPES, Recipe
from train.storage import RunFolder
from train.tasks import TASKS

PICTURE_TASKS = [key for key in TASKS if key not in ("segment", "fcn")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of photos of no particular data set, one of them in a folder below."""
    root = tmp_path_factory.mktemp("photos")
    (root / "below").mkdir()
    for index in range(30):
        photo, _ = draw(index)
        photo.resize((200, 150)).save(root / ("below" if index == 3 else ".") / f"{index:02}.png")
    return root


def test_a_folder_of_photos_is_split_in_three(folder):
    trainval, test = (Photos(folder, split) for split in ("trainval", "test"))
    training, holdout = trainval.split()
    assert len(test.names) == 3
    assert len(trainval.names) == 27
    assert len(holdout) == 3
    assert not set(test.names) & set(trainval.names)
    assert "03" in trainval.names + test.names
    assert sorted(training + holdout) == list(range(27))


def test_a_folder_that_cannot_be_used_says_why(folder, tmp_path):
    with pytest.raises(PhotoDataError, match="0 photos in .*20 are needed"):
        Photos(tmp_path, "test")
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    (broken / "00.png").write_bytes(b"no photo")
    with pytest.raises(PhotoDataError, match=r"cannot read .*00\.png"):
        Photos(broken, "test")


@pytest.mark.parametrize("key", PICTURE_TASKS)
def test_a_batch_depends_on_seed_epoch_and_picture_alone(key, folder):
    task, data = TASKS[key], Photos(folder, "trainval")
    inputs, targets = task.batch(data, [3, 5], 0, 1, "cpu")
    alone, target = task.batch(data, [5], 0, 1, "cpu")
    assert torch.equal(inputs[1:], alone)
    assert torch.equal(targets[1:], target)
    later, _ = task.batch(data, [5], 0, 2, "cpu")
    assert not torch.equal(alone, later)


@pytest.mark.parametrize("key", PICTURE_TASKS)
def test_what_should_come_out_makes_the_photo(key, folder):
    """A network that answered the target itself would give the original back."""
    task, data = TASKS[key], Photos(folder, "trainval")

    class Oracle(torch.nn.Module):
        def forward(self, x):
            target = task.target(task.whole(data.photos[:4]))
            if target.dtype == torch.int64:  # classes: all the probability on the true one
                return 1e3 * torch.nn.functional.one_hot(target, 100).movedim(-1, 1).float()
            return target

    psnr = task.holdout(Oracle(), data, range(4), "cpu")["holdout_psnr"]
    assert psnr > (25 if key == "colourise-bins" else 45)


@pytest.mark.parametrize("key", ["denoise-unet", "colourise-bins-unet", "fcn"])
def test_a_few_pictures_are_learned(key, tmp_path):
    root = write_dataset(tmp_path / "data")
    stage, task = EXTRAS[key], TASKS[EXTRAS[key].task]
    recipe = Recipe(
        epochs=4,
        batch_size=4,
        learning_rate=4e-3,
        loss=RECIPES[key].loss,
        fixed=RECIPES[key].fixed,
    )
    data = task.read(root, "trainval")
    network = initial_network(stage, recipe, CHECKPOINTS)
    before = {name: weight.clone() for name, weight in network.state_dict().items()}
    trained = train(
        stage,
        recipe,
        data,
        RunFolder(tmp_path / "run"),
        Accelerator(mixed_precision=mixed_precision()),
        network,
    )
    losses = [record["training_loss"] for record in trained.history]
    assert losses[-1] < losses[0] / 1.3
    changed = [n for n, w in trained.network.state_dict().items() if not torch.equal(w, before[n])]
    assert changed
    if stage.encoder_from:
        assert not any(name.startswith("encoders") for name in changed)


def test_a_task_is_trained_from_the_command_line(folder, tmp_path, monkeypatch):
    """All its networks, on photos of no data set."""
    for key in ("denoise-encoder-decoder", "denoise-unet"):
        monkeypatch.setitem(RECIPES, key, Recipe(epochs=1, batch_size=4, loss="l1"))
    folders = ["--checkpoints", str(tmp_path / "out"), "--runs", str(tmp_path / "runs")]
    assert main(["denoise", "--data", str(folder), *folders]) == 0
    for key in ("denoise-encoder-decoder", "denoise-unet"):
        checkpoint = checkpoints.load(tmp_path / "out", EXTRAS[key])
        assert checkpoint.card["data"]["training_pictures"] == 24
        assert checkpoint.network()(torch.zeros(1, 3, 64, 64)).shape == (1, 3, 64, 64)


def test_fcn_is_published_without_the_encoder_that_it_shares(tmp_path, monkeypatch):
    monkeypatch.setitem(RECIPES, "fcn", Recipe(epochs=1, batch_size=4, fixed="encoders"))
    root = write_dataset(tmp_path / "data")
    out = tmp_path / "out"
    out.mkdir()
    unet = NETWORKS["unet"]
    for path in (checkpoints.weights_path, checkpoints.metadata_path):
        shutil.copy(path(CHECKPOINTS, unet), out)
    arguments = ["--data", str(root), "--checkpoints", str(out), "--runs", str(tmp_path / "runs")]
    assert main(["fcn", *arguments]) == 0
    assert checkpoints.weights_path(out, EXTRAS["fcn"]).stat().st_size < 20_000
    encoder = checkpoints.load(out, unet).network().get_submodule("encoders").state_dict()
    found = checkpoints.load(out, EXTRAS["fcn"]).network().get_submodule("encoders").state_dict()
    assert all(torch.equal(found[name], weight) for name, weight in encoder.items())


def test_colours_are_chosen_by_how_many_pixels_have_them(tmp_path):
    photos = SimpleNamespace(split=lambda: ([0, 1, 2], []))
    photos.photos = torch.zeros(3, 3, 128, 128, dtype=torch.uint8)  # black: a = b = 0
    photos.photos[2, 0] = 255  # one in three is red
    assert write_colour_bins(photos, tmp_path / "bins.json") == 1
    first, second, *_ = json.loads((tmp_path / "bins.json").read_text())["centres"]
    assert (first, second) == ([0, 0], [80, 70])


def test_the_page_s_own_function_is_measured(tmp_path):
    root = write_dataset(tmp_path / "data", trainval=1, test=4)
    for task in CONVERSIONS.values():
        for key in task.networks:
            stored, digest = checkpoints.serialise(EXTRAS[key].build().state_dict())
            checkpoints.weights_path(tmp_path, EXTRAS[key]).write_bytes(stored)
            card = {"stage": key, "sha256": digest}
            checkpoints.metadata_path(tmp_path, EXTRAS[key]).write_text(json.dumps(card))
    photos = Photos(root, "test")
    photos.photos[2] = photos.photos[2, :1]  # grey: no colour to find
    measure_conversions(photos, tmp_path, limit=3)
    colours = read_scores(tmp_path)["colourise"]
    assert colours.photos == 2
    assert list(colours.accuracies) == [MOST_FREQUENT, "bins-encoder-decoder", "bins-unet"]
    bins = to_bins(ab_of(avg_pool2d(photos.photos[[0, 3]].float(), 2).round()))
    frequent = {"top-1": (bins == 0), "top-5": (bins < 5)}
    for kind, hits in frequent.items():
        found = colours.accuracies[MOST_FREQUENT][kind].value
        assert found == pytest.approx(hits.float().mean().item())
    measured = read_scores(tmp_path)["denoise"]
    assert measured.photos == 3
    found = [
        {one.name: one.psnr for one in convert(Predictor(tmp_path), to_image(photo), "denoise")}
        for photo in photos.photos[[0, 2, 3]]
    ]
    mean = sum(one["unet"] for one in found) / 3
    assert measured.scores["unet"].psnr.value == pytest.approx(mean)
    gain = sum(one["unet"] - one["median"] for one in found) / 3
    assert measured.gains["median"].value == pytest.approx(gain)


def test_a_choice_counts_among_the_first_k_as_torchmetrics_counts_it():
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(2, 20, 8, 8, generator=generator)
    labels = torch.randint(20, (2, 8, 8), generator=generator)
    expected = [
        multiclass_accuracy(scores, labels, num_classes=20, average="micro", top_k=k).item()
        for k in (1, 5)
    ]
    assert top_accuracies(scores, labels) == pytest.approx(expected)
    assert 0 < expected[0] < expected[1] < 1


def test_a_network_begins_with_the_weights_of_another(tmp_path):
    first, second = EXTRAS["denoise-unet"], EXTRAS["super-resolve-unet"]
    stored, digest = checkpoints.serialise(first.build().state_dict())
    checkpoints.weights_path(tmp_path, first).write_bytes(stored)
    card = {"stage": first.key, "sha256": digest}
    checkpoints.metadata_path(tmp_path, first).write_text(json.dumps(card))
    network = initial_network(second, Recipe(epochs=1, starts_from=first.key), tmp_path)
    expected = checkpoints.load(tmp_path, first).network().state_dict()
    assert all(torch.equal(expected[name], w) for name, w in network.state_dict().items())
