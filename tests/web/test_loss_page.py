"""Tab *Loss* in a real browser, and its endpoint over HTTP."""

import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from gradio_client import Client
from gradio_client.exceptions import AppError

from segdemo.locales import text
from segdemo.web.examples import shipped_photos
from segdemo.web.tabs.loss import image as loss_image

pytest.importorskip("playwright")
from playwright.sync_api import expect

ANSWER_TIME = 60_000  # milliseconds, for a busy machine
OPENING_LOSS = "1.1156"  # of the logits 2, 1, 0 and so on: (3 * 1.4076 + 0.2395) / 4


@pytest.fixture
def tab(page):
    page.get_by_role("tab", name=text("page.tab.loss", "en"), exact=True).click()
    expect(page.locator("#loss-answer-result")).to_be_visible()
    return page


def loss_of(page, part):
    return page.locator(f"{part} .loss-value").first


def type_into(page, label, value):
    page.get_by_label(label, exact=True).fill(value)
    page.get_by_label(label, exact=True).press("Tab")


def nudge(page, name, times):
    """Move a slider by the keyboard."""
    page.locator(f"input[name={name}]").focus()
    for _ in range(times):
        page.keyboard.press("ArrowRight")


def test_the_page_still_opens_on_compare(page):
    expect(page.get_by_role("tab", selected=True)).to_have_text(text("page.tab.compare", "en"))


@pytest.mark.main_way
def test_the_lecture_s_example_and_the_way_back_to_it(tab):
    loss = loss_of(tab, "#loss-answer-result")
    expect(loss).to_have_text("0.5108")
    expect(tab.locator("#loss-answer-result")).to_contain_text("which the slide prints as 0.5")
    tab.locator("#loss-answer").get_by_label("2", exact=True).check(force=True)
    expect(loss).to_have_text("1.3093")  # -log 0.27
    type_into(tab, "number of class 2", "1e308")
    expect(tab.locator("#loss-answer-problem")).to_contain_text("class 2 is too large")
    expect(loss).to_have_text("1.3093")
    tab.get_by_role("button", name=text("loss.answer.logits", "en")).click()
    expect(loss).to_have_text("0.5103")
    expect(tab.locator("#loss-answer-problem .alert")).to_have_count(0)
    tab.get_by_role("button", name=text("loss.answer.lecture", "en")).click()
    expect(loss).to_have_text("0.5108")


def test_the_three_problems_are_live_and_line_up(tab):
    expect(loss_of(tab, ".segmentation")).to_have_text(OPENING_LOSS)
    for name, card in (("length", ".classification"), ("temperature", ".regression")):
        before = loss_of(tab, card).inner_text()
        nudge(tab, name, 3)
        expect(loss_of(tab, card)).not_to_have_text(before)
        assert tab.evaluate("document.activeElement.name") == name  # the slider is still held
    tops = tab.locator("article.problem").evaluate_all(
        "cards => cards.map(card => Array.from(card.querySelectorAll('section'), "
        "row => Math.round(row.getBoundingClientRect().top)))"
    )
    assert len(tops) == 3
    assert tops[0] == tops[1] == tops[2]


def test_the_2x2_image(tab):
    loss, card = loss_of(tab, "#loss-image-result"), loss_of(tab, ".segmentation")
    expect(loss).to_have_text(OPENING_LOSS)
    tab.get_by_role("button", name=text("loss.image.wrong", "en")).click()
    logits = torch.from_numpy(loss_image.LOGITS.copy())[None]
    logits[0, :, 1, 0] = torch.tensor([10, 0, 0])  # its true class is 2
    wrong = F.cross_entropy(logits, torch.from_numpy(loss_image.TRUTH)[None]).item()
    expect(loss).to_have_text(f"{wrong:.4f}")
    expect(card).to_have_text(f"{wrong:.4f}")
    tab.get_by_label("true class of row 2, column 1").select_option("0")
    expect(loss).to_have_text(re.compile(r"1\.05\d\d"))  # (3 * 1.4076 + 0.0001) / 4
    type_into(tab, "class 1, row 2, column 2", "two")
    expect(tab.locator("#loss-image-problem")).to_contain_text("Class 1, row 2, column 2")
    expect(loss).to_have_text(re.compile(r"1\.05\d\d"))
    tab.get_by_role("button", name=text("loss.image.reset", "en")).click()
    expect(loss).to_have_text(OPENING_LOSS)
    expect(tab.get_by_label("class 1, row 2, column 2")).to_have_value("2")


@pytest.mark.main_way
def test_the_loss_map_of_a_photo_follows_stage_and_weights(tab):
    result = tab.locator("#loss-photo-result")
    heat = result.get_by_alt_text(re.compile("The loss of every pixel"))
    expect(heat).to_be_visible(timeout=ANSWER_TIME)
    expect(result).to_contain_text("stands in for it")  # the shipped cat has no truth
    expect(result).to_contain_text("--data")
    expect(result.locator(".ring")).to_have_count(4)
    before = heat.get_attribute("src")
    nudge(tab, "weight-2", 6)
    expect(result.get_by_role("cell", name="4", exact=True)).to_be_visible(timeout=ANSWER_TIME)
    expect(heat).not_to_have_attribute("src", before)
    before = heat.get_attribute("src")
    tab.locator("#loss-stage input").click()
    tab.get_by_role("option", name=text("stages.cnn-5x5.title", "en")).click()
    expect(heat).not_to_have_attribute("src", before, timeout=ANSWER_TIME)


@pytest.mark.main_way
def test_one_real_step_of_training(tab):
    loop = tab.locator("#loss-loop")
    expect(loop).to_contain_text("outputs (N, 3, H, W)")
    tab.locator("#loss-run").click()
    expect(loop).to_contain_text("outputs (1, 3, 128, 128)", timeout=ANSWER_TIME)
    expect(loop).to_contain_text(text("loss.loop.fell", "en"))
    before, after = map(float, loop.locator(".loss-value").all_inner_texts())
    assert after < before


