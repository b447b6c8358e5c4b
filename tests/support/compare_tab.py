"""The parts of *Compare*, by what they are called on the page."""

from playwright.sync_api import Locator, Page, expect
from support.tabs import ANSWER_TIME

from segdemo.locales import Translator
from segdemo.models.registry import STAGES


def answered(page: Page) -> Locator:
    """The cards whose stage has answered."""
    return page.locator("#cards article.done[data-stage]")


def expect_answers(page: Page, count: int = len(STAGES)) -> None:
    """Wait until this many cards have their answer, and no more."""
    expect(answered(page)).to_have_count(count, timeout=ANSWER_TIME)


def masks(page: Page) -> list[str]:
    """The pictures on these cards, as addresses."""
    return answered(page).locator("img.mask").evaluate_all("all => all.map(one => one.src)")


def open_options(page: Page) -> None:
    """Open the drawer with view, methods and k-means."""
    page.get_by_role("button", name=Translator("en")("compare.options")).click()


def story(page: Page) -> Locator:
    """The large picture and what is said of it."""
    return page.get_by_role("region", name=Translator("en")("compare.story"))


def notch(page: Page) -> Locator:
    """The slider that goes from method to method."""
    return story(page).get_by_role("slider", name=Translator("en")("compare.story.method"))
