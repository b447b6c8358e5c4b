"""Section *With and without skips*: what it says, in a real browser, and its endpoint."""

import os
import re

import numpy as np
import pytest
from conftest import CHECKPOINTS
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from segdemo.analysis.skip_ablation import LEVELS
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.inference import Predictor
from segdemo.locales import text
from segdemo.metrics import confusion_matrix, score
from segdemo.web.examples import TestSplit
from segdemo.web.tabs.explain.skips_callbacks import Skips

pytest.importorskip("playwright")
from playwright.sync_api import expect

ANSWER_TIME = 60_000  # milliseconds, for a busy machine
PHOTO = str(SAMPLE_PHOTOS["cheetah"].path)  # of which no ground truth is known


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_rows_come_last_and_take_the_place_of_blanks(predictor, language):
    first, second = Skips(predictor, None).show(PHOTO, [3, 1], language)
    sides, zeroed, blank = first
    rows = second[-1]
    assert 'type="range"' in sides
    assert text("loss.truth.stand-in.start", language) in sides
    assert text("insight-skips.zeroed", language, levels="1, 3") in zeroed
    assert text("insight-skips.iou.truth", language) not in zeroed
    assert (blank.count("<figure>"), blank.count("data-zeroed")) == (12, 0)
    assert (rows.count("<figure>"), rows.count("data-zeroed")) == (12, 12)
    assert re.findall(r'data-zeroed="(.*?)"', rows)[::6] == ["[1]", "[2, 3, 4, 5, 6]"]


def test_no_photo_is_one_alert(predictor):
    [(sides, zeroed, rows)] = Skips(predictor, None).show(None, [], "en")
    assert text("photo.missing", "en") in sides
    assert (zeroed, rows) == ("", "")


def test_borders_are_scored_where_a_person_drew_them(predictor, pets_root):
    tests = TestSplit(pets_root)
    photo = str(tests.paths()[4])
    (sides, zeroed, _), _ = Skips(predictor, tests).show(photo, [], "en")
    truth = tests.truth(photo)
    with Image.open(photo) as image:
        found = [
            score(confusion_matrix(predictor.predict(key, image).logits.argmax(0).numpy(), truth))
            for key in ("encoder-decoder", "unet")
        ]
    borders = [f"border IoU {result.iou['border']:.2f}" for result in found]
    assert re.findall(r"<b>(border IoU [\d.]+)</b>", sides) == borders
    assert text("insight-skips.iou.truth", "en") in zeroed
    assert zeroed.count(f"<td>{found[1].miou:.2f}</td>") == 2  # intact, and nothing zeroed


@pytest.mark.parametrize("shipped", ["unet", "encoder-decoder"])
def test_a_missing_checkpoint_is_named_where_it_is_missed(tmp_path, shipped):
    for suffix in ("json", "safetensors"):
        name = f"{shipped}.{suffix}"
        os.symlink(CHECKPOINTS / name, tmp_path / name)
    sides, zeroed, rows = list(Skips(Predictor(tmp_path), None).show(PHOTO, [1], "en"))[0]
    missing = {"unet": "encoder-decoder", "encoder-decoder": "unet"}[shipped]
    assert "alert" in sides
    assert f"{missing}.json" in sides
    assert ("alert" in zeroed) == (missing == "unet")
    assert bool(rows) == (missing != "unet")


# ---- In the browser ----


@pytest.fixture
def section(page):
    expect.set_options(timeout=ANSWER_TIME)
    page.get_by_role("tab", name=text("page.tab.insight", "en")).click()
    page.get_by_role("tab", name=text("insight.skips", "en")).click()
    expect(page.locator("#skips-rows [data-zeroed]")).to_have_count(2 * len(LEVELS))
    yield page
    expect.set_options(timeout=20_000)


def large(page, position):
    return page.locator("#skips-zeroed img.mask").nth(position)


def switch(page, level):
    return page.locator("#skips-off input").nth(level - 1)


