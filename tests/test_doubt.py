"""The quiet note about photos that are probably none of a pet."""

import numpy as np
import pytest
import torch
from conftest import CHECKPOINTS
from drawn_pets import write_dataset
from PIL import Image

from segdemo import checkpoints
from segdemo.insight.doubt import pet_confidence
from segdemo.kmeans import KMeansSettings
from segdemo.pets import Pets
from segdemo.stages import NETWORKS
from segdemo.ui.compare.comparison import Comparison
from segdemo.ui.examples import shipped_photos
from train.data import PetTensors
from train.doubt import measure_doubt


def test_the_confidence_is_that_of_the_pet_s_pixels():
    logits = torch.log(
        torch.tensor([[[0.6, 0.8, 0.1]], [[0.3, 0.1, 0.8]], [[0.1, 0.1, 0.1]]])
    )  # (3, 1, 3): two pixels of pet, one of background
    assert pet_confidence(logits) == pytest.approx(0.7)
    assert pet_confidence(logits.flip(0)[:, :, 2:]) == 0


def test_the_threshold_doubts_two_in_a_hundred(tmp_path):
    pets = PetTensors(Pets(write_dataset(tmp_path, trainval=24), "trainval"))
    rule = measure_doubt(NETWORKS["cnn-1x1"].build().eval(), pets, pets)
    assert 0 <= rule["threshold"] <= 1
    assert rule["pictures"] == 24
    assert 0 <= rule["false_alarms"] < 1


def test_the_shipped_rule_is_seldom_wrong():
    rule = checkpoints.read_card(CHECKPOINTS, NETWORKS["unet"])["doubt"]
    assert rule["pictures"] == 3662
    assert rule["false_alarms"] < 0.05


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_cat_gets_no_note_and_gravel_does(networks, tmp_path, language):
    noise = np.random.default_rng(0).integers(90, 160, (128, 128, 1)).repeat(3, 2)
    gravel = tmp_path / "gravel.png"
    Image.fromarray(noise.astype(np.uint8)).save(gravel)

    def note(photo):
        steps = Comparison(networks, None).compare(photo, ["unet"], KMeansSettings(), language)
        return list(steps)[-1]["doubt"]

    assert note(str(shipped_photos()[0])) == ""
    assert "%" in note(str(gravel))
