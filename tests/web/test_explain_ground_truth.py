"""Section *Truth*: its callbacks, and painting in a real browser."""

import re

import numpy as np
import pytest
from PIL import Image

from segdemo.analysis.cluster_labels import class_labels
from segdemo.analysis.error_map import UNKNOWN, evaluate
from segdemo.data.classes import BACKGROUND, BORDER, PET
from segdemo.inference import Predictor
from segdemo.locales import text
from segdemo.models.registry import STAGES
from segdemo.web.examples import TestSplit, shipped_photos
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.explain.ground_truth import Truth
from segdemo.web.tabs.explain.mask_editor import fingerprint, parse_painting, to_runs

pytest.importorskip("playwright")
from playwright.sync_api import expect

PHOTO = str(shipped_photos()[0])
LANGUAGES = pytest.mark.parametrize("language", ["en", "vi"])


def painted(labels):
    return {"photo": fingerprint(load_thumbnail(PHOTO)), "runs": to_runs(labels)}


def unet(predictor):
    image = load_thumbnail(PHOTO)
    return class_labels(predictor, "unet", image, (image.height, image.width))


# ---- The callbacks ----


@LANGUAGES
def test_without_a_truth_two_stages_can_still_be_compared(predictor, language):
    pad, found = Truth(predictor, None).show(None, PHOTO, "unet", "kmeans", language)
    assert "<canvas" in pad
    assert "--data" in found
    assert text("insight-truth.where", language) in found
    assert text("insight-truth.named.stand-in", language).split(":")[0] in found
    assert '<table class="ladder">' not in found


@LANGUAGES
def test_a_painting_scores_all_stages(predictor, language):
    """Painted as the U-Net answers: it is right everywhere, the others are not."""
    callbacks = Truth(predictor, None)
    painting, found = callbacks.paint(painted(unet(predictor)), PHOTO, "unet", "cnn-1x1", language)
    right = text("insight-truth.score", language, miou="1.00", percent="100.0")
    assert right in found
    ladder = found[found.index('<table class="ladder">') :]
    rows = re.findall(r"<tr.*?</tr>", ladder)[1:]
    assert len(rows) == len(STAGES)
    assert [row.count("1.00") > 0 for row in rows] == [key == "unet" for key in STAGES]
    assert callbacks.find(painting, PHOTO, "unet", "cnn-1x1", language) == found


def test_only_what_is_painted_counts(predictor):
    labels = unet(predictor)
    truth = np.full_like(labels, UNKNOWN)
    truth[:40] = (labels[:40] + 1) % 3  # all wrong
    truth[-80:] = labels[-80:]  # all right
    _, found = Truth(predictor, None).paint(painted(truth), PHOTO, "unet", "unet", "en")
    known = truth != UNKNOWN
    assert evaluate(labels, truth).score.pixel_accuracy == pytest.approx(80 / 120)
    assert f"{100 * known.mean():.1f} % of the photo" in found
    assert "66.7 % of the pixels right" in found


def test_a_painting_of_another_photo_leaves_everything_as_it_is(predictor):
    callbacks = Truth(predictor, None)
    foreign = painted(unet(predictor)) | {"photo": "0" * 16}
    kept, found = callbacks.paint(foreign, PHOTO, "unet", "cnn-1x1", "en")
    assert kept["__type__"] == "update"
    assert "alert" in found
    painting = parse_painting(painted(unet(predictor)), load_thumbnail(PHOTO))
    other = str(shipped_photos()[1])
    assert callbacks.show(painting, other, "unet", "cnn-1x1", "en") == callbacks.show(
        None, other, "unet", "cnn-1x1", "en"
    )


def test_a_test_photo_brings_its_truth(predictor, pets_root):
    tests = TestSplit(pets_root)
    callbacks = Truth(predictor, tests)
    photo = str(tests.paths()[0])
    _, found = callbacks.show(None, photo, "unet", "encoder-decoder", "en")
    truth = tests.truth(photo)
    labels = class_labels(predictor, "unet", load_thumbnail(photo), truth.shape)
    verdict = evaluate(labels, truth)
    assert text("insight-truth.drawn", "en") in found
    assert f"mIoU {verdict.score.miou:.2f}" in found
    for count in verdict.confusion.ravel().tolist():
        assert f"<small>{count:,}</small>" in found
    _, found = callbacks.show(None, PHOTO, "unet", "encoder-decoder", "en")
    assert text("insight-truth.none-here", "en") in found


