"""What tab *Compare* computes, and what it need not compute again."""

import pytest
from conftest import CHECKPOINTS

from segdemo.inference import Networks
from segdemo.kmeans import KMeansSettings
from segdemo.stages import STAGES
from segdemo.ui.compare.comparison import Comparison
from segdemo.ui.examples import shipped_photos

KEYS = ["kmeans", "cnn-1x1", "cnn-5x5"]
SETTINGS = KMeansSettings()


@pytest.fixture
def comparison():
    return Comparison(Networks(CHECKPOINTS), tests=None)


def steps(comparison, keys=KEYS, settings=SETTINGS, language="en"):
    return list(comparison.compare(str(shipped_photos()[0]), keys, settings, language))


def done(step):
    return {key for key, html in step.items() if key in STAGES and 'class="card done"' in html}


def test_each_stage_comes_in_a_step_of_its_own(comparison):
    first, *others = steps(comparison)
    assert not done(first)
    assert [done(step) for step in others] == [{key} for key in KEYS]
    assert 'class="card running"' in first["kmeans"]
    assert 'class="card waiting"' in first["cnn-5x5"]
    assert first["unet"] == ""


def test_what_is_known_comes_at_once(comparison):
    before = steps(comparison)
    [again] = steps(comparison)
    assert done(again) == set(KEYS)
    for key, step in zip(KEYS, before[1:]):
        assert again[key] == step[key]
    assert again["status"] == before[-1]["status"]
    assert again["photo"] == before[0]["photo"]


def test_what_a_card_depends_on_makes_another(comparison):
    steps(comparison)
    first, kmeans = steps(comparison, settings=KMeansSettings(clusters=5))
    assert done(first) == {"cnn-1x1", "cnn-5x5"}
    assert done(kmeans) == {"kmeans"}
    in_vietnamese = steps(comparison, language="vi")
    assert len(in_vietnamese) == 1 + len(KEYS)
