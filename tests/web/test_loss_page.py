"""Tab *Loss* in a real browser, and its endpoint over HTTP."""

import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from gradio_client import Client
from gradio_client.exceptions import AppError

from segdemo.lecture.lesson_links import LOSS_IDEAS
from segdemo.locales import Translator
from segdemo.web.tabs.loss import image as loss_image

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.tabs import ANSWER_TIME

OPENING_LOSS = "1.1156"  # of the logits 2, 1, 0 and so on: (3 * 1.4076 + 0.2395) / 4
t = Translator("en")


@pytest.fixture
def tab(open_page):
    page = open_page("tab=loss")
    expect(idea(page, "problems")).to_be_visible(timeout=ANSWER_TIME)
    return page


def idea(page, name):
    return page.locator(f"#loss-{name}")


def open_idea(page, name):
    page.get_by_role("radio", name=t(f"loss.{name}.title"), exact=True).check()
    expect(idea(page, name)).to_be_visible()
    return idea(page, name)


def loss_of(part):
    return part.locator(".loss-value").first


def type_into(part, label, value):
    part.get_by_label(label, exact=True).fill(value)
    part.get_by_label(label, exact=True).press("Tab")


def test_one_idea_is_seen_at_a_time(tab):
    for name in LOSS_IDEAS:
        open_idea(tab, name)
        for other in LOSS_IDEAS:
            expect(idea(tab, other)).to_be_visible(visible=other == name)


def test_the_lecture_s_example_and_the_way_back_to_it(tab):
    part = open_idea(tab, "answer")
    loss, alert = loss_of(part), part.get_by_role("alert")
    expect(loss).to_have_text("0.5108")
    part.get_by_role("radio", name="2", exact=True).check()
    expect(loss).to_have_text("1.3093")  # -log 0.27
    field = part.get_by_label(t("loss.number", label=2), exact=True)
    type_into(part, t("loss.number", label=2), "1e308")
    expect(alert).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(loss).to_have_text("1.3093")
    part.get_by_role("button", name=t("loss.answer.logits")).click()
    expect(loss).to_have_text("0.5103")
    expect(alert).to_have_count(0)
    part.get_by_role("button", name=t("loss.answer.lecture")).click()
    expect(loss).to_have_text("0.5108")
    type_into(part, t("loss.number", label=0), "1,2")
    expect(loss).to_have_text("0.2877")  # -log (1.2 / 1.6)
    vi = Translator("vi")
    tab.locator("#language").get_by_label("Tiếng Việt").check()
    kept = part.get_by_label(vi("loss.number", label=0), exact=True)
    expect(kept).to_have_value("1,2", timeout=ANSWER_TIME)
    expect(part.get_by_text(vi("loss.renormalised", total="1.6"))).to_be_visible()


def test_the_point_of_the_curve_is_moved_by_keys_and_the_address_follows(tab):
    part = open_idea(tab, "answer")
    part.get_by_role("slider", name=t("loss.curve.probability")).press("PageDown")
    expect(loss_of(part)).to_have_text("0.6931")  # -log 0.5
    expect(tab).to_have_url(re.compile("scores=0.5,"))
    tab.reload()
    expect(loss_of(idea(tab, "answer"))).to_have_text("0.6931", timeout=ANSWER_TIME)
    tab.errors.clear()  # what leaving breaks off, Gradio notes in the console


def test_the_three_problems_are_live_and_line_up(tab):
    losses = idea(tab, "problems").locator(".loss-value")
    expect(losses).to_have_count(3)
    for index in range(2):
        before = losses.nth(index).inner_text()
        idea(tab, "problems").locator("input[type=range]").nth(index).focus()
        for _ in range(3):
            tab.keyboard.press("ArrowRight")
        expect(losses.nth(index)).not_to_have_text(before)
    tops = losses.evaluate_all(
        "all => all.map(one => one.closest('.problem > *').getBoundingClientRect().top)"
    )
    assert np.ptp(tops) < 2