def test_a_switched_off_skip_changes_the_mask_and_comes_back(section):
    intact = large(section, 0).get_attribute("src")
    expect(large(section, 1)).to_have_attribute("src", intact)
    switch(section, 4).check()
    expect(large(section, 1)).not_to_have_attribute("src", intact)
    expect(large(section, 0)).to_have_attribute("src", intact)
    expect(section.locator("#skips-zeroed table")).to_contain_text("zeroed: 4")
    switch(section, 4).uncheck()
    expect(large(section, 1)).to_have_attribute("src", intact)


def test_groups_and_small_masks_set_the_switches(section):
    section.get_by_role("button", name=text("insight-skips.group.deep", "en")).click()
    expect(section.locator("#skips-zeroed table")).to_contain_text("zeroed: 4, 5, 6")
    expect(section.locator("#skips-off input:checked")).to_have_count(3)
    small = section.locator("#skips-rows [data-zeroed='[1, 2, 4, 5, 6]']")
    small.focus()
    section.keyboard.press("Enter")
    expect(section.locator("#skips-zeroed table")).to_contain_text("zeroed: 1, 2, 4, 5, 6")
    expect(section.locator("#skips-off input:checked")).to_have_count(5)
    expect(switch(section, 3)).not_to_be_checked()
    same = small.locator("img.mask").get_attribute("src")
    expect(large(section, 1)).to_have_attribute("src", same)


def test_the_handle_moves_by_keyboard_and_by_pointer(section):
    handle = section.get_by_label(text("insight-skips.handle", "en"))
    right = section.locator("#skips-sides img.mask").last
    handle.focus()
    section.keyboard.press("ArrowRight")
    expect(right).to_have_css("clip-path", "inset(0px 0px 0px 51%)")
    section.keyboard.press("Home")
    expect(right).to_have_css("clip-path", "inset(0px 0px 0px 0%)")
    box = section.locator(".curtain").bounding_box()
    section.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.8 * box["height"])
    expect(right).to_have_css("clip-path", "inset(0px 0px 0px 75%)")


def test_the_switches_stay_when_the_language_changes(section):
    switch(section, 2).check()
    section.locator("#language").get_by_label("Tiếng Việt").check()
    zeroed = section.locator("#skips-zeroed")
    expect(zeroed).to_contain_text(text("insight-skips.zeroed", "vi", levels="2"))
    expect(
        section.get_by_role("button", name=text("insight-skips.group.all", "vi"))
    ).to_be_visible()
    expect(switch(section, 2)).to_be_checked()


def test_nothing_is_wider_than_a_phone(section):
    section.set_viewport_size({"width": 390, "height": 844})
    expect(section.locator(".curtain")).to_be_visible()
    assert section.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    small = section.locator("#skips-off label, #skips-groups button").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 44).length"
    )
    assert small == 0


# ---- The API ----


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


def labels_of(path):
    with Image.open(path) as image:
        assert (image.format, image.mode) == ("PNG", "P")
        return np.array(image)


def test_ablate_gives_a_label_map_and_what_changed(client):
    whole, _ = client.predict(handle_file(PHOTO), "unet", api_name="/segment")
    same, nothing = client.predict(handle_file(PHOTO), [], api_name="/ablate")
    changed, numbers = client.predict(handle_file(PHOTO), [1, 4], api_name="/ablate")
    intact, labels = labels_of(same), labels_of(changed)
    assert (labels_of(whole) == intact).mean() > 0.999  # bfloat16 rounds otherwise
    assert nothing["changed"] == 0
    assert labels.shape == Image.open(PHOTO).size[::-1]
    assert numbers["changed"] == pytest.approx((labels != intact).mean(), abs=1e-6)
    counted = [(labels == label).mean() for label in range(3)]
    assert list(numbers["shares"].values()) == pytest.approx(counted, abs=1e-6)


@pytest.mark.parametrize(
    ("photo", "levels", "said"),
    [(PHOTO, [0], "1, the finest"), (PHOTO, ["x"], "6, the deepest"), (None, [1], "no photo yet")],
    ids=["level 0", "no number", "no photo"],
)
def test_ablate_says_what_is_wrong(client, photo, levels, said):
    with pytest.raises(AppError, match=said):
        client.predict(photo and handle_file(photo), levels, api_name="/ablate")
