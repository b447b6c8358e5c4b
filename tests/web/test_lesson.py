"""The lesson's bar, its tab and presenter mode in a real browser."""

import re

import pytest
from PIL import Image

from segdemo.data.sample_photos import OPENING_PHOTO
from segdemo.lecture.lesson_links import LessonState, query
from segdemo.lecture.lesson_plan import SLIDES, STEPS
from segdemo.locales import Translator

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.compare_tab import expect_answers
from support.tabs import ANSWER_TIME

SCREENS = ((1024, 768), (1366, 768), (1920, 1080))


def bar(page, language="en"):
    return page.get_by_role("navigation", name=Translator(language)("lesson.bar"))


def press(page, name):
    bar(page).get_by_role("button", name=Translator("en")(f"lesson.bar.{name}"), exact=True).click()


def expect_step(page, name, language="en"):
    title = Translator(language)(f"lesson.plan.{name}.title")
    expect(bar(page, language).get_by_role("heading", name=title)).to_be_visible(
        timeout=ANSWER_TIME
    )


def bottom_of(locator):
    """Where it ends, in CSS pixels from the top; the page may be drawing it anew."""
    while (box := locator.bounding_box()) is None:
        expect(locator).to_be_visible(timeout=ANSWER_TIME)
    return box["y"] + box["height"]


@pytest.mark.parametrize(("width", "height"), SCREENS, ids=lambda side: str(side))
def test_every_step_s_point_is_in_view(window, open_page, width, height):
    """The whole lesson in front of a class, by the bar's button, without scrolling."""
    window.set_viewport_size({"width": width, "height": height})
    page = open_page(f"step={STEPS[0].name}&present=1")
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    for step in STEPS:
        expect_step(page, step.name)
        if step.name == "loss":
            press(page, "reveal")
        for selector in step.in_view:
            point = page.locator(selector).locator("visible=true").first
            expect(point).to_be_visible(timeout=ANSWER_TIME)
            expect(point).to_be_in_viewport(ratio=0.99)
            assert bottom_of(point) <= bar(page).bounding_box()["y"] + 1, (step.name, selector)
        if step is not STEPS[-1]:
            press(page, "next")
    assert not [url for url in loads if "step=" not in url]


@pytest.mark.main_way
def test_a_step_loads_no_page_and_back_leads_to_the_one_before(page):
    expect_answers(page)
    page.evaluate("window.stillHere = true")
    page.get_by_role("tab", name=Translator("en")("page.tab.lesson"), exact=True).click()
    page.get_by_role("link", name=Translator("en")("lesson.start")).click()
    expect_step(page, "problem")
    press(page, "next")
    expect_step(page, "baseline")
    expect(page.get_by_role("slider", name=Translator("en")("compare.clusters"))).to_be_visible()
    page.go_back()
    expect_step(page, "problem")
    expect(page).to_have_url(re.compile("photo=dog-and-cat"))
    page.go_back()
    expect(page.get_by_role("link", name=Translator("en")("lesson.start"))).to_be_visible()
    expect(bar(page)).to_be_hidden()
    assert page.evaluate("window.stillHere")


def test_the_lecturer_s_photo_stays_where_a_step_needs_no_other(page, tmp_path, chelsea):
    expect_answers(page)
    own = tmp_path / "own.jpg"
    chelsea.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(own)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=Translator("en")("compare.source.upload")).click()
    chooser.value.set_files(own)
    photo = page.locator("#photo img")
    expect(photo).to_have_attribute("src", re.compile("own.jpg"), timeout=ANSWER_TIME)
    page.get_by_role("tab", name=Translator("en")("page.tab.lesson"), exact=True).click()
    opened = Translator("en")("lesson.plan.open")
    title = Translator("en")("lesson.plan.kernels.title")
    page.get_by_role("link", name=f"{opened}: {title}").click()
    expect_step(page, "kernels")
    expect_answers(page, 3)
    expect(photo).to_have_attribute("src", re.compile("own.jpg"))
    press(page, "previous")
    expect_step(page, "loss")
    press(page, "previous")  # the data, whose ground truth only its own photo has
    expect_step(page, "data")
    expect(photo).to_have_attribute("src", re.compile(OPENING_PHOTO))


def test_a_clicker_reveals_then_goes_on(open_page):
    page = open_page("step=skips")
    expect_step(page, "skips")
    expect_answers(page, 2)
    html, hero = page.locator("html"), page.locator(".hero")
    expect(html).to_have_attribute("data-guess", "covered")
    page.keyboard.press("PageDown")
    expect(html).to_have_attribute("data-guess", "open")
    expect(hero.locator("img.mask.on")).to_have_count(1)
    page.keyboard.press("PageDown")
    expect(html).to_have_attribute("data-story-stage", "unet")
    page.keyboard.press("Space")
    expect(html).to_have_attribute("data-guess", "open")
    page.keyboard.press("PageDown")
    expect_step(page, "teach")
    page.keyboard.press("PageUp")
    expect_step(page, "skips")