def test_the_2x2_image(tab):
    part = open_idea(tab, "image")
    loss, elsewhere = loss_of(part), idea(tab, "problems").locator(".loss-value").last
    expect(loss).to_have_text(OPENING_LOSS)
    part.get_by_role("button", name=t("loss.image.wrong")).click()
    logits = torch.from_numpy(loss_image.LOGITS.copy())[None]
    logits[0, :, 1, 0] = torch.tensor([10, 0, 0])  # its true class is 2
    wrong = F.cross_entropy(logits, torch.from_numpy(loss_image.TRUTH)[None]).item()
    expect(loss).to_have_text(f"{wrong:.4f}")
    expect(elsewhere).to_have_text(f"{wrong:.4f}")
    truth = part.get_by_label(t("loss.image.truth.cell", row=2, column=1))
    truth.select_option("0")
    expect(loss).to_have_text(re.compile(r"1\.05\d\d"))  # (3 * 1.4076 + 0.0001) / 4
    label = t("loss.image.cell", label=1, row=2, column=2)
    type_into(part, label, "two")
    expect(part.get_by_label(label)).to_have_attribute("aria-invalid", "true")
    expect(loss).to_have_text(re.compile(r"1\.05\d\d"))
    part.get_by_role("button", name=t("loss.image.reset")).click()
    expect(loss).to_have_text(OPENING_LOSS)
    expect(part.get_by_label(label)).to_have_value("2")
    expect(truth).to_have_value("2")


def test_the_loss_map_follows_weights_and_pixel(tab):
    part = open_idea(tab, "photo")
    heat = part.locator("#loss-photo-result img").last
    expect(heat).to_be_visible(timeout=ANSWER_TIME)
    before = heat.get_attribute("src")
    part.locator("input[type=range]").last.focus()
    tab.keyboard.press("ArrowRight")
    expect(heat).not_to_have_attribute("src", before, timeout=ANSWER_TIME)
    box = heat.bounding_box()
    tab.mouse.click(box["x"] + 0.6 * box["width"] / 128, box["y"] + 9.5 * box["height"] / 128)
    place = part.get_by_role("heading", name=t("loss.map.pixel", row=10, column=1), exact=True)
    expect(place).to_be_visible(timeout=ANSWER_TIME)
    expect(tab).to_have_url(re.compile("loss_pixel=10,1"))


def test_steps_go_on_from_where_the_last_one_ended(tab):
    part = open_idea(tab, "loop")
    outcome = part.get_by_role("status")
    values = outcome.locator("dd")
    run = part.get_by_role("button", name=t("loss.loop.run"), exact=True)
    run.click()
    expect(values.first).to_have_text("1", timeout=ANSWER_TIME)
    after = values.last.inner_text()
    run.click()
    expect(values.first).to_have_text("2", timeout=ANSWER_TIME)
    expect(values.nth(1)).to_have_text(after)
    part.get_by_role("radio", name="100", exact=True).check()
    run.click()
    expect(outcome).to_have_class(re.compile("diverged"), timeout=ANSWER_TIME)
    part.get_by_role("button", name=t("loss.loop.reset")).click()
    expect(outcome).to_have_count(0)


def test_the_loop_s_notes_are_wide_enough_to_be_read(tab):
    notes = open_idea(tab, "loop").locator(".loop li span")
    expect(notes.first).to_be_visible()
    for width in (390, 820, 1024, 1920):
        tab.set_viewport_size({"width": width, "height": 844})
        widths = notes.evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
        assert min(widths) > 200, width


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
        (([1, "x", 3], 0), "class 1 cannot be read"),
        (([1, None, 3], 0), "class 1 is missing"),
        (([1, "NaN", 3], 0), "class 1 is infinite or not a number"),
        (([1e308, 1, 1], 0), "class 0 is too large"),
        (([1, 2], 0), "3 numbers"),
        ((3, 0), "3 numbers"),
        (([1, 2, 3], 3), "label"),
        (([1, -2, 3], 0, True), "class 1 is negative"),
        (([0, 0, 0], 0, True), "are 0"),
        (([1, 2, 3], [[0, 0], [0, 0]]), "3 channels"),
        ((loss_image.LOGITS.tolist(), [[0, 0], [9, 0]]), "row 2, column 1"),
    ],
)
def test_the_endpoint_names_what_is_wrong(ask, inputs, said):
    with pytest.raises(AppError, match=said):
        ask(*inputs)
