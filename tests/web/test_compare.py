"""*Compare* in a real browser: what a visitor sees and chooses."""

import re

import numpy as np
import pytest

from segdemo.locales import Translator
from segdemo.models.registry import ALL_STAGES, STAGES

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.compare_tab import answered, expect_answers, masks, notch, open_options, story
from support.tabs import ANSWER_TIME, upload

pytestmark = pytest.mark.usefixtures("all_answered")


@pytest.mark.main_way
def test_first_look(page):
    """On opening, the example is answered by every stage, in lecture order, all on one screen."""
    order = answered(page).evaluate_all("all => all.map(one => one.dataset.stage)")
    assert order == list(STAGES)
    for key in STAGES:
        card = page.locator(f"article[data-stage={key}]")
        title = Translator("en")(f"stages.{key}.title")
        expect(card.get_by_role("heading", name=title)).to_be_visible()
        picture = card.get_by_role("img").first
        expect(picture).to_have_attribute("aria-label", re.compile(rf"{re.escape(title)}: .+%"))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(story(page).get_by_role("img").first).to_be_in_viewport(ratio=1)
    expect(notch(page)).to_be_in_viewport(ratio=1)
    for key in STAGES:
        expect(page.locator(f"article[data-stage={key}] .picture")).to_be_in_viewport(ratio=1)
    assert story(page).get_by_role("img").first.bounding_box()["width"] >= 560


def test_of_several_photos_the_last_one_counts(page):
    """However slow the server is: a second is chosen before it has answered to the first."""
    held = []
    page.route("**/run/**", lambda route: held.append(route), times=1)
    page.locator("#examples [data-example=cat]").click()
    page.locator("#examples [data-example=siamese]").click()
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(page).to_have_url(re.compile("photo=siamese"), timeout=ANSWER_TIME)


def test_further_reading_is_a_card_for_who_asks(page):
    page.locator("#options > button").click()
    title = Translator("en")("stages.fcn.title")
    page.get_by_role("checkbox", name=title).check()
    expect_answers(page, len(ALL_STAGES))
    cards = page.locator("#cards article[data-stage]")
    assert [one.get_attribute("data-stage") for one in cards.all()] == list(ALL_STAGES)
    page.get_by_role(
        "button", name=Translator("en")("compare.story.show", stage=title), exact=True
    ).click()
    expect(story(page).get_by_role("heading")).to_contain_text(title)
    page.wait_for_url("**stage=fcn**")
    page.goto(page.url)
    expect_answers(page, len(ALL_STAGES))
    expect(story(page).get_by_role("heading")).to_contain_text(title)


def test_a_card_unfolds_its_network_and_stays_so(page, photo):
    """Whatever answers come in the meantime; and it speaks the language of the page."""
    open_options(page)
    page.get_by_label(Translator("en")("compare.layout.grid")).check()
    idea = page.locator(".stage", has=page.locator("article[data-stage=unet]")).locator(".idea")
    idea.locator("summary").click()
    drawn = idea.get_by_role("img", name=Translator("en")("stages.unet.title"))
    expect(drawn).to_be_visible()
    expect(idea.locator("tbody tr")).to_have_count(13)  # 6 encoders, 6 decoders, classify
    inside = idea.evaluate("""one => [...one.querySelectorAll("*")].every(part =>
        part.getBoundingClientRect().right <= one.getBoundingClientRect().right + 1)""")
    assert inside
    mask = answered(page).last.locator("img.mask")
    before = mask.get_attribute("src")
    upload(page, photo)
    expect(mask).not_to_have_attribute("src", before, timeout=ANSWER_TIME)
    expect(drawn).to_be_visible()
    page.locator("#language").get_by_label("Tiếng Việt").check()
    expect(idea.locator("summary")).to_have_text(Translator("vi")("compare.network"))


def test_more_clusters_change_k_means_alone(page):
    open_options(page)
    before = masks(page)
    page.locator("#clusters input[type=number]").fill("6")
    page.locator("#clusters input[type=number]").press("Enter")
    picture = page.locator("article[data-stage=kmeans]").get_by_role("img").first
    expect(picture).to_have_attribute("aria-label", re.compile("cluster 6"), timeout=ANSWER_TIME)
    after = masks(page)
    assert after[0] != before[0]
    assert after[1:] == before[1:]


def test_averaged_changes_the_u_net_alone_and_is_in_the_address(page):
    notch(page).press("End")  # the switch is there while the story shows the U-Net
    before, t = masks(page), Translator("en")
    page.get_by_label(t("compare.averaged")).check()
    title = t("compare.averaged.title", stage=t("stages.unet.title"))
    expect(page.get_by_role("heading", name=title).first).to_be_visible(timeout=ANSWER_TIME)
    after = masks(page)
    assert after[-1] != before[-1]
    assert after[:-1] == before[:-1]
    page.wait_for_url(re.compile("averaged=1"))


def test_the_view_changes_in_the_browser_alone(page):
    open_options(page)
    mask = answered(page).last.locator("img.mask")
    expect(mask).to_have_css("opacity", "0.6")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#view").get_by_label("mask only").check()
    expect(mask).to_have_css("opacity", "1")
    assert not [url for url in asked if "queue/join" in url]


def test_a_stage_can_be_left_out(page):
    open_options(page)
    title = Translator("en")("stages.cnn-11x11.title")
    page.locator("#stages").get_by_label(title).uncheck()
    expect(page.locator("article[data-stage='cnn-11x11']")).to_be_hidden(timeout=ANSWER_TIME)
    seven = Translator("en")("compare.all-done", total=7)
    expect(page.locator("#status")).to_have_text(seven, timeout=ANSWER_TIME)
    page.locator("#stages").get_by_label(title).check()
    expect(page.locator("article[data-stage='cnn-11x11'].done")).to_be_visible(timeout=ANSWER_TIME)


def test_a_mask_on_a_card_is_lossless(page):
    """What the browser draws are the palette's colours and nothing between them."""
    pixels = (
        answered(page)
        .last.locator("img.mask")
        .evaluate("""img => {
        const canvas = new OffscreenCanvas(img.naturalWidth, img.naturalHeight);
        const context = canvas.getContext("2d");
        context.drawImage(img, 0, 0);
        return Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data);
    }""")
    )
    colours = np.unique(np.array(pixels, np.uint8).reshape(-1, 4), axis=0)
    allowed = {(213, 94, 0, 255), (0, 114, 178, 255), (240, 228, 66, 255)}
    assert {tuple(colour) for colour in colours.tolist()} <= allowed
