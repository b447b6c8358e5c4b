"""Lesson links in a real browser: opened, copied, refused."""

import re
from urllib.parse import urlsplit

import pytest
from starlette.datastructures import QueryParams

from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.lecture.lesson_links import LessonState, parse, query
from segdemo.locales import Translator
from segdemo.web.page import build_app, launch_options

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.compare_tab import expect_answers
from support.tabs import ANSWER_TIME


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
def clipboard(window):
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])


@pytest.mark.main_way
def test_a_link_sets_the_compare_tab_and_is_copied_again(open_page, clipboard):
    asked = LessonState(
        photo="lion", stages=("kmeans", "unet"), k=5, show="mask", colours="lab", lang="vi"
    )
    page = open_page(query(asked))
    expect_answers(page, 2)
    expect(page).to_have_title(Translator("vi")("page.title"))
    expect(page.get_by_role("tab", name=Translator("vi")("page.tab.loss"))).to_be_visible()
    expect(page.locator("#photo img")).to_have_attribute("src", re.compile("lion.jpg$"))
    assert copied(page) == asked


def test_a_link_sets_the_matrix_in_the_other_language_too(open_page, clipboard):
    asked = LessonState(
        tab="upsampling",
        upsampling="matrix",
        matrix=((1, 5, 2), (4, 0, -0.25)),
        mode="nearest",
        factor=3,
        lang="vi",
    )
    page = open_page(query(asked))
    expect(page.locator("#upsampled [role=grid] tr")).to_have_count(6)
    assert copied(page) == asked


def test_a_copied_link_outlives_the_server(open_page, page_url, clipboard, browser, predictor):
    """It says everything itself: a server that was started later opens the same."""
    asked = LessonState(photo="cheetah", stages=("kmeans", "cnn-1x1"), k=6, show="mask", lang="vi")
    page = open_page(query(asked))
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


def test_the_page_opens_with_one_computation(window, open_page):
    """Whatever the link sets, every card turns to waiting once."""
    asked = []
    window.on("request", lambda r: asked.append(r.post_data) if "queue/join" in r.url else None)
    link = LessonState(photo="cheetah", stages=("kmeans", "cnn-1x1"), k=4, show="mask")
    page = open_page(query(link))
    expect_answers(page, 2)
    assert len([call for call in asked if '"cnn-1x1"' in call]) == 1
    assert len(asked) == 1


def test_a_bad_link_opens_the_page_and_says_what_was_left_out(open_page):
    page = open_page("k=99&stages=kmeans&photo=nobody")
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
