"""Every tab and section of the page in a browser, one after the other, each with its answers."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, expect

ANSWER_TIME = 120_000  # milliseconds, for a busy machine
# What is there once a tab has answered to the photo.
ANSWERS = {
    "compare": "article.done[data-stage=unet]",
    "loss/problems": "#loss-problems .loss-value",
    "loss/answer": "#loss-answer-result .loss-value",
    "loss/image": "#loss-image-result .loss-value",
    "loss/photo": "#loss-photo-result .maps",
    "loss/loop": "#loss-steps .loop",
    "upsampling/line": "#line .facts",
    "upsampling/exercise": "#exercise input",
    "upsampling/matrix": "#upsampled [role=grid]",
    "upsampling/features": "#feature-maps .masks",
    "insight/pixel": "#pixel-cards article.done[data-stage=unet]",
    "insight/skips": "#skips-zeroed .figures",
    "insight/layers": "#layers-maps .channel-maps",
    "insight/perturb": "#perturb li:last-child .view.after .mask",
    "insight/sizes": "#sizes .mask",
    "insight/truth": "#truth-editor canvas",
    "insight/answers": "#answers .answer-word",
    "teach": "#teach-editor canvas",
    "insight/score-maps": "#score-maps .mask",
    "domains/denoise": "#domains-denoise-row .pair",
    "domains/super-resolve": "#domains-super-resolve-row .pair",
    "domains/colourise": "#domains-colourise-row .pair",
    "results": "#results-curves-chart svg.marks",
    "lesson": "#label-digits svg",
}


def upload(page: Page, path: Path) -> None:
    """Choose an own photo, as a visitor does."""
    with page.expect_file_chooser() as chooser:
        page.locator("#your-pet").click()
    chooser.value.set_files(path)


def every_tab(page: Page) -> Iterator[str]:
    """Open each tab, and each section within it; yields its name once it has answered."""
    buttons = page.locator("[role=tab]:visible")
    expect(buttons.first).to_be_visible(timeout=ANSWER_TIME)  # else there is nothing to open yet
    yield from walk_through(page, buttons, "")


def walk_through(page: Page, buttons, within: str) -> Iterator[str]:
    for name in buttons.evaluate_all("all => all.map(one => one.dataset.tabId)"):
        page.locator(f"[role=tab][data-tab-id='{name}']:visible").click()
        sections = page.locator("[role=tabpanel]:visible [role=tab]:visible")
        if not within and sections.count():
            yield from walk_through(page, sections, f"{name}/")
            continue
        ideas = page.locator(".idea-choice:visible input")
        if ideas.count():
            yield from walk_through_ideas(page, ideas, f"{name}/")
            continue
        expect(page.locator(ANSWERS[within + name]).first).to_be_visible(timeout=ANSWER_TIME)
        yield within + name


def walk_through_ideas(page: Page, ideas, within: str) -> Iterator[str]:
    for name in ideas.evaluate_all("all => all.map(one => one.value)"):
        page.locator(f".idea-choice:visible input[value='{name}']").check()
        expect(page.locator(ANSWERS[within + name]).first).to_be_visible(timeout=ANSWER_TIME)
        yield within + name


def unfold(page: Page) -> None:
    """Open what is folded in the open tab, and let the truth's tables be filled."""
    folded = page.locator(".label-wrap:not(.open):visible, details:not([open]) > summary:visible")
    for left in reversed(range(folded.count())):
        folded.first.click()
        expect(folded).to_have_count(left)
    canvas = page.locator("#truth-editor canvas:visible")
    if canvas.count():
        canvas.press("Space")
        expect(page.locator("#truth-findings .ladder")).to_be_visible(timeout=ANSWER_TIME)
        unfolded = page.locator("#truth-findings details")
        unfolded.evaluate_all("all => all.forEach(one => one.open = true)")
