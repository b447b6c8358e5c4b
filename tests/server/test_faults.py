"""One part fails, the rest goes on: stages that raise, checkpoints that are none, full disks."""

import json
import shutil

import pytest
import torch
from conftest import CHECKPOINTS
from support.markup import classes
from support.server import Caller
from torch import nn

from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings
from segdemo.locales import LANGUAGES, Translator
from segdemo.models import checkpoints
from segdemo.models.checkpoints import DamagedCheckpointError
from segdemo.models.registry import NETWORKS, STAGES
from segdemo.web.security.request_error import bilingual
from segdemo.web.tabs.compare.comparison import Choice, Comparison

PHOTO = str(SAMPLE_PHOTOS[OPENING_PHOTO].path)
SMALL = "cnn-1x1"  # of which checkpoints are copied and damaged here
LAST = list(STAGES)[-1]


class OutOfMemory(nn.Module):
    """Asks for more than any machine has: 8 EiB."""

    def forward(self, x):
        return torch.empty(2**61, dtype=torch.float32)


class WrongShape(nn.Module):
    """Is not made for this picture."""

    def forward(self, x):
        return x.view(7, 11)


class Recursing(nn.Module):
    def forward(self, x):
        return self(x)


class NotANumber(nn.Module):
    def forward(self, x):
        return x / "2"


BROKEN = (OutOfMemory, WrongShape, Recursing, NotANumber)


@pytest.fixture
def comparison(tmp_path):
    """Over networks of which the first is real, and the others are missing."""
    for path in (checkpoints.metadata_path, checkpoints.weights_path):
        shutil.copy(path(CHECKPOINTS, STAGES[SMALL]), tmp_path)
    return Comparison(Predictor(tmp_path), test_split=None)


def final_cards(comparison: Comparison, keys: list[str], language: str = "en") -> dict[str, str]:
    cards = {}
    for step in comparison.compare(Choice(PHOTO), keys, Translator(language)):
        cards |= step
    return cards


def replace(comparison: Comparison, key: str, network: nn.Module) -> None:
    """As if this were what the checkpoint had held."""
    comparison.predictor.load_errors.pop(key, None)
    comparison.predictor._runs[key] = torch.inference_mode()(network.eval())


# ---- A stage that fails on a photo ----


@pytest.mark.parametrize("broken", BROKEN)
def test_a_stage_that_fails_says_so_and_the_others_answer(comparison, broken):
    """Its card, its neighbours before and behind, and the next request."""
    replace(comparison, "cnn-5x5", broken())
    keys = ["kmeans", "cnn-5x5", SMALL]
    for language in LANGUAGES:
        cards = final_cards(comparison, keys, language)
        assert Translator(language)("compare.crashed") in cards["cnn-5x5"]
        assert "failed" in classes(cards["cnn-5x5"], "article")
        for key in ("kmeans", SMALL):
            assert "done" in classes(cards[key], "article")
        assert cards["status"] == Translator(language)("compare.all-done", total=3)
    replace(comparison, "cnn-5x5", STAGES["cnn-5x5"].build())
    assert "done" in classes(final_cards(comparison, keys)["cnn-5x5"], "article")


def test_what_is_said_about_a_stage_s_answer_needs_one(comparison):
    """The U-Net's card holds a rule about its answers, and it has none."""
    replace(comparison, "unet", OutOfMemory())
    one = {"noted": 0, "pictures": 1, "interval": [0, 1]}
    note = {"threshold": 1, "own_size": one, "test": one, "without_pet": one}
    comparison.predictor.metadata["unet"] = {"pet_note": note}
    cards = final_cards(comparison, ["unet", SMALL])
    assert "failed" in classes(cards["unet"], "article")
    assert "done" in classes(cards[SMALL], "article")


def test_the_label_maps_come_without_the_stage_that_fails(comparison):
    replace(comparison, LAST, OutOfMemory())
    *_, (images, numbers) = comparison.label_maps(PHOTO, KMeansSettings())
    assert [key for _, key in images] == ["kmeans", SMALL]
    assert list(numbers) == list(STAGES)
    assert numbers[LAST] == {"error": Translator("en")("compare.crashed")}
    assert numbers[SMALL]["shares"]