def test_a_broken_stage_is_named_and_the_others_answer(tmp_path):
    callbacks = Truth(Predictor(tmp_path), None)
    pad, found = callbacks.show(None, PHOTO, "unet", "encoder-decoder", "en")
    assert 'data-do="offer"' not in pad
    assert found.count("alert") == 2 * 2  # class and role of both
    labels = np.full((load_thumbnail(PHOTO).height, load_thumbnail(PHOTO).width), PET, np.uint8)
    labels[:, :200] = BACKGROUND
    _, found = callbacks.paint(painted(labels), PHOTO, "kmeans", "unet", "en")
    assert text("insight-truth.named.truth", "en") in found  # k-means needs no checkpoint
    assert "alert" in callbacks.show(None, None, "unet", "kmeans", "en")[1]


# ---- The pad in a browser ----

ANSWER_TIME = 60_000  # milliseconds, for a busy machine


@pytest.fixture
def section(page):
    open_section(page)
    return page


def open_section(page, language="en"):
    for tab in ("page.tab.insight", "insight.truth"):
        name = text(tab, language)
        page.get_by_role("tab", name=name, exact=True).click(timeout=ANSWER_TIME)
    expect(page.locator(".pad canvas")).to_be_visible(timeout=ANSWER_TIME)
    expect(page.locator("#truth-findings h3").first).to_be_visible(timeout=ANSWER_TIME)


def stroke(page, *places):
    """Drag the brush over places, (across, down) in shares of the photo."""
    page.locator(".pad canvas").scroll_into_view_if_needed()
    box = page.locator(".pad canvas").bounding_box()
    for index, (across, down) in enumerate(places):
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"], steps=4)
        if not index:
            page.mouse.down()
    page.mouse.up()


def choose(page, name):
    page.locator(".pad").get_by_role("button", name=name, exact=True).click()


def source(page):
    return page.locator("#truth-findings [role=status]")


def labels_on(page):
    """What the pad sent last, through the server's own parser."""
    return parse_painting(
        page.locator(".pad").evaluate("pad => pad.painting"), load_thumbnail(PHOTO)
    ).labels


