"""The page in another language."""

import pytest

from segdemo.locales import Translator
from segdemo.models.registry import STAGES

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.compare_tab import expect_answers
from support.tabs import ANSWER_TIME

EN, VI = Translator("en"), Translator("vi")

pytestmark = pytest.mark.usefixtures("all_answered")


@pytest.mark.main_way
def test_both_languages(page):
    page.locator("#language").get_by_label("Tiếng Việt").check()
    expect(page.get_by_role("tab", name=VI("page.tab.upsampling"))).to_be_visible()
    expect(page.get_by_role("heading", name=VI("page.title"))).to_be_visible()
    expect(page.get_by_role("heading", name=VI("stages.cnn-5x5.title")).first).to_be_visible(
        timeout=ANSWER_TIME
    )
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect_answers(page)


def test_another_language_asks_for_no_hidden_tab(page):
    asked = []
    page.on("request", lambda request: asked.append(request) if request.method == "POST" else 0)
    page.locator("#language").get_by_label("Tiếng Việt").check()
    title = page.get_by_role("heading", name=VI("stages.unet.title")).first
    expect(title).to_be_visible(timeout=ANSWER_TIME)
    expect_answers(page)
    # The page's texts and the cards.
    assert len({request.post_data_json["fn_index"] for request in asked}) <= 2
    page.get_by_role("tab", name=VI("page.tab.results")).click()
    ladder = page.locator("#results-ladder")
    expect(ladder).to_contain_text(VI("results.parameters"), timeout=ANSWER_TIME)


def test_a_section_that_is_left_before_it_was_ready_is_not_the_open_one(page):
    """However slow the server is, it is the section that is seen that changes its language."""
    held = []
    page.route("**/queue/join**", lambda route: held.append(route), times=1)
    page.get_by_role("tab", name=EN("page.tab.insight"), exact=True).click()
    expect(page.locator("#pixel-side")).to_be_visible()
    while not held:
        page.wait_for_timeout(50)
    page.get_by_role("tab", name=EN("insight.answers"), exact=True).click()
    rule = page.locator("#answers .rule p")
    held[0].continue_()
    expect(page.locator("#pixel-cards article.done")).to_have_count(
        len(STAGES), timeout=ANSWER_TIME
    )
    expect(rule).to_have_text(EN("insight-answers.rule", least="1"), timeout=ANSWER_TIME)
    page.locator("#language").get_by_label("Tiếng Việt").check()
    expect(rule).to_have_text(VI("insight-answers.rule", least="1"), timeout=ANSWER_TIME)
