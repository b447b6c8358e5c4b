"""What was measured of the other domains: read as written, damaged files named."""

import pytest
from conftest import CHECKPOINTS

from segdemo.analysis.conversion import TASKS
from segdemo.evaluation.conversion_scores import FILE, read_scores
from segdemo.evaluation.measurements import MeasurementError


def test_every_task_was_measured_on_the_test_photos():
    measured = read_scores(CHECKPOINTS)
    assert list(measured) == list(TASKS)
    for name, scores in measured.items():
        assert scores.photos > 300
        networks = [key.removeprefix(f"{name}-") for key in TASKS[name].networks]
        assert list(scores.scores) == ["input", *TASKS[name].filters, *networks]
        for one in scores.scores.values():
            low, high = one.psnr.interval
            assert low < one.psnr.value < high
        best = scores.scores[networks[-1]].psnr.value
        for other, gain in scores.gains.items():
            assert gain.value == pytest.approx(best - scores.scores[other].psnr.value)


def test_nothing_measured_is_no_damage(tmp_path):
    assert read_scores(tmp_path) == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"denoise": {}}', '{"denoise": {"photos": 3}}'])
def test_a_damaged_file_is_named_with_the_remedy(tmp_path, text):
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(MeasurementError, match=rf"{FILE}.*not as written.*train conversions"):
        read_scores(tmp_path)