def test_a_stroke_is_a_truth_and_undo_takes_it_back(section):
    expect(source(section)).to_contain_text("Nobody has drawn")
    stroke(section, (0.3, 0.5), (0.7, 0.5))
    expect(source(section)).to_contain_text("your painting", timeout=ANSWER_TIME)
    expect(section.locator(".ladder tbody tr")).to_have_count(len(STAGES))
    labels = labels_on(section)
    height, width = labels.shape
    middle = labels[height // 2, int(0.32 * width) : int(0.68 * width)]
    assert (middle == PET).all()
    assert (labels[: height // 4] == UNKNOWN).all()
    choose(section, text("insight-truth.do.undo", "en"))
    expect(source(section)).to_contain_text("Nobody has drawn", timeout=ANSWER_TIME)


def test_what_is_seen_is_what_is_sent(section):
    """The canvas shows the palette's colours and nothing between them, where the labels are."""
    for place, label in ((0.2, "pet"), (0.5, "background"), (0.8, "border")):
        choose(section, text(f"page.class.{label}", "en"))
        stroke(section, (0.1, place), (0.9, place))
    expect(section.locator(".confusion")).to_be_visible(timeout=ANSWER_TIME)
    pixels = section.locator(".pad canvas").evaluate(
        """canvas => Array.from(canvas.getContext('2d')
            .getImageData(0, 0, canvas.width, canvas.height).data)"""
    )
    labels = labels_on(section)
    colours = [(213, 94, 0, 255), (0, 114, 178, 255), (240, 228, 66, 255), (0, 0, 0, 0)]
    seen = np.array(pixels, np.uint8).reshape(*labels.shape, 4)
    assert np.array_equal(seen, np.array(colours, np.uint8)[labels])
    assert set(np.unique(labels)) == {PET, BACKGROUND, BORDER, UNKNOWN}


def test_an_outline_and_two_fills_label_the_whole_photo(section):
    choose(section, text("page.class.border", "en"))
    stroke(section, (0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.3))
    choose(section, text("insight-truth.tool.fill", "en"))
    choose(section, text("page.class.pet", "en"))
    stroke(section, (0.5, 0.5))
    choose(section, text("page.class.background", "en"))
    stroke(section, (0.05, 0.05))
    expect(source(section)).to_contain_text("100.0 %", timeout=ANSWER_TIME)
    labels = labels_on(section)
    height, width = labels.shape
    assert labels[height // 2, width // 2] == PET
    assert labels[0, 0] == labels[-1, -1] == BACKGROUND
    choose(section, text("insight-truth.do.clear", "en"))
    expect(source(section)).to_contain_text("Nobody has drawn", timeout=ANSWER_TIME)


def test_the_u_net_s_answer_as_a_start(section):
    choose(section, text("insight-truth.do.offer", "en"))
    expect(section.locator("#truth-findings")).to_contain_text(
        "mIoU 1.00, 100.0 % of the pixels right", timeout=ANSWER_TIME
    )
    choose(section, text("insight-truth.eraser", "en"))
    stroke(section, (0.2, 0.5), (0.8, 0.5))
    expect(source(section)).not_to_contain_text("100.0 %", timeout=ANSWER_TIME)


def test_painting_by_keyboard_alone(section):
    section.get_by_label(text("insight-truth.thickness", "en")).focus()
    section.keyboard.press("Tab")
    expect(section.locator(".pad .brush")).to_be_visible()
    for key in ("2", "Enter", "ArrowRight", "ArrowRight", "ArrowDown", "Enter"):
        section.keyboard.press(key)
    expect(source(section)).to_contain_text("your painting", timeout=ANSWER_TIME)
    labels = labels_on(section)
    height, width = labels.shape
    assert labels[height // 2, width // 2] == BACKGROUND
    once = (labels == BACKGROUND).sum()
    for key in ("1", "ArrowDown", "ArrowDown", "ArrowDown", " "):
        section.keyboard.press(key)
    expect(section.locator(".confusion .hit")).to_have_count(2, timeout=ANSWER_TIME)
    assert (labels_on(section) == PET).any()
    section.keyboard.press("z")
    assert (labels_on(section) == PET).sum() == 0
    assert (labels_on(section) == BACKGROUND).sum() == once
    for key in ("3", "f"):
        section.keyboard.press(key)
    expect(source(section)).to_contain_text("100.0 %", timeout=ANSWER_TIME)


def test_a_painting_outlives_the_language_but_not_the_photo(section, tmp_path, chelsea):
    stroke(section, (0.3, 0.5), (0.7, 0.5))
    expect(source(section)).to_contain_text("your painting", timeout=ANSWER_TIME)
    before = labels_on(section)
    section.locator("#language").get_by_label("Tiếng Việt").check()
    expect(source(section)).to_contain_text("hình bạn tô", timeout=ANSWER_TIME)
    button = section.locator(".pad").get_by_role(
        "button", name=text("insight-truth.do.clear", "vi"), exact=True
    )
    expect(button).to_be_visible(timeout=ANSWER_TIME)
    stroke(section, (0.5, 0.2))  # one dab more
    expect(source(section)).to_contain_text("hình bạn tô", timeout=ANSWER_TIME)
    after = labels_on(section)
    assert (after[before == PET] == PET).all()
    assert (after == PET).sum() > (before == PET).sum()

    path = tmp_path / "mirrored.jpg"
    chelsea.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(path)
    section.get_by_role("tab", name=text("page.tab.compare", "vi"), exact=True).click()
    section.get_by_label("Remove Image").or_(section.get_by_label("Clear")).first.click()
    section.locator("#photo input[type=file]").set_input_files(path)
    expect(section.locator("#status")).to_contain_text("8", timeout=ANSWER_TIME)
    section.get_by_role("tab", name=text("page.tab.insight", "vi"), exact=True).click()
    expect(source(section)).to_contain_text("Chưa ai vẽ", timeout=ANSWER_TIME)
    assert section.locator(".pad canvas").evaluate(
        """canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
            .data.every(value => value === 0)"""
    )


def test_on_a_phone(section):
    section.set_viewport_size({"width": 390, "height": 844})
    stroke(section, (0.3, 0.5), (0.7, 0.5))
    expect(section.locator(".ladder")).to_be_visible(timeout=ANSWER_TIME)
    assert section.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    heights = section.locator(".pad button, .pad input").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44
    # A finger on the photo paints; it does not scroll the page away.
    touch = section.locator(".pad canvas").evaluate(
        "canvas => getComputedStyle(canvas).touchAction"
    )
    assert touch == "none"
