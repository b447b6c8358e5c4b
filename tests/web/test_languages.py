"""The page in another language."""

import pytest

from segdemo.locales import Translator

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.compare_tab import expect_answers
from support.tabs import ANSWER_TIME

pytestmark = pytest.mark.usefixtures("all_answered")


@pytest.mark.main_way
def test_both_languages(page):
    page.locator("#language").get_by_label("Tiếng Việt").check()
    expect(page.get_by_role("tab", name=Translator("vi")("page.tab.upsampling"))).to_be_visible()
    expect(page.get_by_role("heading", name=Translator("vi")("page.title"))).to_be_visible()
    expect(
        page.get_by_role("heading", name=Translator("vi")("stages.cnn-5x5.title")).first
    ).to_be_visible(timeout=ANSWER_TIME)
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect_answers(page)


def test_another_language_asks_for_no_hidden_tab(page):
    asked = []
    page.on("request", lambda request: asked.append(request) if request.method == "POST" else 0)
    page.locator("#language").get_by_label("Tiếng Việt").check()
    title = page.get_by_role("heading", name=Translator("vi")("stages.unet.title")).first
    expect(title).to_be_visible(timeout=ANSWER_TIME)
    expect_answers(page)
    # The page's texts and the cards.
    assert len({request.post_data_json["fn_index"] for request in asked}) <= 2
    page.get_by_role("tab", name=Translator("vi")("page.tab.results")).click()
    ladder = page.locator("#results-ladder")
    expect(ladder).to_contain_text(Translator("vi")("results.parameters"), timeout=ANSWER_TIME)
