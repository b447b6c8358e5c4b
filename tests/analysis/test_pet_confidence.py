"""The quiet note about photos that are probably none of a pet."""

import numpy as np
import pytest
import torch
from conftest import CHECKPOINTS
from PIL import Image
from support.drawn_pets import write_dataset

from segdemo.analysis.pet_confidence import pet_confidence
from segdemo.data.oxford_pets import Pets
from segdemo.data.preprocessing import normalise
from segdemo.inference.kmeans import KMeansSettings
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS
from segdemo.web.examples import shipped_photos
from segdemo.web.tabs.compare.comparison import Comparison
from train.data import PetTensors
from train.doubt import rule_of_doubt
from train.evaluation import confusions, evaluate_with_confidence


def test_the_confidence_is_that_of_the_pet_s_pixels():
    logits = torch.log(
        torch.tensor([[[0.6, 0.8, 0.1]], [[0.3, 0.1, 0.8]], [[0.1, 0.1, 0.1]]])
    )  # (3, 1, 3): two pixels of pet, one of background
    assert pet_confidence(logits) == pytest.approx(0.7)
    assert pet_confidence(logits.flip(0)[:, :, 2:]) == 0


def test_the_threshold_doubts_two_in_a_hundred():
    rule = rule_of_doubt(np.linspace(0, 1, 101), np.array([0.01, 0.5, 0.019, 0.021]))
    assert rule == {
        "threshold": pytest.approx(0.02),
        "false_alarms": 0.5,
        "pictures": 4,
        "data": "test",
    }


def test_how_sure_a_network_is_comes_with_its_confusions(tmp_path):
    pets = PetTensors(Pets(write_dataset(tmp_path, trainval=5), "trainval"))
    network = NETWORKS["cnn-1x1"].build().eval()
    matrices, confidences = evaluate_with_confidence(network, pets, [4, 1])
    moved = np.abs(matrices - confusions(network, pets, [4, 1])).sum()
    assert moved < 0.02 * matrices.sum()  # none, but where it runs in bfloat16
    with torch.inference_mode():
        logits = network(normalise(pets.photos[[4, 1]]))
    assert confidences == pytest.approx([pet_confidence(one) for one in logits], abs=0.02)


def test_the_shipped_rule_is_seldom_wrong():
    rule = checkpoints.read_metadata(CHECKPOINTS, NETWORKS["unet"])["doubt"]
    assert rule["pictures"] == 3662
    assert rule["false_alarms"] < 0.05


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_cat_gets_no_note_and_gravel_does(predictor, tmp_path, language):
    noise = np.random.default_rng(0).integers(90, 160, (128, 128, 1)).repeat(3, 2)
    gravel = tmp_path / "gravel.png"
    Image.fromarray(noise.astype(np.uint8)).save(gravel)

    def note(photo):
        steps = Comparison(predictor, None).compare(photo, ["unet"], KMeansSettings(), language)
        return list(steps)[-1]["doubt"]

    assert note(str(shipped_photos()[0])) == ""
    assert "%" in note(str(gravel))
