"""What the checkpoints say of their own scores, one record per stage."""

import json
import shutil

import numpy as np
import pytest
from conftest import CHECKPOINTS

from segdemo.evaluation.scores import scored, stage_summaries
from segdemo.inference import Predictor
from segdemo.metrics import confusion_matrix, score
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS, STAGES
from train.evaluation import EXTREMES, extremes


@pytest.fixture
def two(tmp_path):
    """A folder with the checkpoints of two small stages and no others."""
    for key in ("cnn-1x1", "cnn-5x5"):
        for path in (checkpoints.weights_path, checkpoints.metadata_path):
            shutil.copy(path(CHECKPOINTS, NETWORKS[key]), tmp_path)
    return tmp_path


def test_every_stage_has_its_result_and_it_is_the_card_s(predictor):
    known = stage_summaries(predictor)
    assert [result.stage.key for result in known] == list(STAGES)
    assert [result.stage.key for result, _ in scored(known)] == list(NETWORKS)
    for result, scores in scored(known):
        card = checkpoints.read_metadata(CHECKPOINTS, result.stage)
        assert scores.miou == card["test"]["miou"]
        assert list(scores.miou_interval) == card["test"]["miou_interval"]
        assert scores.pixel_accuracy == card["test"]["pixel_accuracy"]
        assert scores.iou == card["test"]["iou"]
        for name in ("foreground_iou", "pet_dice"):
            found, said = getattr(scores, name), card["test"][name]
            assert (found.value, list(found.interval)) == (said["value"], said["interval"])
            assert found.interval[0] < found.value < found.interval[1]
        assert [epoch.holdout_miou for epoch in result.history] == [
            record["holdout_miou"] for record in card["history"]
        ]
    best_case = checkpoints.read_metadata(CHECKPOINTS, STAGES["kmeans"])["best_case"]
    assert known[0].best_case.miou == best_case["miou"]


def test_what_is_missing_is_none_and_why(two):
    path = checkpoints.metadata_path(two, NETWORKS["cnn-1x1"])
    card = json.loads(path.read_text())
    del card["test"]
    path.write_text(json.dumps(card))
    checkpoints.metadata_path(two, STAGES["kmeans"]).write_text("{")
    known = {result.stage.key: result for result in stage_summaries(Predictor(two))}
    assert [result.stage.key for result, _ in scored(list(known.values()))] == ["cnn-5x5"]
    assert known["cnn-1x1"].history  # its curve is known all the same
    assert "file not found" in str(known["unet"].problem)
    assert "kmeans.json" in str(known["kmeans"].problem)


def test_extremes_are_the_pictures_with_the_highest_and_lowest_miou():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, (20, 16, 16))
    noise = rng.random((20, 16, 16)) < rng.permutation(20)[:, None, None] / 25
    given = np.where(noise, rng.integers(0, 3, truth.shape), truth)
    matrices = np.stack([confusion_matrix(a, b) for a, b in zip(given, truth)])
    names = [f"photo_{index}" for index in range(20)]
    mious = {name: score(matrix).miou for name, matrix in zip(names, matrices)}
    ranked = sorted(mious, key=mious.get)
    found = extremes(matrices, names)
    assert found["worst"] == [{"name": n, "miou": mious[n]} for n in ranked[:EXTREMES]]
    assert found["best"] == [{"name": n, "miou": mious[n]} for n in ranked[::-1][:EXTREMES]]
