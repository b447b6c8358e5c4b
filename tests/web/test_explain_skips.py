"""Section *With and without skips*: what it says, in a real browser, and its endpoint."""

import os
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import CHECKPOINTS
from gradio_client import handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from segdemo.analysis.skip_ablation import LEVELS, Effect
from segdemo.data.ground_truth import GroundTruth, GroundTruthSource
from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import segment
from segdemo.locales import Translator
from segdemo.metrics import confusion_matrix, score
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import get_stage
from segdemo.web.examples import TestSplit, load_request
from segdemo.web.formatting import iou
from segdemo.web.tabs.explain import skips_view
from segdemo.web.tabs.explain.skips import SkipsSection

pytest.importorskip("playwright")
from playwright.sync_api import Expect
from support.tabs import ANSWER_TIME

expect = Expect()  # this file's own
expect.set_options(timeout=ANSWER_TIME)
PHOTO = str(SAMPLE_PHOTOS[OPENING_PHOTO].path)
T, VI = Translator("en"), Translator("vi")
TRUTH = np.array([[0, 0, 2, 1], [0, 2, 1, 1]], np.uint8)
DRAWN = GroundTruth(TRUTH, GroundTruthSource.DRAWN_BY_US)


def result(labels, ground_truth=TRUTH):
    labels = np.array(labels, np.uint8)
    found = None if ground_truth is None else score(confusion_matrix(labels, ground_truth))
    return SimpleNamespace(labels=labels, score=found)


# ---- What is shown ----


@pytest.mark.parametrize(
    ("without", "skips", "said"),
    [(0.312, 0.473, "better"), (0.302, 0.281, "worse"), (0.301, 0.302, "same")],
)
def test_which_border_is_better_is_said_as_it_is(without, skips, said):
    scores = [SimpleNamespace(iou={"border": value}) for value in (without, skips)]
    sentence = skips_view.which_border_is_better(*scores, True, T)
    values = {"without": iou(without), "skips": iou(skips), "iou": iou(without)}
    assert sentence == T(f"insight-skips.border.{said}", **values)


@pytest.mark.parametrize("seen", [0, 2])
def test_without_a_border_in_the_ground_truth_no_border_is_better(seen):
    """Whether or not a network sees one."""
    truth = np.array([[0, 0, 1, 1]], np.uint8)
    results = [result([[0, label, 1, 1]], truth) for label in (0, seen)]
    drawn = GroundTruth(truth, GroundTruthSource.DRAWN_BY_US)
    shown = skips_view.comparison(*results, drawn, T)
    assert shown.claims[0] == T("insight-skips.border.none")


def test_two_networks_compared_by_hand():
    wrong = [[0, 0, 1, 1], [0, 2, 1, 1]]
    shown = skips_view.comparison(result(wrong), result(TRUTH), DRAWN, T)
    assert shown.claims[1] == T("insight-skips.differ", percent="12.5")
    assert shown.without.lines == (T("insight-skips.border", iou="0.50"),)
    assert [row[1].iou["border"] for row in shown.table.rows] == [0.5, 1]
    unknown = skips_view.comparison(result(wrong, None), result(TRUTH, None), None, T)
    assert (unknown.table, unknown.ground_truth) == (None, None)
    assert T("insight-skips.no-truth") in unknown.claims


def test_skips_alone_and_kept_alone_are_told_apart():
    labels = np.zeros((2, 4), np.uint8)
    sets = [frozenset([level]) for level in LEVELS]
    alone = [Effect(one, labels, 0.0, result(labels).score) for one in sets]
    only = [Effect(frozenset(LEVELS) - one, labels, 0.0, result(labels).score) for one in sets]
    shown = skips_view.rows(alone, only, DRAWN, T)
    (_, first), (_, second) = shown.rows
    assert [button.zeroed for button in first] == [[level] for level in LEVELS]
    assert second[2].zeroed == [1, 2, 4, 5, 6]
    waiting = skips_view.rows(None, None, DRAWN, T)
    assert all(button.mask is None for _, row in waiting.rows for button in row)


@pytest.mark.parametrize(("key", "millions"), [("unet", "18.9"), ("encoder-decoder", "12.6")])
def test_the_numbers_of_parameters_in_the_text_are_the_networks(key, millions):
    network = get_stage(key).build()
    assert f"{sum(one.numel() for one in network.parameters()) / 1e6:.1f}" == millions
    assert millions in T("insight-skips.fair")


# ---- The callbacks ----


def test_borders_are_scored_where_a_person_drew_them(predictor, pets_root):
    tests = TestSplit(pets_root)
    photo = str(tests.paths()[4])
    section = SkipsSection(predictor, tests)
    request = load_request(tests, photo)
    known = request.ground_truth
    intact, effect = section._effects(photo, known, [frozenset(), frozenset([4])])
    truth = tests.truth(photo)
    keys = ("encoder-decoder", "unet")
    results = [segment(predictor, key, request, KMeansSettings()) for key in keys]
    shown = skips_view.comparison(*results, known, T)
    with Image.open(photo) as image:
        for (_, found), key in zip(shown.table.rows, keys):
            labels = predictor.predict(key, image).logits.argmax(0).numpy()
            assert found.miou == pytest.approx(score(confusion_matrix(labels, truth)).miou)
    assert len(skips_view.zeroed(intact, effect, known, T).table.rows) == 2
    assert intact.score.miou == pytest.approx(found.miou, abs=0.01)