def test_the_k_means_step_is_about_k_means_alone(open_page):
    page = open_page("step=baseline")
    expect_step(page, "baseline")
    expect_answers(page, 1)
    page.keyboard.press("PageDown")
    expect(page.locator("html")).to_have_attribute("data-guess", "open")
    page.keyboard.press("PageDown")
    expect_step(page, "data")


@pytest.mark.parametrize("language", ["en", "vi"])
def test_after_the_last_step_the_bar_says_that_the_lesson_ends(open_page, language):
    page = open_page(f"step={STEPS[-1].name}&lang={language}")
    expect_step(page, STEPS[-1].name, language)
    said = bar(page, language).locator(".finished")
    expect(said).to_be_hidden()
    page.keyboard.press("PageDown")
    expect(said).to_have_text(Translator(language)("lesson.bar.finished"))
    expect(said).to_be_visible()
    page.keyboard.press("PageUp")
    expect_step(page, STEPS[-2].name, language)
    expect(said).to_be_hidden()


def test_the_expected_answer_comes_by_a_key_and_goes_with_the_step(open_page):
    page = open_page("step=loss&lang=vi")
    expect_step(page, "loss", "vi")
    answer = bar(page, "vi").get_by_text(Translator("vi")("lesson.plan.loss.expected"))
    expect(answer).to_be_hidden()
    page.keyboard.press("a")
    expect(answer).to_be_visible()
    number = page.locator("#loss-answer-result").get_by_text("0.51").first
    expect(number).to_be_hidden()  # the class says it first
    page.keyboard.press("r")
    expect(number).to_be_visible()
    page.keyboard.press("PageUp")
    expect_step(page, "data", "vi")
    page.keyboard.press("PageDown")
    expect_step(page, "loss", "vi")
    expect(answer).to_be_hidden()


def test_the_windows_of_the_three_kernels_are_drawn_on_the_photo(open_page):
    page = open_page("step=kernels")
    expect_answers(page, 3)
    hero = page.locator(".hero").bounding_box()
    boxes = [one.bounding_box() for one in page.locator(".hero .field").all()]
    expected = [max(4, side / 128 * hero["width"]) for side in (1, 17, 41)]
    assert [box["width"] for box in boxes] == pytest.approx(expected, abs=1)


# ---- Presenter mode ----


def test_presenter_mode_has_type_for_the_last_row(window, open_page):
    window.set_viewport_size({"width": 1920, "height": 1080})
    page = open_page(query(LessonState(present=True)))
    expect_answers(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll('.told *, [role=tab], .legend li')]
            .filter(one => one.checkVisibility() && one.innerText?.trim())
            .map(one => [one.className, parseFloat(getComputedStyle(one).fontSize)])
            .filter(([, size]) => size < 31.9)"""
    )
    assert not [one for one in small if one[0] != "step"], small
    upload = page.get_by_role("button", name=Translator("en")("compare.source.upload"))
    expect(upload).to_be_hidden()
    page.keyboard.press("Escape")
    expect(upload).to_be_visible()


def test_keys_typed_into_a_field_are_text(page):
    expect_answers(page)
    page.locator("#clusters input[type=number]").focus()
    for key in ("p", "h", "PageDown"):
        page.keyboard.press(key)
    expect(
        page.get_by_role("button", name=Translator("en")("compare.source.upload"))
    ).to_be_visible()
    assert page.locator("html").get_attribute("data-guess") is None


# ---- The tab ----


def test_the_tab_has_plan_slides_digits_and_words(page):
    expect_answers(page)
    page.get_by_role("tab", name=Translator("en")("page.tab.lesson"), exact=True).click()
    for slide in SLIDES:
        expect(page.get_by_role("link", name=slide.title, exact=True).first).to_be_visible()
    for source in (source for slide in SLIDES for source in slide.sources):
        link = page.locator(f'a[href="{source.address}"]')
        expect(link).to_have_accessible_name(source.title)
    digits = page.get_by_role("img", name=Translator("en")("lesson.digits.output"))
    expect(digits).to_be_visible(timeout=ANSWER_TIME)
    assert set(digits.text_content()) >= {"0", "1", "2"}
    page.get_by_text(Translator("en")("glossary.title"), exact=True).click()
    meaning = Translator("en")("glossary.iou.meaning")
    expect(page.locator("#words").get_by_text(meaning)).to_be_visible()
    page.get_by_role("link", name=SLIDES[-1].title).click()
    expect(page).to_have_url(re.compile("section=skips"))
