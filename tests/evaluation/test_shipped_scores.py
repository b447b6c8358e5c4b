"""What the cards say of single test photos, measured again from the files that ship."""

import pytest
from conftest import CHECKPOINTS

from segdemo.data.oxford_pets import Pets
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS
from train.cli import evaluate_stage
from train.data import PetTensors


@pytest.fixture(scope="module")
def test_split(pets_root):
    return Pets(pets_root, "test")


class Named:
    """The pictures of a split with these names."""

    def __init__(self, pets, names):
        self.names = names
        self._pictures = [pets[pets.names.index(name)] for name in names]

    def __iter__(self):
        return iter(self._pictures)


@pytest.mark.parametrize("key", NETWORKS)
def test_the_best_and_the_worst_photos_score_what_the_card_says(key, test_split):
    stage = NETWORKS[key]
    test = checkpoints.read_metadata(CHECKPOINTS, stage)["test"]
    said = {photo["name"]: photo["miou"] for end in ("best", "worst") for photo in test[end]}
    found = evaluate_stage(stage, CHECKPOINTS, PetTensors(Named(test_split, list(said))))
    assert found["pictures"] == len(said) == 12
    measured = {photo["name"]: photo["miou"] for end in ("best", "worst") for photo in found[end]}
    for end in ("best", "worst"):
        assert {photo["name"] for photo in found[end]} == {photo["name"] for photo in test[end]}
    # bfloat16 rounds a little differently in batches of another size.
    assert measured == pytest.approx(said, abs=0.01)