def test_rows_are_computed_only_where_they_are_unfolded(predictor):
    section = SkipsSection(predictor, None)
    assert list(section.each(PHOTO, None, False, T)) == [""]
    blank, found = section.each(PHOTO, None, True, T)
    assert blank != found


@pytest.mark.parametrize("shipped", ["unet", "encoder-decoder"])
def test_a_missing_checkpoint_is_named_where_it_is_missed(tmp_path, shipped):
    for suffix in ("json", "safetensors"):
        name = f"{shipped}.{suffix}"
        os.symlink(CHECKPOINTS / name, tmp_path / name)
    missing = {"unet": "encoder-decoder", "encoder-decoder": "unet"}[shipped]
    section = SkipsSection(Predictor(tmp_path), None)
    with pytest.raises(CheckpointError, match=f"{missing}.json"):
        section.compare(PHOTO, None, T)
    if missing == "unet":
        with pytest.raises(CheckpointError, match="unet.json"):
            section.zero(PHOTO, None, [1], T)
    else:
        assert section.zero(PHOTO, None, [1], T)


# ---- In the browser ----


@pytest.fixture
def section(open_page):
    page = open_page("tab=insight&section=skips")
    expect(page.locator("#skips-zeroed img.mask")).to_have_count(3)
    return page


def large(page, position):
    return page.locator("#skips-zeroed img.mask").nth(position)


def switch(page, level):
    name = T("insight-skips.switch", level=level, size="").rstrip()
    return page.get_by_role("switch", name=name)


def switched_off(page):
    return page.locator("[role=switch][aria-checked=false]")


@pytest.mark.main_way
def test_a_switched_off_skip_changes_the_mask_and_comes_back(section):
    intact = large(section, 0).get_attribute("src")
    expect(large(section, 1)).to_have_attribute("src", intact)
    mask = section.get_by_role("img", name=T("insight-layers.mask"), exact=True)
    before = mask.get_attribute("href")
    switch(section, 4).focus()
    section.keyboard.press("Space")
    expect(large(section, 1)).not_to_have_attribute("src", intact)
    expect(mask).not_to_have_attribute("href", before)
    expect(switch(section, 4)).to_be_focused()
    expect(large(section, 0)).to_have_attribute("src", intact)
    expect(section.locator("#skips-zeroed table")).to_contain_text("zeroed: 4")
    section.keyboard.press("Space")
    expect(large(section, 1)).to_have_attribute("src", intact)


def test_a_box_of_the_drawing_leads_to_what_is_inside(section):
    block = T("insight-layers.block.decoder", number=3)
    section.get_by_role("link", name=T("insight-skips.look-inside", block=block)).click()
    inside = section.locator("#layers-inside")
    expect(inside.get_by_role("heading", name=block)).to_be_visible()


def test_groups_and_small_masks_set_the_switches(section):
    section.get_by_role("button", name=T("insight-skips.group.deep")).click()
    expect(section.locator("#skips-zeroed table")).to_contain_text("zeroed: 4, 5, 6")
    expect(switched_off(section)).to_have_count(3)
    section.get_by_role("button", name=T("insight-skips.each")).click()
    name = T("insight-skips.only.one", level=3)
    small = section.locator("#skips-rows").get_by_role("button", name=name)
    small.focus()
    section.keyboard.press("Enter")
    expect(section.locator("#skips-zeroed table")).to_contain_text("zeroed: 1, 2, 4, 5, 6")
    expect(switched_off(section)).to_have_count(5)
    expect(switch(section, 3)).to_be_checked()
    same = small.locator("img.mask").get_attribute("src")
    expect(large(section, 1)).to_have_attribute("src", same)


def test_the_handle_moves_by_keyboard_and_by_pointer(section):
    handle = section.get_by_label(T("insight-skips.handle"))
    right = section.locator("#skips-sides .curtain img.mask").last
    handle.focus()
    section.keyboard.press("ArrowRight")
    expect(right).to_have_css("clip-path", "inset(0px 0px 0px 51%)")
    section.keyboard.press("Home")
    expect(right).to_have_css("clip-path", "inset(0px 0px 0px 0%)")
    box = section.locator(".curtain").bounding_box()
    section.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.8 * box["height"])
    expect(right).to_have_css("clip-path", "inset(0px 0px 0px 75%)")


def test_the_switches_stay_when_the_language_changes(section):
    switch(section, 2).locator(".hand").click()
    expect(section.locator("#skips-zeroed")).to_contain_text(T("insight-skips.zeroed", levels="2"))
    section.locator("#language").get_by_label("Tiếng Việt").check()
    zeroed = section.locator("#skips-zeroed")
    expect(zeroed).to_contain_text(VI("insight-skips.zeroed", levels="2"))
    expect(section.get_by_role("button", name=VI("insight-skips.group.all"))).to_be_visible()
    expect(switched_off(section)).to_have_attribute("data-level", "2")


# ---- The API ----


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
    [(PHOTO, [0], "from 1"), (PHOTO, ["x"], "to 6"), (None, [1], "no photo yet")],
    ids=["level 0", "no number", "no photo"],
)
def test_ablate_says_what_is_wrong(client, photo, levels, said):
    with pytest.raises(AppError, match=said):
        client.predict(photo and handle_file(photo), levels, api_name="/ablate")
