"""Section *Size*: the reshape head beside another stage, growing answer by answer."""

import pytest
from support.helpers import ANOTHER, VISITOR
from support.tabs import ANSWER_TIME

from segdemo.analysis.input_sizes import SizedAnswer, answer_at_size
from segdemo.data.ground_truth import GroundTruth, GroundTruthSource
from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.errors import InputError
from segdemo.locales import Translator
from segdemo.models.registry import get_stage
from segdemo.web.tabs.explain.sizes import OTHERS, SizesSection, size_view

pytest.importorskip("playwright")
from playwright.sync_api import Expect

expect = Expect()  # this file's own
expect.set_options(timeout=ANSWER_TIME)
PHOTO = str(SAMPLE_PHOTOS[OPENING_PHOTO].path)
EN = Translator("en")


def test_a_size_is_unknown_then_refused_or_answered(predictor, chelsea):
    waiting = size_view("fcn-reshape", 256, None, chelsea.size, None, EN)
    assert (waiting.mask, waiting.problem) == (None, "")
    refused = size_view("fcn-reshape", 256, SizedAnswer(256, None, problem="no"), (4, 3), None, EN)
    assert (refused.mask, refused.problem) == (None, "no")
    *_, answer = answer_at_size(get_stage("cnn-1x1"), predictor.network("cnn-1x1"), chelsea, 256)
    known = size_view("cnn-1x1", 256, answer, chelsea.size, None, EN)
    assert known.mask.size == chelsea.size
    assert len(known.lines) == 2
    labels = answer.logits.argmax(dim=0).byte().numpy()
    truth = GroundTruth(labels, GroundTruthSource.PAINTED)
    scored = size_view("cnn-1x1", 256, answer, chelsea.size, truth, EN).lines
    assert EN("insight-sizes.miou", miou="1.00") in scored
    assert EN("ground-truth.against.painted") in scored


def test_it_grows_answer_by_answer_and_remembers(predictor):
    section = SizesSection(predictor, None)
    waiting = section.show(PHOTO, None, "cnn-1x1", EN, VISITOR)
    shown = list(section.compute(PHOTO, None, "cnn-1x1", EN, VISITOR))
    assert len(shown) == len(set(shown)) == 6
    assert section.show(PHOTO, None, "cnn-1x1", EN, VISITOR) == shown[-1] != waiting
    assert list(section.compute(PHOTO, None, "cnn-1x1", EN, VISITOR)) == []
    section.show(PHOTO, None, "cnn-5x5", EN, VISITOR)
    assert len(list(section.compute(PHOTO, None, "cnn-5x5", EN, VISITOR))) == 3  # half are known
    with pytest.raises(InputError):
        section.show(None, None, "unet", EN, VISITOR)


def test_a_run_ends_when_its_visitor_has_chosen_another_stage(predictor):
    section = SizesSection(predictor, None)
    section.show(PHOTO, None, "cnn-1x1", EN, VISITOR)
    run = section.compute(PHOTO, None, "cnn-1x1", EN, VISITOR)
    assert next(run)
    section.show(PHOTO, None, "unet", EN, ANOTHER)
    assert next(run)
    section.show(PHOTO, None, "unet", EN, VISITOR)
    (last,) = run
    assert EN("stages.unet.title") in last  # as the run's last may have come after it


def test_another_stage_beside_the_refusals(page):
    page.get_by_role("tab", name=EN("page.tab.insight")).click()
    page.get_by_role("tab", name=EN("insight.sizes")).click()
    page.get_by_role("radio", name=EN(f"stages.{OTHERS[0]}.title")).check()  # others: abandoned
    answers = page.locator("#sizes")
    expect(answers.get_by_role("heading")).to_contain_text(
        [EN("stages.fcn-reshape.title"), EN(f"stages.{OTHERS[0]}.title")]
    )
    expect(answers.get_by_role("img")).to_have_count(6)  # of six, two refused; and two networks
    expect(answers.get_by_text("2048")).to_have_count(2)
