"""Lesson links, presenter mode and covers in a real browser."""

import re
from urllib.parse import urlsplit

import pytest
from starlette.datastructures import QueryParams

from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.lecture.lesson_links import LessonState, parse, query
from segdemo.locales import text
from segdemo.models.registry import STAGES
from segdemo.web.page import build_app, launch_options
from segdemo.web.tabs.lesson import plan

pytest.importorskip("playwright")
from playwright.sync_api import expect

ANSWER_TIME = 60_000  # milliseconds, for a busy machine
PHOTOS = tuple(SAMPLE_PHOTOS)


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


def copied(page) -> LessonState:
    """The state in the link that the header's button writes."""
    state, notes = parse(dict(QueryParams(urlsplit(copied_address(page)).query)), PHOTOS)
    assert not notes
    return state


def copied_address(page) -> str:
    page.locator("[data-copy]").click()
    field = page.locator("#lesson-link input")
    expect(field).to_be_visible()
    address = field.input_value()
    assert page.evaluate("navigator.clipboard.readText()") == address
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    return address


@pytest.fixture
def clipboard(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])


@pytest.mark.main_way
def test_a_link_sets_the_compare_tab_and_is_copied_again(page, page_url, clipboard):
    asked = LessonState(
        photo="lion", stages=("kmeans", "unet"), k=5, show="mask", colours="lab", lang="vi"
    )
    follow(page, page_url, **vars(asked))
    expect_answers(page, 2)
    expect(page.get_by_role("tab", name=text("page.tab.loss", "vi"))).to_be_visible()
    picture = page.locator("article[data-stage=kmeans]").get_by_role("img").first
    expect(picture).to_have_attribute(
        "aria-label", re.compile(text("page.class.cluster", "vi", index=5))
    )
    expect(page.locator("article[data-stage=unet] img.mask")).to_have_css("opacity", "1")
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
    values = page.locator("#matrix input").evaluate_all("all => all.map(one => one.value)")
    assert values == ["1", "5", "2", "4", "0", "-0.25"]
    expect(page.locator("#upsampled [role=grid] td").last).to_have_text("-0.25")
    assert copied(page) == asked


def test_a_link_opens_a_section_of_see_why(page, page_url, clipboard):
    asked = LessonState(tab="insight", section="sizes", photo="cheetah")
    follow(page, page_url, **vars(asked))
    title = text("insight.sizes", "en")
    expect(page.get_by_role("tab", name=title)).to_have_attribute("aria-selected", "true")
    expect(page.locator(".figures figure:visible").first).to_be_visible(timeout=ANSWER_TIME)
    assert copied(page) == asked


def test_a_copied_link_outlives_the_server(page, page_url, clipboard, browser, predictor):
    """It says everything itself: a server that was started later opens the same."""
    asked = LessonState(photo="cheetah", stages=("kmeans", "cnn-1x1"), k=6, show="mask", lang="vi")
    follow(page, page_url, **vars(asked))
    expect_answers(page, 2)
    link = urlsplit(copied_address(page)).query
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
        expect(opened.locator("#clusters input[type=number]")).to_have_value("6")
        expect(opened.locator("article[data-stage=kmeans] img.mask")).to_have_css("opacity", "1")
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


