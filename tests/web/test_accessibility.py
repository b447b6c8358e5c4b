"""The page for everybody: for those who listen, use keys, fingers or zoom, or want it calm."""

import re
from collections.abc import Iterator

import pytest

from segdemo.models.registry import STAGES

pytest.importorskip("playwright")
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from support.tabs import ANSWER_TIME, every_tab, unfold

FINGER = 44  # CSS pixels
PHONE = {"width": 390, "height": 844}
# Gradio's own, which nothing of ours can mend: (rule, what the element begins with).
GRADIO = {
    # An output with nothing in it yet is a <div> that has a name but no role.
    ("aria-prohibited-attr", '<div aria-label="Empty value"'),
    # The colours of gr.Code's syntax; its editor makes up the classes' names.
    ("color-contrast", '<span class="ͼ'),
}
STOPS = 120  # of the Tab key, at most, to whatever is looked for

TOO_SMALL = """least => [...document.querySelectorAll(
    `button, select, textarea, summary, [role=button], [role=slider],
     label:has(> input:is([type=radio], [type=checkbox])),
     input:not([type=radio], [type=checkbox], [type=file])`
)].filter(one => {
    const { width, height } = one.getBoundingClientRect();
    return one.checkVisibility({ visibilityProperty: true }) && width > 1
        && Math.min(width, height) < least - 0.5;
}).map(one => {
    const { width, height } = one.getBoundingClientRect();
    const where = one.closest("[id]")?.id;
    return `${where}: ${one.outerHTML.slice(0, 100)} ${Math.round(width)} x ${Math.round(height)}`;
})"""

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


@pytest.fixture
def open_page(browser, page_url) -> Iterator:
    """A function that opens the page in a window of its own."""
    contexts = []

    def opened(theme: str = "light", **options) -> Page:
        contexts.append(browser.new_context(color_scheme=theme, locale="en-GB", **options))
        page = contexts[-1].new_page()
        page.goto(f"{page_url}?__theme={theme}")
        answers = page.locator("article.done[data-stage]")
        expect(answers).to_have_count(len(STAGES), timeout=ANSWER_TIME)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("theme", "rules"),
    # Of dark colours axe is asked what they may change.
    [("light", {}), ("dark", {"runOnly": ["color-contrast"]})],
)
def test_axe_finds_nothing_serious(open_page, theme, rules):
    page = open_page(theme, viewport={"width": 1366, "height": 768})
    found = []
    for tab in every_tab(page):
        unfold(page)
        found += [f"{tab}: {violation}" for violation in violations(page, rules)]
    assert not found, "\n".join(found)


def test_a_phone_in_vietnamese(open_page):
    """Tables are scrolled, rows are columns; nothing is too small for a finger."""
    page = open_page("light", viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator("#language input[value=vi]").check()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    found = []
    for tab in every_tab(page):
        found += [f"{tab}: {violation}" for violation in violations(page, {})]
        unfold(page)
        found += [f"{tab}: {one}" for one in page.evaluate(TOO_SMALL, FINGER)]
    assert not found, "\n".join(found)


def violations(page: Page, rules: dict) -> list[str]:
    """What axe-core, with its options `rules`, calls serious or critical.

    Rule, selector, element and reason of each.
    """
    found = Axe().run(page, options={"resultTypes": ["violations"], **rules}).response
    return [
        f"{rule['impact']} {rule['id']} at {node['target']}: {node['html'][:200]}\n"
        f"    {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
        if not any(rule["id"] == known and node["html"].startswith(html) for known, html in GRADIO)
    ]


@pytest.mark.parametrize(("reduced", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_those_who_want_it_calm(open_page, reduced, moves):
    page = open_page(reduced_motion=reduced)
    page.locator("article.card").first.evaluate("one => one.className = 'card running'")
    assert bool(page.evaluate("document.getAnimations().length")) is moves


def test_keys_alone_compare(open_page):
    page = open_page()
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


def test_keys_alone_loss(open_page):
    page = open_page()
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


def test_keys_alone_upsampling(open_page):
    page = open_page()
    open_tab(page, "upsampling")
    walk_to(page, page.locator("[data-point=u]"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#line [name=u]")).to_have_value("0.21")
    choose(page, page.locator("#upsampling-idea input[value=matrix]"), "Shift+Tab")
    walk_to(page, page.locator("#upsampled [role=grid][data-align=false] [tabindex='0']"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#inspector h3")).to_contain_text("column 3")


def test_keys_alone_see_why(open_page):
    page = open_page()
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


def test_keys_alone_results(open_page):
    page = open_page()
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
