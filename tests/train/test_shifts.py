"""Shifted test photos: what is counted, and what a run that was cut off keeps."""

import copy
import json

import numpy as np
import pytest
import torch
from support.drawn_pets import write_dataset

from segdemo.data.oxford_pets import Pets
from segdemo.evaluation.shift_scores import FILE, ShiftScores
from train import shifts
from train.data import PetTensors


@pytest.fixture
def drawn(tmp_path):
    return PetTensors(Pets(write_dataset(tmp_path / "pets", test=4), "test"))


def by_colour(photo: np.ndarray) -> np.ndarray:
    """The ground truth's label of each pixel, read off a colour that stands for it."""
    return photo[..., 0]


def test_labels_that_follow_the_photo_lose_nothing(drawn):
    drawn.photos = drawn.masks[:, None].expand(-1, 3, -1, -1)
    shifted, unshifted = shifts.shift_confusions("unet", by_colour, drawn, range(4))
    assert (shifted == unshifted).all()
    kept = [128 * (128 - pixels) for pixels in shifts.SHIFTS]
    assert (shifted.sum((2, 3)) == np.array(kept)[:, None]).all()
    assert (shifted.sum(0).sum(0) == np.diag(np.diag(shifted.sum(0).sum(0)))).all()


def test_labels_that_stay_where_they_were_are_wrong_by_the_shift(drawn):
    truth = torch.zeros(128, 128, dtype=torch.uint8)
    truth[:, 64:] = 1
    drawn.masks = truth.expand(4, -1, -1)
    shifted, _ = shifts.shift_confusions("unet", lambda _: truth.numpy(), drawn, range(4))
    wrong = shifted[..., 0, 1] + shifted[..., 1, 0]
    across = 128 * np.array(shifts.SHIFTS)[:, None] * [1, 1, 0, 0]  # right, left, down, up
    assert (wrong == across).all()


def test_a_run_goes_on_after_the_stages_it_has(predictor, drawn, tmp_path):
    shifts.measure_shifts(predictor, drawn, tmp_path, photos=3)
    record = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    expected = copy.deepcopy(record["stages"])
    # Kept as it is, measured again because it is missing, and because of other weights.
    record["stages"]["kmeans"]["shifts"][0]["miou"] = 0.123
    expected["kmeans"]["shifts"][0]["miou"] = 0.123
    del record["stages"]["cnn-1x1"]
    record["stages"]["fcn-reshape"] |= {"sha256": "other weights", "shifts": []}
    (tmp_path / FILE).write_text(json.dumps(record), encoding="utf-8")
    shifts.measure_shifts(predictor, drawn, tmp_path, photos=3)
    assert json.loads((tmp_path / FILE).read_text(encoding="utf-8"))["stages"] == expected
    assert ShiftScores.read(tmp_path).pictures == 3
    assert len(shifts.shift_table(tmp_path).splitlines()) == 2 + len(expected)


def test_the_sample_is_the_same_each_time_and_without_repeats():
    drawn = shifts.sample(3662, 1000)
    assert drawn == shifts.sample(3662, 1000)
    assert len(set(drawn)) == 1000
    assert shifts.sample(3, 10) == [0, 1, 2]
