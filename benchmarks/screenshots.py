"""Photograph every tab of a running page, for a designer's eye.

`python -m benchmarks.screenshots http://127.0.0.1:7860 FOLDER [--tab NAME] [--size 390x844]
[--theme dark] [--language vi]` writes `<tab>-<size>-<theme>.png`, whole pages, three sizes and
both themes unless told otherwise. A tab within a tab is named `insight/sizes`.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.browser import chromium

SIZES = ("390x844", "1366x768", "1920x1080")
THEMES = ("light", "dark")
SETTLED = 3_000  # milliseconds for what a tab computes when it is opened


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tab", action="append", help="only this one; may be repeated")
    parser.add_argument("--size", action="append", help="of the window; may be repeated")
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--language", choices=("en", "vi"), default="en")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for size in options.size or SIZES:
            for theme in options.theme or THEMES:
                page = open_page(browser, options.url, size, theme, options.language)
                for tab in visit(page, options.tab):
                    path = options.folder / f"{tab.replace('/', '-')}-{size}-{theme}.png"
                    page.screenshot(path=path, full_page=True)
                    print(path)
                page.context.close()


def open_page(browser: Browser, url: str, size: str, theme: str, language: str) -> Page:
    """The page just opened, in a window of this size."""
    width, height = map(int, size.split("x"))
    window = {"width": width, "height": height}
    page = browser.new_context(viewport=window, color_scheme=theme).new_page()
    page.goto(f"{url.rstrip('/')}/?__theme={theme}")
    page.locator("article.card.done").first.wait_for(timeout=60_000)
    if language != "en":
        page.locator(f"#language input[value={language}]").check()
    return page


def visit(page: Page, wanted: list[str] | None) -> Iterator[str]:
    """Open each tab, and each tab within it, one after the other; what is open is named."""
    for tab in tabs(page):
        if wanted and tab not in {name.split("/")[0] for name in wanted}:
            continue
        press(page, tab)
        sections = tabs(page, within=tab)
        for section in sections or [None]:
            name = f"{tab}/{section}" if section else tab
            if wanted and not {name, tab} & set(wanted):
                continue
            if section:
                press(page, section)
            yield name


def tabs(page: Page, within: str | None = None) -> list[str]:
    """The ids of the page's tabs, or of those within an open one."""
    return page.locator("[role=tab]:visible").evaluate_all(
        """(all, inner) => all
            .filter(one => Boolean(one.closest("[role=tabpanel]")) === inner)
            .map(one => one.dataset.tabId)""",
        within is not None,
    )


def press(page: Page, tab: str) -> None:
    page.locator(f"[role=tab][data-tab-id='{tab}']:visible").click()
    page.wait_for_timeout(SETTLED)


if __name__ == "__main__":
    main()