def test_a_step_stays_while_its_photo_does(tab):
    def look_away(change=lambda: None):
        tab.get_by_role("tab", name=text("page.tab.compare", "en"), exact=True).click()
        change()
        tab.get_by_role("tab", name=text("page.tab.loss", "en"), exact=True).click()

    loop = tab.locator("#loss-loop")
    tab.locator("#loss-run").click()
    expect(loop).to_contain_text("outputs (1, 3, 128, 128)", timeout=ANSWER_TIME)
    look_away()
    expect(tab.locator("#loss-photo-result")).to_be_visible()
    expect(loop).to_contain_text("outputs (1, 3, 128, 128)")

    def another_photo():
        path = shipped_photos()[1]
        tab.locator("#photo input[type=file]").set_input_files(path)
        expect(tab.locator("#photo img")).to_have_attribute("src", re.compile(path.name))

    look_away(another_photo)
    expect(loop).to_contain_text("outputs (N, 3, H, W)", timeout=ANSWER_TIME)


def test_vietnamese_keeps_what_was_typed(tab):
    type_into(tab, "number of class 0", "1.2")
    expect(tab.locator("#loss-answer-result")).to_contain_text("sum to 1.6")
    nudge(tab, "length", 5)
    expect(tab.locator(".classification")).to_contain_text("5.4 cm")
    tab.locator("#language").get_by_label("Tiếng Việt").check()
    heading = tab.get_by_role("heading", name=text("loss.image.title", "vi"))
    expect(heading).to_be_visible(timeout=ANSWER_TIME)
    expect(tab.locator("#loss-answer-result")).to_contain_text("Tổng các số là 1.6")
    expect(tab.locator("input[name=score-0]")).to_have_value("1.2")
    expect(tab.locator(".classification")).to_contain_text("5.4 cm")
    expect(tab.locator(".classification")).to_contain_text(text("loss.petal.length", "vi"))
    expect(tab.locator("#loss-photo-result")).to_contain_text("Đáp án", timeout=ANSWER_TIME)
    type_into(tab, text("loss.number", "vi", label=1), "")
    expect(tab.locator("#loss-answer-problem")).to_contain_text("Thiếu con số của lớp 1")


def test_a_language_chosen_before_the_tab_is_opened(page):
    page.locator("#language").get_by_label("Tiếng Việt").check()
    page.get_by_role("tab", name=text("page.tab.loss", "vi")).click(timeout=ANSWER_TIME)
    expect(loss_of(page, "#loss-answer-result")).to_have_text("0.5108")
    expect(page.locator("#loss-answer-result")).to_contain_text("trên slide ghi là 0.5")
    expect(page.locator(".regression")).to_contain_text(text("loss.temperature.truth", "vi"))


@pytest.mark.parametrize("width", [390, 1920])
def test_nothing_of_it_is_wider_than_the_screen(tab, width):
    tab.set_viewport_size({"width": width, "height": 844})
    expect(tab.locator("#loss-photo-result img").first).to_be_visible(timeout=ANSWER_TIME)
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if width == 390:
        heights = tab.locator(
            ".loss-form input[type=text], .loss-form select, .loss-part button, "
            ".problem select, .problem input[type=range], .choices label"
        ).evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
        assert heights
        assert min(heights) >= 44


# ---- The endpoint ----


@pytest.fixture(scope="module")
def ask(page_url):
    client = Client(page_url, verbose=False)
    return lambda *inputs: client.predict(*inputs, api_name="/cross_entropy")


def test_one_answer_over_http(ask):
    assert ask([0.60, 0.13, 0.27], 0, True)["loss"] == pytest.approx(0.5108, abs=5e-5)
    found = ask([1.0, 2.0, 3.5], 1)
    logits = torch.tensor([[1.0, 2.0, 3.5]], dtype=torch.float64)
    assert found["loss"] == pytest.approx(F.cross_entropy(logits, torch.tensor([1])).item())
    np.testing.assert_allclose(found["probabilities"], logits.softmax(1)[0])
    assert found["one_hot"] == [0, 1, 0]


def test_an_image_over_http(ask):
    found = ask(loss_image.LOGITS.tolist(), loss_image.TRUTH.tolist())
    logits, truth = (
        torch.from_numpy(loss_image.LOGITS)[None],
        torch.from_numpy(loss_image.TRUTH)[None],
    )
    assert found["loss"] == pytest.approx(F.cross_entropy(logits, truth).item())
    np.testing.assert_allclose(found["losses"], F.cross_entropy(logits, truth, reduction="none")[0])
    np.testing.assert_array_equal(found["one_hot"], F.one_hot(truth, 3)[0].movedim(-1, 0))


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (([1, "x", 3], 0), "Class 1"),
        (([1, None, 3], 0), "class 1 is missing"),
        (([1, "NaN", 3], 0), "class 1 is infinite or not a number"),
        (([1e308, 1, 1], 0), "class 0 is too large"),
        (([1, 2], 0), "3 numbers"),
        ((3, 0), "3 numbers"),
        (([1, 2, 3], 3), "label"),
        (([1, -2, 3], 0, True), "class 1 is negative"),
        (([0, 0, 0], 0, True), "are 0"),
        (([1, 2, 3], [[0, 0], [0, 0]]), "3 layers"),
        ((loss_image.LOGITS.tolist(), [[0, 0], [9, 0]]), "row 2, column 1"),
    ],
)
def test_the_endpoint_names_what_is_wrong(ask, inputs, said):
    with pytest.raises(AppError, match=said):
        ask(*inputs)
