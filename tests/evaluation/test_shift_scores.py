"""What a shift costs: the file of the measurement, read and refused."""

import json

import pytest
from conftest import CHECKPOINTS

from segdemo.evaluation.measurements import MeasurementError, MissingMeasurementError
from segdemo.evaluation.shift_scores import FILE, ShiftScores
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS, STAGES


@pytest.fixture(scope="module")
def shipped():
    return ShiftScores.read(CHECKPOINTS)


def test_each_stage_in_lecture_order_was_measured_at_every_shift(shipped):
    assert list(shipped.stages) == list(STAGES)
    shifts = {tuple(score.pixels for score in scores) for scores in shipped.stages.values()}
    assert shifts == {(0, 4, 8, 16, 32, 48)}


def test_the_change_is_the_difference_on_the_same_pixels_and_within_its_interval(shipped):
    for scores in shipped.stages.values():
        assert scores[0].change == 0
        for score in scores:
            assert score.change == pytest.approx(score.miou - score.unshifted_miou)
            low, high = score.change_interval
            assert low <= score.change <= high
            low, high = score.miou_interval
            assert low <= score.miou <= high


def test_a_sample_that_is_not_shifted_scores_as_the_whole_split(shipped):
    for key, (unshifted, *_) in shipped.stages.items():
        card = checkpoints.read_metadata(CHECKPOINTS, STAGES[key])
        whole = card["test" if key in NETWORKS else "best_case"]["miou"]
        assert unshifted.miou == pytest.approx(whole, abs=0.015)


def test_it_was_measured_with_the_weights_that_ship():
    stages = json.loads((CHECKPOINTS / FILE).read_text(encoding="utf-8"))["stages"]
    for key in set(stages) & set(NETWORKS):
        card = checkpoints.read_metadata(CHECKPOINTS, NETWORKS[key])
        assert stages[key]["sha256"] == card["sha256"]


def test_no_file_is_its_own_error(tmp_path):
    with pytest.raises(MissingMeasurementError, match="train shifts"):
        ShiftScores.read(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"pictures": 1}',
        '{"pictures": 1, "stages": {"unet": {"shifts": [{"pixels": 0}]}}}',
        '{"pictures": 1, "stages": {"unet": []}}',
    ],
)
def test_another_file_is_called_damaged_and_named(tmp_path, content):
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(MeasurementError, match=rf"{FILE}.*not as written"):
        ShiftScores.read(tmp_path)
