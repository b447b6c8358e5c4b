"""The story of *Compare*: one large picture that goes from method to method."""

import re

import pytest

from segdemo.locales import Translator
from segdemo.models.registry import STAGES

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.compare_tab import expect_answers, notch, story

pytestmark = pytest.mark.usefixtures("all_answered")


def test_the_story_goes_from_method_to_method(page):
    heading = story(page).get_by_role("heading")
    hero = story(page).get_by_role("img").first
    notch(page).focus()
    for key in list(STAGES)[1:]:
        page.keyboard.press("ArrowRight")
        expect(heading).to_contain_text(Translator("en")(f"stages.{key}.title"))
        expect(story(page)).to_contain_text(Translator("en")(f"stages.{key}.wrong"))
        spoken = page.locator(f"article[data-stage={key}] [role=img]").get_attribute("aria-label")
        expect(hero).to_have_attribute("aria-label", spoken)
    page.wait_for_url("**stage=unet**")
    page.keyboard.press("b")
    expect(heading).to_contain_text(Translator("en")("stages.encoder-decoder.title"))
    show = Translator("en")("compare.story.show", stage=Translator("en")("stages.cnn-5x5.title"))
    page.get_by_role("button", name=show).click()
    expect(heading).to_contain_text(Translator("en")("stages.cnn-5x5.title"))


def test_the_story_plays_to_its_end(page):
    page.evaluate("""() => {
        window.told = [];
        const heading = document.querySelector(".told .title");
        new MutationObserver(() => window.told.push(heading.textContent))
            .observe(heading, { childList: true });
    }""")
    story(page).get_by_role("button", name=Translator("en")("compare.story.play")).click()
    last = Translator("en")("stages.unet.title")
    expect(story(page).get_by_role("heading")).to_contain_text(last, timeout=40_000)
    told = page.evaluate("window.told")
    titles = [Translator("en")(f"stages.{key}.title") for key in STAGES]
    assert [title for i, title in enumerate(told) if told[i - 1 : i] != [title]][-8:] == titles


@pytest.mark.parametrize("language", ["en", "vi"])
def test_neither_the_button_of_the_story_nor_the_strip_moves(page, page_url, language):
    page.goto(f"{page_url}?lang={language}")
    expect_answers(page)
    t = Translator(language)
    play = page.get_by_role("button", name=t("compare.story.play"))
    places = []
    page.get_by_role("slider", name=t("compare.story.method")).focus()
    for key in STAGES:
        expect(page.locator(".told .title")).to_have_text(t(f"stages.{key}.title"))
        places.append((play.bounding_box(), page.locator("#cards").bounding_box()["y"]))
        page.keyboard.press("ArrowRight")
    assert {repr(button) for button, _ in places} == {repr(places[0][0])}
    heights = [strip for _, strip in places]
    assert max(heights) - min(heights) <= 2


def test_on_a_phone_the_story_plays_in_view_and_the_strip_follows(page):
    page.set_viewport_size({"width": 390, "height": 844})
    expect_answers(page)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.evaluate("document.querySelector('[data-play]').click()")
    hero = story(page).get_by_role("img").first
    chosen = page.locator("#cards .card.chosen")
    expect(chosen).to_have_attribute("data-stage", "cnn-1x1")
    expect(hero).to_be_in_viewport(ratio=0.99)
    top = page.evaluate("scrollY")
    expect(chosen).to_have_attribute("data-stage", "cnn-11x11")
    page.wait_for_function("""() => {
      const one = document.querySelector('#cards .card.chosen').getBoundingClientRect();
      return one.left >= 0 && one.right <= innerWidth;
    }""")
    assert page.evaluate("scrollY") == top
    amounts = page.locator(".price .amount").evaluate_all("""all => all.map(one => {
      const text = document.createRange();
      text.selectNodeContents(one);
      return text.getBoundingClientRect().right;
    })""")
    assert max(amounts) <= 390 - 16


def test_a_guess_is_painted_before_the_prediction_is_seen(page):
    page.keyboard.press("n")
    story(page).get_by_role("button", name=Translator("en")("compare.guess.start")).click()
    canvas = story(page).get_by_role("img", name=Translator("en")("compare.guess.paint"))
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"], steps=8)
    page.mouse.up()
    expect(story(page).locator(".hero > .mask.on")).to_have_count(0)  # not given away yet
    reveal = story(page).get_by_role("button", name=Translator("en")("compare.guess.reveal"))
    reveal.click()
    expect(story(page).locator(".hero > .mask.on")).to_have_count(1)
    expect(story(page).get_by_role("status").last).to_have_text(re.compile(r"\d+%"))
