"""The lesson's steps and the lecture's slides."""

from urllib.parse import parse_qsl

import pytest

from segdemo.data.sample_photos import SAMPLE_PHOTOS, load_ground_truth
from segdemo.lecture import lesson_links
from segdemo.lecture.lesson_links import LessonState, parse, query
from segdemo.lecture.lesson_plan import SLIDES, STEPS, lesson_minutes, with_step
from segdemo.locales import LANGUAGES, Translator


def test_the_lesson_lasts_45_minutes():
    assert lesson_minutes() == 45
    assert tuple(step.name for step in STEPS) == lesson_links.STEPS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_says_what_it_shows_and_expects(language):
    for step in STEPS:
        for part in ("title", "show", "ask", "expected"):
            assert Translator(language)(f"lesson.plan.{step.name}.{part}")


def test_a_step_s_name_is_a_link_to_its_state():
    for step in STEPS:
        opened, notes = parse(with_step({"step": step.name}), SAMPLE_PHOTOS)
        assert (opened, notes) == (step.full_state, [])


def test_what_a_link_says_itself_goes_before_its_step():
    asked = with_step({"step": "kernels", "photo": "lion", "lang": "vi"})
    opened, _ = parse(asked, SAMPLE_PHOTOS)
    assert (opened.photo, opened.lang, opened.stage) == ("lion", "vi", "cnn-1x1")
    assert with_step({"k": "4"}) == {"k": "4"}
    assert parse(with_step({"step": "nonsense"}), SAMPLE_PHOTOS)[0] == LessonState()


def test_a_step_names_its_photo_only_where_it_needs_it():
    """Else the lecturer's own would go."""
    for step in STEPS:
        assert ("photo" in with_step({"step": step.name})) == step.needs_photo
    (data,) = (step for step in STEPS if step.name == "data")
    assert load_ground_truth(data.state.photo) is not None


def test_every_slide_has_its_place():
    for slide in SLIDES:
        assert parse(dict(parse_qsl(query(slide.state))), SAMPLE_PHOTOS) == (slide.state, [])
    addresses = [source.address for slide in SLIDES for source in slide.sources]
    assert "https://arxiv.org/abs/1411.4038" in addresses
    assert len(addresses) == len(set(addresses)) == 4
