"""What tab *Compare* computes, and what it need not compute again."""

import pytest
from conftest import CHECKPOINTS
from support.markup import classes, words

from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings
from segdemo.locales import Translator
from segdemo.models.registry import STAGES
from segdemo.web.tabs.compare.comparison import Choice, Comparison

KEYS = ["kmeans", "cnn-1x1", "cnn-5x5"]
SETTINGS = KMeansSettings()


@pytest.fixture
def comparison():
    return Comparison(Predictor(CHECKPOINTS), test_split=None)


def steps(comparison, keys=KEYS, settings=SETTINGS, language="en", painting=None):
    photo = str(SAMPLE_PHOTOS[OPENING_PHOTO].path)
    choice = Choice(photo, painting, settings)
    return list(comparison.compare(choice, keys, Translator(language)))


def done(step):
    return {
        key for key, html in step.items() if key in STAGES and "done" in classes(html, "article")
    }


def test_stages_come_in_the_ladder_s_order(comparison):
    first, *others = steps(comparison, [*KEYS, "cnn-11x11"])
    assert not done(first)
    assert "running" in classes(first["kmeans"], "article")
    assert "waiting" in classes(first["cnn-5x5"], "article")
    assert first["unet"] == ""
    came = [key for step in others for key in step if key in done(step)]
    assert came == [*KEYS, "cnn-11x11"]
    assert "cnn-11x11" in done(others[-1])


def test_a_slow_stage_does_not_hold_back_the_others(comparison, monkeypatch):
    """Once the time between two steps is over, what has been answered is shown."""
    monkeypatch.setattr("segdemo.web.tabs.compare.comparison.PACE", 0)
    _, *others = steps(comparison)
    assert [done(step) for step in others] == [{key} for key in KEYS]
    assert "running" in classes(others[0]["cnn-1x1"], "article")


def test_what_is_known_comes_at_once(comparison):
    before = {key: html for step in steps(comparison) for key, html in step.items()}
    [again] = steps(comparison)
    assert done(again) == set(KEYS)
    assert again == before


def test_what_a_card_depends_on_makes_another(comparison):
    steps(comparison)
    first, kmeans = steps(comparison, settings=KMeansSettings(clusters=5))
    assert done(first) == {"cnn-1x1", "cnn-5x5"}
    assert done(kmeans) == {"kmeans"}
    in_vietnamese = steps(comparison, language="vi")
    assert not done(in_vietnamese[0])


def test_averaging_makes_the_u_net_s_card_another_and_names_it(comparison):
    photo = str(SAMPLE_PHOTOS[OPENING_PHOTO].path)

    def cards(averaged):
        choice = Choice(photo, averaged=averaged)
        return list(comparison.compare(choice, ["cnn-5x5", "unet"], Translator()))

    cards(False)
    first, last = cards(True)
    assert done(first) == {"cnn-5x5"}
    t = Translator()
    title = t("compare.averaged.title", stage=t("stages.unet.title"))
    assert title in words(last["unet"])
    assert t("compare.averaged.note") in words(last["unet"])
    [again] = cards(False)
    assert title not in words(again["unet"])
    alone = comparison.update_card("unet", Choice(photo, averaged=True), Translator())
    assert words(alone["unet"]) == words(last["unet"])


def test_where_nothing_can_be_segmented_no_stale_answer_stays(comparison):
    t = Translator()
    cat = str(SAMPLE_PHOTOS[OPENING_PHOTO].path)
    for photo, keys, reason in (
        (None, KEYS, "photo.missing"),
        ("gone.jpg", KEYS, "photo.unreadable"),
        (cat, [], "compare.no-stages"),
    ):
        [only] = comparison.compare(Choice(photo), keys, t)
        assert words(only["status"]) == t(reason)
        assert {only[key] for key in (*STAGES, "truth", "doubt", "photo")} == {""}
