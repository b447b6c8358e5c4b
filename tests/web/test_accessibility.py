"""The page by keys alone, and for those who want it calm."""

import re

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Locator, Page, expect
from support.tabs import ANSWER_TIME

pytestmark = pytest.mark.usefixtures("all_answered")

STOPS = 120  # of the Tab key, at most, to whatever is looked for

# The outline of what has the focus, or of what stands for it.
SHOWS_FOCUS = """() => {
    const one = document.activeElement;
    const drawn = [one, one.nextElementSibling, one.closest(".curtain")].some(it => {
        const { outlineStyle, outlineWidth } = it ? getComputedStyle(it) : {};
        return outlineStyle === "solid" && parseFloat(outlineWidth) >= 2;
    });
    const shape = one.querySelector(".room, .handle"); // of a drawing
    return drawn || Boolean(shape) && parseFloat(getComputedStyle(shape).strokeWidth) >= 3;
}"""


def test_nothing_moves_for_those_who_want_it_calm(page):
    page.locator("article.card").first.evaluate("one => one.className = 'card running'")
    for reduced, moves in (("reduce", False), ("no-preference", True)):
        page.emulate_media(reduced_motion=reduced)
        assert bool(page.evaluate("document.getAnimations().length")) is moves


def test_keys_alone_compare(page):
    walk_to(page, page.locator("#examples button").last)
    before = page.locator("article[data-stage=unet] img.mask").get_attribute("src")
    page.keyboard.press("Enter")
    mask = page.locator("article.done[data-stage=unet] img.mask")
    expect(mask).not_to_have_attribute("src", before, timeout=ANSWER_TIME)
    walk_to(page, page.locator("#options > button"))
    page.keyboard.press("Enter")
    walk_to(page, page.locator("#view input[value=mask]"))
    page.keyboard.press("Space")
    expect(page.locator("html")).to_have_attribute("data-view", "mask")
    walk_to(page, page.locator("#clusters input[type=range]"))
    page.keyboard.press("ArrowRight")
    clusters = page.locator("article.done[data-stage=kmeans] [role=img]")
    expect(clusters).to_have_attribute("aria-label", re.compile("cluster 4"), timeout=ANSWER_TIME)


def test_keys_alone_loss(page):
    open_tab(page, "loss")
    choose(page, page.locator("#loss-idea input[value=answer]"))
    label = page.locator("#loss-answer-result .formula").first
    before = label.text_content()
    choose(page, page.locator("#loss-answer input[type=radio][value='1']").first)
    expect(label).not_to_have_text(before)
    choose(page, page.locator("#loss-idea input[value=loop]"), "Shift+Tab")
    walk_to(page, page.locator("#loss-run"))
    page.keyboard.press("Enter")
    expect(page.locator("#loss-steps .outcome")).to_be_visible(timeout=ANSWER_TIME)


def test_keys_alone_upsampling(page):
    open_tab(page, "upsampling")
    walk_to(page, page.locator("[data-point=u]"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#line [name=u]")).to_have_value("0.21")
    choose(page, page.locator("#upsampling-idea input[value=matrix]"), "Shift+Tab")
    walk_to(page, page.locator("#upsampled [role=grid][data-align=false] [tabindex='0']"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#inspector h3")).to_contain_text("column 3")


def test_keys_alone_see_why(page):
    open_tab(page, "insight")
    walk_to(page, page.locator("#pixel-photo [data-row]"))
    column = page.locator("#pixel-photo [data-row]").get_attribute("data-column")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#pixel-photo [data-row]")).to_have_attribute(
        "data-column", str(int(column) + 1)
    )
    open_tab(page, "skips", "Shift+Tab")
    walk_to(page, page.locator(".curtain input"))
    page.keyboard.press("ArrowRight")
    expect(page.locator(".curtain input")).to_have_value("51")
    open_tab(page, "layers", "Shift+Tab")
    walk_to(page, page.locator("#layers-network [role=button][tabindex='0']"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#layers-block h3")).to_have_text("Encoder 2", timeout=ANSWER_TIME)
    open_tab(page, "truth", "Shift+Tab")
    walk_to(page, page.locator("#truth-editor canvas"))
    page.keyboard.press("Space")
    expect(page.locator("[data-do=undo]")).to_be_enabled()
    expect(page.locator("#truth-findings .ladder")).to_be_visible(timeout=ANSWER_TIME)


def test_keys_alone_results(page):
    open_tab(page, "results")
    walk_to(page, page.locator("#results-quantity input").nth(1))
    page.keyboard.press("Space")
    expect(page.locator("#results-cost-chart svg.marks")).to_contain_text("multiply-adds")


def open_tab(page: Page, name: str, key: str = "Tab") -> None:
    walk_to(page, page.locator(f"[role=tab][data-tab-id={name}]"), key)
    page.keyboard.press("Enter")


def choose(page: Page, radio: Locator, key: str = "Tab") -> None:
    """In Gradio's groups every button is a stop of its own, as each has a name of its own."""
    walk_to(page, radio, key)
    page.keyboard.press("Space")


def walk_to(page: Page, there: Locator, key: str = "Tab") -> None:
    """Press Tab until the focus is there; wherever it stops, it is seen."""
    expect(there).to_be_visible(timeout=ANSWER_TIME)
    for _ in range(STOPS):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement !== document.body"):
            assert page.evaluate(SHOWS_FOCUS), page.evaluate("document.activeElement.outerHTML")
        if there.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{STOPS} times {key} do not lead to {there}")