def test_presenter_keys(page, page_url):
    stages = ("kmeans", "cnn-1x1", "unet")
    follow(page, page_url, stages=stages, present=True)
    expect_answers(page, 3)
    shown = page.locator("#cards article.card:visible")
    expect(page.locator("#compare-inputs")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("data-stage", "kmeans")
    page.keyboard.press("n")
    page.keyboard.press("n")
    expect(shown).to_have_attribute("data-stage", "unet")
    expect(page.locator("#presenter [role=status]")).to_contain_text(
        text("stages.unet.title", "en")
    )
    page.keyboard.press("ArrowLeft")
    expect(shown).to_have_attribute("data-stage", "cnn-1x1")
    page.keyboard.press("Escape")
    expect(shown).to_have_count(3)
    expect(page.locator("#compare-inputs")).to_be_visible()
    page.keyboard.press("p")
    expect(page.locator("#compare-inputs")).to_be_hidden()


def test_keys_typed_into_a_field_are_text(page):
    expect_answers(page, len(STAGES))
    page.locator("#clusters input[type=number]").focus()
    for key in ("p", "h", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("#compare-inputs")).to_be_visible()
    expect(page.locator(".card.covered")).to_have_count(0)


def test_answers_stay_covered_until_they_are_revealed(page, page_url):
    follow(page, page_url, stages=("kmeans", "cnn-1x1", "unet"), reveal=False)
    expect_answers(page, 3)
    pictures = page.locator("#cards .picture:visible")
    covers = page.locator("#cards .cover:visible")
    expect(covers).to_have_count(3)
    expect(pictures).to_have_count(0)
    expect(page.get_by_role("img", name="U-Net")).to_have_count(0)
    page.keyboard.press("r")
    expect(pictures).to_have_count(1)
    expect(page.locator("article[data-stage=kmeans] .picture")).to_be_visible()
    page.get_by_role("button", name=text("stages.unet.title", "en")).click()
    expect(page.locator("article[data-stage=unet] .picture")).to_be_visible()
    covers.first.focus()
    page.keyboard.press("Enter")
    expect(covers).to_have_count(0)
    page.keyboard.press("h")
    expect(covers).to_have_count(3)
    page.keyboard.press("h")
    expect(pictures).to_have_count(3)


@pytest.mark.parametrize("size", [(60, 240), (480, 60)], ids=["tall", "wide"])
def test_nothing_jumps_when_an_answer_is_revealed(page, page_url, tmp_path, chelsea, size):
    """A cover is as large as the room of the answer, whatever the photo's shape."""
    photo = tmp_path / "photo.png"
    chelsea.resize(size).save(photo)
    follow(page, page_url, stages=("kmeans", "cnn-1x1"), reveal=False)
    expect_answers(page, 2)
    page.get_by_label("Remove Image").or_(page.get_by_label("Clear")).first.click()
    page.locator("#photo input[type=file]").set_input_files(photo)
    ratio = "getComputedStyle(document.documentElement).getPropertyValue('--ratio').trim()"
    page.wait_for_function(f"{ratio} === '{size[0]} / {size[1]}'", timeout=ANSWER_TIME)
    expect_answers(page, 2)
    card = page.locator("article[data-stage=kmeans]")
    cover, before = card.locator(".cover").bounding_box(), card.bounding_box()
    assert cover == card.locator(".answer").bounding_box()
    text_fits = card.locator(".cover").evaluate("one => one.scrollWidth <= one.clientWidth")
    assert text_fits
    card.locator(".cover").click()
    expect(card.locator(".picture")).to_be_visible()
    assert card.bounding_box() == before


def test_a_new_answer_comes_covered(page, page_url):
    follow(page, page_url, stages=("kmeans",), reveal=False)
    expect_answers(page, 1)
    page.locator("#clusters input[type=number]").fill("6")
    page.locator("#clusters input[type=number]").press("Enter")
    answer = page.locator("article[data-stage=kmeans] .picture")
    expect(answer).to_have_attribute("aria-label", re.compile("cluster 6"), timeout=ANSWER_TIME)
    expect(answer).to_be_hidden()
    page.locator("#language").get_by_label("Tiếng Việt").check()
    expect(page.get_by_role("button", name=text("lesson.cover", "vi"))).to_be_visible()
    expect(page.locator("#cards .picture:visible")).to_have_count(0)


def test_an_answer_drawn_anew_in_place_stays_covered(page, page_url):
    """Where only words change, Gradio keeps the card's element and writes its classes over."""
    follow(page, page_url, stages=("kmeans",), reveal=False)
    expect_answers(page, 1)
    card = page.locator("article[data-stage=kmeans]")
    expect(card).to_have_class(re.compile("covered"))
    card.evaluate("one => one.className = 'card done'")
    expect(card).to_have_class(re.compile("covered"))
    expect(card.locator(".picture")).to_be_hidden()


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
    title = page.get_by_role("heading", name=text("stages.unet.title", "vi"))
    expect(title).to_be_visible(timeout=ANSWER_TIME)
    expect(page.locator("article.done[data-stage=unet]")).to_be_visible(timeout=ANSWER_TIME)
    expect(page.locator("#language input[value=vi]")).to_be_checked()
    page.close()


@pytest.mark.main_way
def test_the_lesson_plan_opens_its_steps(page, page_url):
    follow(page, page_url, tab="lesson", lang="vi", present=True)
    links = page.locator("#lesson-plan a")
    expect(links).to_have_count(len(plan.STEPS))
    expect(page.locator("#status")).to_have_text(
        text("compare.all-done", "vi", done=len(STAGES), total=len(STAGES)), timeout=ANSWER_TIME
    )
    links.nth(4).click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect_answers(page, len(plan.STEPS[4].state.stages))
    expect(page.locator("#cards .cover:visible")).to_have_count(len(plan.STEPS[4].state.stages))
    expect(page.locator("html")).to_have_attribute("data-present", "1")
