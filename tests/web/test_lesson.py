"""Lesson links, the lesson's bar and presenter mode in a real browser."""

import re
from urllib.parse import urlsplit

import pytest
from PIL import Image
from starlette.datastructures import QueryParams

from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.lecture.lesson_links import LessonState, parse, query
from segdemo.lecture.lesson_plan import SLIDES, STEPS
from segdemo.locales import Translator
from segdemo.models.registry import STAGES
from segdemo.web.page import build_app, launch_options

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.tabs import ANSWER_TIME

SCREENS = ((1024, 768), (1366, 768), (1920, 1080))
# What Gradio's client says of a stream that leaving the page cuts off. Links leave it.
CUT = ("AbortError: signal is aborted", "Unexpected error Connection errored out")


@pytest.fixture(autouse=True)
def leaving_is_no_failure(page):
    yield
    page.errors[:] = [error for error in page.errors if not error.startswith(CUT)]


def follow(page, url, **said):
    """Open a link once the page that is open has answered."""
    expect_answers(page, len(STAGES))
    page.goto(f"{url}?{query(LessonState(**said))}")


def expect_answers(page, count):
    expect(page.locator("article.card.done[data-stage]")).to_have_count(count, timeout=ANSWER_TIME)


def state_of(address) -> LessonState:
    state, notes = parse(dict(QueryParams(urlsplit(address).query)), tuple(SAMPLE_PHOTOS))
    assert not notes
    return state


def copied(page) -> LessonState:
    """The state in the link that the header's button writes."""
    page.locator("[data-copy]").click()
    field = page.get_by_label(Translator("en")("lesson.link.label")).or_(
        page.get_by_label(Translator("vi")("lesson.link.label"))
    )
    expect(field).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == field.input_value()
    return state_of(field.input_value())


@pytest.fixture
def clipboard(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])


def bar(page, language="en"):
    return page.get_by_role("navigation", name=Translator(language)("lesson.bar"))


def press(page, name):
    bar(page).get_by_role("button", name=Translator("en")(f"lesson.bar.{name}"), exact=True).click()


def expect_step(page, name, language="en"):
    title = Translator(language)(f"lesson.plan.{name}.title")
    expect(bar(page, language).get_by_role("heading", name=title)).to_be_visible(
        timeout=ANSWER_TIME
    )


# ---- Links ----


@pytest.mark.main_way
def test_a_link_sets_the_compare_tab_and_is_copied_again(page, page_url, clipboard):
    asked = LessonState(
        photo="lion", stages=("kmeans", "unet"), k=5, show="mask", colours="lab", lang="vi"
    )
    follow(page, page_url, **vars(asked))
    expect_answers(page, 2)
    expect(page).to_have_title(Translator("vi")("page.title"))
    expect(page.get_by_role("tab", name=Translator("vi")("page.tab.loss"))).to_be_visible()
    expect(page.locator("#photo img")).to_have_attribute("src", re.compile("lion.jpg$"))
    assert copied(page) == asked


def test_a_link_sets_the_matrix_in_the_other_language_too(page, page_url, clipboard):
    asked = LessonState(
        tab="upsampling",
        upsampling="matrix",
        matrix=((1, 5, 2), (4, 0, -0.25)),
        mode="nearest",
        factor=3,
        lang="vi",
    )
    follow(page, page_url, **vars(asked))
    expect(page.locator("#upsampled [role=grid] tr")).to_have_count(6)
    assert copied(page) == asked


def test_a_copied_link_outlives_the_server(page, page_url, clipboard, browser, predictor):
    """It says everything itself: a server that was started later opens the same."""
    asked = LessonState(photo="cheetah", stages=("kmeans", "cnn-1x1"), k=6, show="mask", lang="vi")
    follow(page, page_url, **vars(asked))
    expect_answers(page, 2)
    link = query(copied(page))
    app = build_app(predictor, test_split=None)
    _, later, _ = app.launch(prevent_thread_lock=True, quiet=True, **launch_options())
    assert later != page_url
    context = browser.new_context()
    try:
        opened = context.new_page()
        opened.goto(f"{later}?{link}")
        expect_answers(opened, 2)
        expect(opened.locator("html")).to_have_attribute("lang", "vi")
        expect(opened.locator("#photo img")).to_have_attribute("src", re.compile("cheetah1.jpg$"))
    finally:
        context.close()
        app.close()


def test_the_page_opens_with_one_computation(page, page_url):
    """Whatever the link sets, every card turns to waiting once."""
    expect_answers(page, len(STAGES))  # of the page before, which asked for its own
    asked = []
    page.on("request", lambda r: asked.append(r.post_data) if "queue/join" in r.url else None)
    follow(page, page_url, photo="cheetah", stages=("kmeans", "cnn-1x1"), k=4, show="mask")
    expect_answers(page, 2)
    assert len([call for call in asked if '"cnn-1x1"' in call]) == 1
    assert len(asked) == 1


