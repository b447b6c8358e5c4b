"""The quiet note about photos that are probably none of a pet."""

import numpy as np
import pytest
import torch
from conftest import CHECKPOINTS
from PIL import Image

from segdemo.analysis.pet_confidence import STAGE, PetNote, pet_confidence
from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.locales import Translator
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS
from segdemo.web.tabs.compare.comparison import Choice, Comparison
from train.originals import originals as own_size_photos
from train.pet_confidence import count


def test_the_confidence_is_that_of_the_pet_s_pixels():
    logits = torch.log(
        torch.tensor([[[0.6, 0.8, 0.1]], [[0.3, 0.1, 0.8]], [[0.1, 0.1, 0.1]]])
    )  # (3, 1, 3): two pixels of pet, one of background
    assert pet_confidence(logits) == pytest.approx(0.7)
    assert pet_confidence(logits.flip(0)[:, :, 2:]) == 0


def test_notes_are_counted_with_the_exact_binomial_interval():
    found = count(np.array([0.1, 0.5, 0.6, 0.7]), threshold=0.5)
    assert found == {
        "noted": 1,
        "pictures": 4,
        "interval": pytest.approx([0.0063, 0.8059], abs=1e-4),
    }
    none = count(np.ones(10), threshold=0.5)
    assert none["interval"] == pytest.approx([0, 1 - 0.025**0.1])


def test_the_shipped_note_is_measured_where_it_is_used_and_seldom_wrong():
    note = PetNote.of(checkpoints.read_metadata(CHECKPOINTS, NETWORKS[STAGE]))
    assert (note.own_size.pictures, note.test.pictures) == (52, 3662)
    assert note.test.noted < 0.03 * note.test.pictures
    assert note.own_size.interval[1] < note.without_pet.interval[0]
    for one in (note.own_size, note.test, note.without_pet):
        low, high = one.interval
        assert low <= one.noted / one.pictures <= high


def test_a_network_whose_note_was_not_measured_has_none():
    assert PetNote.of({"stage": "unet"}) is None


def test_the_note_is_counted_again_on_photos_at_their_own_size(predictor, originals):
    note = PetNote.of(predictor.metadata[STAGE])
    confidences = [
        pet_confidence(predictor.predict(STAGE, one.photo).logits)
        for one in own_size_photos(originals)
    ]
    noted = sum(confidence < note.threshold for confidence in confidences)
    assert abs(noted - note.own_size.noted) <= 1  # another runtime, another last bit


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_cat_gets_no_note_and_gravel_does(predictor, tmp_path, language):
    noise = np.random.default_rng(0).integers(90, 160, (128, 128, 1)).repeat(3, 2)
    gravel = tmp_path / "gravel.png"
    Image.fromarray(noise.astype(np.uint8)).save(gravel)

    def note(photo):
        comparison = Comparison(predictor, None)
        steps = comparison.compare(Choice(photo), ["unet"], Translator(language))
        return list(steps)[-1]["doubt"]

    assert note(str(SAMPLE_PHOTOS[OPENING_PHOTO].path)) == ""
    assert "%" in note(str(gravel))
