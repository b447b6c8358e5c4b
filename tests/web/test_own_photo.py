"""A visitor's own photo in *Compare*: uploaded, dropped, kept, forgotten, refused."""

import re

import pytest
from PIL import Image

from segdemo.locales import Translator
from segdemo.models.registry import STAGES

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.compare_tab import answered, expect_answers, masks, story
from support.tabs import ANSWER_TIME, upload

ALL_DONE = Translator("en")("compare.all-done", total=len(STAGES))

pytestmark = pytest.mark.usefixtures("all_answered")


def drop(page, path):
    """A file dropped on the story by the browser itself, as a hand does it."""
    box = story(page).get_by_role("img").first.bounding_box()
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    drags = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        drags.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})


@pytest.mark.main_way
def test_an_uploaded_photo_is_answered_by_all_stages(page, photo):
    before = masks(page)
    upload(page, photo)
    expect(page.locator("#status")).to_have_text(ALL_DONE, timeout=ANSWER_TIME)
    expect(answered(page).last.locator("img.mask")).not_to_have_attribute(
        "src", before[-1], timeout=ANSWER_TIME
    )
    expect_answers(page)
    assert masks(page)[0] != before[0]


def test_an_own_photo_outlives_a_reload_until_it_is_forgotten(page, narrower):
    ratio = "getComputedStyle(document.documentElement).getPropertyValue('--ratio').trim()"
    opening, before = page.evaluate(ratio), masks(page)[-1]
    upload(page, narrower)
    forget = page.get_by_role("button", name=Translator("en")("compare.source.forget"))
    expect(forget).to_be_visible(timeout=ANSWER_TIME)
    expect(answered(page).last.locator("img.mask")).not_to_have_attribute(
        "src", before, timeout=ANSWER_TIME
    )
    expect_answers(page)
    own = page.evaluate(ratio)
    assert own != opening
    page.get_by_role("tab", name=Translator("en")("page.tab.insight"), exact=True).click()
    expect(page.locator("#pixel-cards article.done")).to_have_count(len(STAGES))
    page.reload()
    expect(page.locator("#pixel-cards article.done")).to_have_count(len(STAGES))
    page.get_by_role("tab", name=Translator("en")("page.tab.compare"), exact=True).click()
    expect_answers(page)
    assert page.evaluate(ratio) == own
    forget.click()
    expect(forget).to_be_hidden()
    page.wait_for_function(f"opening => {ratio} === opening", arg=opening)
    assert page.evaluate("sessionStorage.length") == 0
    page.errors.clear()  # what the page was told when the reload broke its line


@pytest.mark.parametrize("width", [1366, 390])
def test_nothing_lies_over_the_examples_once_a_photo_is_there(page, photo, width):
    """The button that removes it once did: whoever chose an example deleted the photo."""
    page.set_viewport_size({"width": width, "height": 844})
    upload(page, photo)
    forget = page.get_by_role("button", name=Translator("en")("compare.source.forget"))
    expect(forget).to_be_visible(timeout=ANSWER_TIME)
    examples = page.locator("#examples [data-example]")
    covered = examples.evaluate_all("""all => all.flatMap(one => {
      const { left, right, top, bottom } = one.getBoundingClientRect();
      const row = one.closest('ul').getBoundingClientRect();
      const points = [[(left + right) / 2, (top + bottom) / 2]];
      for (const x of [left + 4, right - 4]) points.push([x, top + 4], [x, bottom - 4]);
      return points
        .filter(([x]) => x > row.left && x < Math.min(row.right, innerWidth))
        .map(([x, y]) => document.elementFromPoint(x, y))
        .filter(hit => !one.contains(hit))
        .map(hit => `${one.title}: ${hit?.outerHTML.slice(0, 60)}`);
    })""")
    assert not covered
    sentence = page.locator(".source .kept").bounding_box()
    box = forget.bounding_box()
    assert box["width"] < 120
    assert box["y"] + box["height"] / 2 < sentence["y"] + sentence["height"]


def test_a_photo_dropped_on_another_is_asked_about_once(page, narrower):
    """At the first try, by the browser's own events; it is decoded, then answered."""
    before = masks(page)
    asked = []
    ways = re.compile("/queue/join|/run/predict")
    page.on("request", lambda one: asked.append(one) if ways.search(one.url) else None)
    drop(page, narrower)
    page.wait_for_function(
        """before => {
          const now = [...document.querySelectorAll('article.card.done[data-stage] img.mask')];
          return now.length == before.length && now.every((one, i) => one.src != before[i]);
        }""",
        arg=before,
        timeout=ANSWER_TIME,
    )
    assert len(asked) == 2


def test_a_photo_that_comes_back_is_asked_about_again(page, photo):
    for _ in range(2):
        with page.expect_request("**/queue/join**", timeout=ANSWER_TIME):
            upload(page, photo)
        expect(page.locator("#status")).to_contain_text("8", timeout=ANSWER_TIME)


def test_a_file_that_is_no_photo_gets_a_sentence_and_nothing_is_lost(page, tmp_path, photo):
    bad = tmp_path / "notes.png"
    bad.write_bytes(b"these are notes")
    upload(page, bad)
    expect(page.get_by_role("alert").first).to_contain_text("JPEG", timeout=ANSWER_TIME)
    expect_answers(page)
    upload(page, photo)
    expect(page.locator("#status")).to_have_text(ALL_DONE, timeout=ANSWER_TIME)


def test_cards_keep_their_place_while_answers_come(page, tmp_path, chelsea):
    # Of no other test: answers that the server knows come all at once.
    unseen = tmp_path / "unseen.jpg"
    chelsea.transpose(Image.Transpose.ROTATE_180).save(unseen)
    before = [card.bounding_box() for card in page.locator("#cards article[data-stage]").all()]
    page.evaluate("""() => {
        window.moved = [];
        window.told = [];  // answers may come and go between two looks from here
        const all = () => [...document.querySelectorAll("#cards article[data-stage]")];
        const places = () => JSON.stringify(all().map(
            one => [one.offsetLeft, one.offsetTop, one.offsetWidth, one.offsetHeight]));
        const first = places();
        new MutationObserver(() => { if (places() !== first) window.moved.push(places()); })
            .observe(document.querySelector("#cards"), { childList: true, subtree: true });
        const status = document.querySelector("#status");
        new MutationObserver(() => window.told.push(status.innerText))
            .observe(status, { childList: true, subtree: true, characterData: true });
    }""")
    upload(page, unseen)
    in_between = "told.some(one => one.includes(' of 8 '))"
    page.wait_for_function(in_between, timeout=ANSWER_TIME)
    expect(page.locator("#status")).to_have_text(ALL_DONE, timeout=ANSWER_TIME)
    assert page.evaluate("window.moved") == []
    assert [
        card.bounding_box() for card in page.locator("#cards article[data-stage]").all()
    ] == before
