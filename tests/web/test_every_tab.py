"""What holds on every tab and section, each opened on a desktop and on a phone, light and dark."""

import pytest

pytest.importorskip("playwright")
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from support.compare_tab import expect_answers
from support.tabs import every_tab, unfold

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
WIDTHS = (1920, 1024, 820, 768, 683, 390, 1366)  # 683 pixels are a laptop's 1366 at 200 %
FINGER = 44  # CSS pixels
# Gradio's own, which nothing of ours can mend: (rule, what the element begins with).
GRADIO = {
    # An output with nothing in it yet is a <div> that has a name but no role.
    ("aria-prohibited-attr", '<div aria-label="Empty value"'),
    # The colours of gr.Code's syntax; its editor makes up the classes' names.
    ("color-contrast", '<span class="ͼ'),
}

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

# Links that only prepare a connection are no requests.
FOREIGN = """() => [...document.querySelectorAll("link[href], [src]")]
    .map(one => one.href || one.src)
    .filter(url => /^https?:/.test(url) && new URL(url).host !== location.host)"""
# See why's questions are one row on a phone, which scrolls.
OUTSIDE = """() => [...document.querySelectorAll("[role=tablist] [role=tab]")].filter(one => {
    const { left, right } = one.getBoundingClientRect();
    const scrolls = getComputedStyle(one.closest("[role=tablist]")).overflowX === "auto";
    return one.checkVisibility() && !scrolls && (left < 0 || right > innerWidth);
}).map(one => one.innerText)"""
AXE = """([within, options]) => axe.run(
    [...document.querySelectorAll(within)].find(one => one.checkVisibility()), options
)"""
NO_COLOURS = {"color-contrast": {"enabled": False}}
BAD_FONTS = "[...document.fonts].filter(font => font.status === 'error').map(font => font.family)"


def test_on_a_desktop(window, page_url):
    """Nothing serious for axe, nothing wider than the screen, nothing that the server lacks.

    Fonts, icons and scripts too come from it: a lecture hall may have no internet.
    """
    found = []
    window.on("requestfailed", lambda request: found.append(f"{request.url}: {request.failure}"))
    window.on(
        "response", lambda one: found.append(f"{one.url}: {one.status}") if one.status > 399 else 0
    )
    window.goto(f"{page_url}?__theme=light")
    expect_answers(window)
    for tab in every_tab(window):
        found += [f"{tab}: {one}" for one in too_wide(window)]
        unfold(window)
        found += [f"{tab}: {one}" for one in violations(window)]
    found += violations(window, within="html")
    found += window.evaluate(FOREIGN) + window.evaluate(BAD_FONTS)
    assert not [one for one in found if "ERR_ABORTED" not in one], "\n".join(found)


def test_in_the_dark(window, page_url):
    """Of dark colours axe is asked what they may change."""
    window.goto(f"{page_url}?__theme=dark")
    expect_answers(window)
    found = []
    for tab in every_tab(window):
        unfold(window)
        found += [f"{tab}: {one}" for one in violations(window, runOnly=["color-contrast"])]
    assert not found, "\n".join(found)


def test_on_a_phone_in_vietnamese(browser, page_url):
    """Tables are scrolled, rows are columns; nothing is too small for a finger.

    Its colours are the desktop's.
    """
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{page_url}?__theme=light&lang=vi")
    expect_answers(page)
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    found = []
    for tab in every_tab(page):
        found += [f"{tab}: {one}" for one in violations(page, rules=NO_COLOURS)]
        unfold(page)
        found += [f"{tab}: {one}" for one in page.evaluate(TOO_SMALL, FINGER)]
    context.close()
    assert not found, "\n".join(found)


def too_wide(page: Page) -> list[str]:
    """What lies outside the screen, from a phone to a projector; the window is as before."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({**DESKTOP, "width": width})
        widest = page.evaluate("document.documentElement.scrollWidth")
        if widest > width:
            found.append(f"{widest} pixels wide at {width}")
        found += [f"{tab} outside at {width}" for tab in page.evaluate(OUTSIDE)]
    return found


def violations(page: Page, within: str = "[role=tabpanel]", **rules) -> list[str]:
    """What axe-core, with its options `rules`, calls serious or critical in the open tab.

    Rule, selector, element and reason of each.
    """
    page.evaluate(Axe().axe_script)
    found = page.evaluate(AXE, [within, {"resultTypes": ["violations"], **rules}])
    return [
        f"{rule['impact']} {rule['id']} at {node['target']}: {node['html'][:200]}\n"
        f"    {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
        if not any(rule["id"] == known and node["html"].startswith(html) for known, html in GRADIO)
    ]