def test_every_stage_s_problem_is_told_the_last_one_s_too(comparison):
    steps = [
        (len(images), dict(numbers))
        for images, numbers in comparison.label_maps(PHOTO, KMeansSettings())
    ]
    assert [len(numbers) for _, numbers in steps] == list(range(1, len(STAGES) + 1))
    count, numbers = steps[-1]
    assert count == 2
    assert f"{LAST}.json: file not found" in numbers[LAST]["error"]


# ---- The disk ----


def test_without_room_nothing_is_taken_and_the_examples_answer(page_url, monkeypatch):
    caller = Caller(page_url)
    endpoint = caller.named("segment")
    full = shutil.disk_usage("/")._replace(free=10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    refused = caller.upload(("cat.png", b"1"))
    assert (refused.status_code, refused.json()["detail"]) == (507, bilingual("no-room"))
    inline = {"url": "data:image/png;base64,aGVsbG8=", "meta": {"_type": "gradio.FileData"}}
    assert caller.call(endpoint, [inline, *endpoint.defaults[1:]]).refusal == bilingual("no-room")
    report = caller.named("report")
    assert caller.call(report, report.defaults).refusal == bilingual("no-room")
    numbers = caller.named("four_answers")
    assert caller.call(numbers, numbers.defaults).data


# ---- Checkpoints ----


def damaged_cards(folder, damage) -> dict[str, str]:
    """The cards of k-means and the damaged stage, the networks loaded afresh."""
    damage(
        *(
            path(folder, STAGES[SMALL])
            for path in (checkpoints.weights_path, checkpoints.metadata_path)
        )
    )
    comparison = Comparison(Predictor(folder), test_split=None)
    assert SMALL in comparison.predictor.load_errors
    return final_cards(comparison, ["kmeans", SMALL])


def without_factor(weights, card):
    """Half of a weight that is stored as two factors, under the right hash."""
    network = NETWORKS[SMALL].build()
    stored = dict(network.state_dict())
    stored["conv2.0.weight.left"] = stored.pop("conv2.0.weight").flatten(1)
    rewrite(weights, card, stored)


def other_shapes(weights, card):
    rewrite(weights, card, NETWORKS["cnn-5x5"].build().state_dict())


def rewrite(weights, card, stored) -> None:
    data, digest = checkpoints.serialise(stored)
    weights.write_bytes(data)
    card.write_text(json.dumps(json.loads(card.read_text()) | {"sha256": digest}))


def folder_instead(weights, card):
    weights.unlink()
    weights.mkdir()


def wrong_hash(weights, card):
    card.write_text(json.dumps(json.loads(card.read_text()) | {"sha256": 5}))


@pytest.mark.parametrize(
    "damage",
    [
        lambda weights, card: weights.unlink(),
        lambda weights, card: weights.write_bytes(weights.read_bytes()[:-1]),
        lambda weights, card: weights.write_text("version https://git-lfs.github.com/spec/v1\n"),
        lambda weights, card: card.write_text('{"stage": "unet", "sha256": "0"}'),
        lambda weights, card: card.write_bytes(b"\xff\xfe"),
        without_factor,
        other_shapes,
        folder_instead,
        wrong_hash,
    ],
)
def test_a_damaged_checkpoint_is_its_own_stage_s_problem(comparison, tmp_path, damage):
    cards = damaged_cards(tmp_path, damage)
    assert "done" in classes(cards["kmeans"], "article")
    assert "failed" in classes(cards[SMALL], "article")
    assert SMALL in cards[SMALL]
    assert str(tmp_path.parent) not in cards[SMALL]  # visitors need not know where it lies


def test_what_cannot_be_read_is_told(comparison, tmp_path):
    folder_instead(*(tmp_path / f"{SMALL}.{kind}" for kind in ("safetensors", "json")))
    with pytest.raises(DamagedCheckpointError, match="cannot be read"):
        checkpoints.load(tmp_path, STAGES[SMALL])