def test_a_bad_link_opens_the_page_and_says_what_was_left_out(page, page_url):
    expect_answers(page, len(STAGES))
    page.goto(f"{page_url}?k=99&stages=kmeans&photo=nobody")
    expect(page.locator("#lesson-notes li")).to_have_count(2)
    expect_answers(page, 1)


def test_what_is_chosen_before_the_link_is_obeyed_stays(browser, page_url):
    page = browser.new_page(locale="en-GB")
    held = []
    everything = "**/gradio_api/**"
    page.route(
        everything,
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    with page.expect_request(lambda request: request.method == "POST"):
        page.goto(page_url)
    page.locator("#language").get_by_label("Tiếng Việt").check()
    for route in held:
        route.continue_()
    page.unroute(everything)
    expect(page.locator("article.done[data-stage=unet]")).to_be_visible(timeout=ANSWER_TIME)
    expect(page.get_by_role("tab", name=Translator("vi")("page.tab.loss"))).to_be_visible()
    expect(page.locator("#language input[value=vi]")).to_be_checked()
    page.close()


# ---- The lesson ----


def bottom_of(locator):
    """Where it ends, in CSS pixels from the top; the page may be drawing it anew."""
    while (box := locator.bounding_box()) is None:
        expect(locator).to_be_visible(timeout=ANSWER_TIME)
    return box["y"] + box["height"]


@pytest.mark.parametrize(("width", "height"), SCREENS, ids=lambda side: str(side))
def test_every_step_s_point_is_in_view(page, page_url, width, height):
    """The whole lesson in front of a class, by the bar's button, without scrolling."""
    page.set_viewport_size({"width": width, "height": height})
    expect_answers(page, len(STAGES))
    page.goto(f"{page_url}?step={STEPS[0].name}&present=1")
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
def test_a_step_loads_no_page_and_back_leads_to_the_one_before(page, page_url):
    expect_answers(page, len(STAGES))
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


def test_the_lecturer_s_photo_stays_where_a_step_needs_no_other(page, page_url, tmp_path, chelsea):
    expect_answers(page, len(STAGES))
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


def test_a_clicker_reveals_then_goes_on(page, page_url):
    expect_answers(page, len(STAGES))
    page.goto(f"{page_url}?step=skips")
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


def test_the_k_means_step_is_about_k_means_alone(page, page_url):
    expect_answers(page, len(STAGES))
    page.goto(f"{page_url}?step=baseline")
    expect_step(page, "baseline")
    expect_answers(page, 1)
    page.keyboard.press("PageDown")
    expect(page.locator("html")).to_have_attribute("data-guess", "open")
    page.keyboard.press("PageDown")
    expect_step(page, "data")


@pytest.mark.parametrize("language", ["en", "vi"])
def test_after_the_last_step_the_bar_says_that_the_lesson_ends(page, page_url, language):
    expect_answers(page, len(STAGES))
    page.goto(f"{page_url}?step={STEPS[-1].name}&lang={language}")
    expect_step(page, STEPS[-1].name, language)
    said = bar(page, language).locator(".finished")
    expect(said).to_be_hidden()
    page.keyboard.press("PageDown")
    expect(said).to_have_text(Translator(language)("lesson.bar.finished"))
    expect(said).to_be_visible()
    page.keyboard.press("PageUp")
    expect_step(page, STEPS[-2].name, language)
    expect(said).to_be_hidden()


def test_the_expected_answer_comes_by_a_key_and_goes_with_the_step(page, page_url):
    expect_answers(page, len(STAGES))
    page.goto(f"{page_url}?step=loss&lang=vi")
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


def test_the_windows_of_the_three_kernels_are_drawn_on_the_photo(page, page_url):
    expect_answers(page, len(STAGES))
    page.goto(f"{page_url}?step=kernels")
    expect_answers(page, 3)
    hero = page.locator(".hero").bounding_box()
    boxes = [one.bounding_box() for one in page.locator(".hero .field").all()]
    expected = [max(4, side / 128 * hero["width"]) for side in (1, 17, 41)]
    assert [box["width"] for box in boxes] == pytest.approx(expected, abs=1)


# ---- Presenter mode ----


def test_presenter_mode_has_type_for_the_last_row(page, page_url):
    page.set_viewport_size({"width": 1920, "height": 1080})
    follow(page, page_url, present=True)
    expect_answers(page, len(STAGES))
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
    expect_answers(page, len(STAGES))
    page.locator("#clusters input[type=number]").focus()
    for key in ("p", "h", "PageDown"):
        page.keyboard.press(key)
    expect(
        page.get_by_role("button", name=Translator("en")("compare.source.upload"))
    ).to_be_visible()
    assert page.locator("html").get_attribute("data-guess") is None


# ---- The tab ----


def test_the_tab_has_plan_slides_digits_and_words(page):
    expect_answers(page, len(STAGES))
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
