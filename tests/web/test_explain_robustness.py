"""Section *What if the photo changes?*: what it says, in a real browser, and its API."""

import shutil

import numpy as np
import pytest
from conftest import CHECKPOINTS
from gradio_client import handle_file
from gradio_client.exceptions import AppError
from PIL import Image
from support.helpers import ANOTHER, VISITOR

from segdemo.analysis.prediction_change import LabelChange
from segdemo.analysis.robustness import Perturbation
from segdemo.data.palette import CLASS_PALETTE
from segdemo.data.preprocessing import SIZE
from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.evaluation.shift_scores import ShiftScore, ShiftScores
from segdemo.inference import Predictor
from segdemo.locales import LANGUAGES, Translator
from segdemo.models.registry import STAGES
from segdemo.web.newest_request import NewestRequest
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.explain.robustness import RobustnessSection
from segdemo.web.tabs.explain.robustness_view import CHANGED, NOT_KEPT, photos, robustness, written
from segdemo.web.tabs.explain.shift_chart import shift_chart

pytest.importorskip("playwright")
from playwright.sync_api import Expect

BUSY = 90_000  # milliseconds, for a machine that trains
expect = Expect()  # this file's own
expect.set_options(timeout=BUSY)
PHOTO = str(SAMPLE_PHOTOS[OPENING_PHOTO].path)
T = Translator("en")
RIGHT_BY_1 = Perturbation("shift", 1, "right")


def change(before, after, perturbation=RIGHT_BY_1):
    after = np.asarray(after)
    back = perturbation.invert(after)
    return LabelChange(np.array(before, np.uint8), after, back, CLASS_PALETTE)


def view(results, perturbation=RIGHT_BY_1):
    read = Image.new("RGB", (SIZE, SIZE))
    return robustness(photos(read, read, perturbation), perturbation, results, T)


# ---- What is shown ----


def test_a_card_by_hand():
    """Of 1,560 pixels that both photos have 39 changed; a full bar is the next of the steps."""
    before = np.repeat([[0, 1]], 20, axis=1).repeat(40, axis=0)
    after = np.roll(before, 1, axis=1)
    after[0, 1:] = 2
    shown = view({"unet": change(before, after)})
    card = shown.cards[list(STAGES).index("unet")]
    assert (card.fraction, card.bar) == (written(39 / 1560, T), pytest.approx(39 / 1560 / 0.05))
    places = np.array(card.where)
    assert (places == CHANGED).sum() == 39
    assert (places == NOT_KEPT)[:, -1].all()
    assert shown.headline == [T("insight-perturb.waiting")]
    assert all(not card.fraction for card in shown.cards if card.before is None)


def test_the_headline_names_least_and_most_and_who_did_not_follow():
    square = np.ones((40, 40), int)
    square[10:20, 10:20] = 0
    followed = change(square, np.roll(square, 1, 1))
    stayed = change(square, square)
    results = dict.fromkeys(STAGES, followed) | {"unet": stayed}
    least, moved = view(results).headline
    assert T("stages.unet.title") in least
    assert T("insight-perturb.percent", percent="0") in least
    stages = f"{T('stages.unet.title')} (0 px)"
    assert moved == T("insight-perturb.moved.others", pixels=1, stages=stages)
    alike = view(dict.fromkeys(STAGES, followed)).headline
    low = T("insight-perturb.percent", percent="0")
    assert alike == [T("insight-perturb.equal", low=low), T("insight-perturb.moved.all", pixels=1)]


@pytest.mark.parametrize(
    ("direction", "offset"),
    [("right", (12.5, 0)), ("left", (-12.5, 0)), ("down", (0, 12.5)), ("up", (0, -12.5))],
)
def test_the_photo_to_drag_lies_where_it_is_shifted(direction, offset):
    read = Image.new("RGB", (SIZE, SIZE))
    assert photos(read, read, Perturbation("shift", 16, direction)).offset == offset
    assert photos(read, read, Perturbation("dark", 4, direction)).offset == (0, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart_has_a_line_per_stage_and_the_measured_points(language):
    points = tuple(ShiftScore(pixels, 0.5, (0.4, 0.6), 0.5, 0.0, (-0.1, 0.1)) for pixels in (0, 48))
    chart = shift_chart(ShiftScores(16, {"unet": points, "kmeans": points}), Translator(language))
    rows = chart.to_dict()["data"]["values"]
    assert [(row["shift"], row["low"], row["high"]) for row in rows] == [
        (0, 0.4, 0.6),
        (48, 0.4, 0.6),
    ] * 2


# ---- The callbacks ----


def test_a_run_ends_when_its_visitor_has_chosen_something_else(predictor):
    section = RobustnessSection(predictor)
    chosen = "shuffle", 16, 4, "right"
    section.newest.note(VISITOR, *chosen)
    run = section.show(PHOTO, *chosen, T, VISITOR)
    assert next(run)
    section.newest.note(ANOTHER, "grey", 16, 4, "right")
    assert next(run)
    section.newest.note(VISITOR, "grey", 16, 4, "right")
    assert list(run) == []


def test_a_visitor_who_chose_nothing_is_never_outdated():
    newest = NewestRequest()
    assert not newest.is_outdated(VISITOR, "shift")
    newest.note(VISITOR, "shift")
    assert not newest.is_outdated(VISITOR, "shift")
    assert newest.is_outdated(VISITOR, "dark")


def test_a_stage_without_checkpoint_says_so_and_the_others_answer(tmp_path):
    for suffix in ("json", "safetensors"):
        shutil.copy(CHECKPOINTS / f"cnn-1x1.{suffix}", tmp_path)
    section = RobustnessSection(Predictor(tmp_path))
    numbers, _ = section.measure(PHOTO, "shuffle", 4, "right")
    assert list(numbers) == list(STAGES)
    assert numbers["kmeans"] == numbers["cnn-1x1"] == {"changed": 0}
    assert "unet.json" in numbers["unet"]["error"]
    *_, last = section.show(PHOTO, "shuffle", 16, 4, "right", T, VISITOR)
    assert "python -m train unet" in last


# ---- In the browser ----


@pytest.fixture
def section(open_page):
    """The section, open, all stages done."""
    page = open_page("tab=insight&section=perturb")
    answered(page)
    return page


def answered(page, t=T):
    status = page.locator("#perturb").get_by_role("status")
    expect(status).to_be_visible()
    expect(status).not_to_have_text(t("insight-perturb.waiting"))


def card(page, key, fraction, t=T):
    name = t("insight-perturb.alt", stage=t(f"stages.{key}.title"), fraction=fraction)
    return page.get_by_role("img", name=name, exact=True)


def choose(page, name, value):
    page.locator(f"#perturb-{name}").get_by_label(T(f"insight-perturb.{name}.{value}")).check()


@pytest.mark.main_way
def test_dragging_the_photo_shifts_it_for_every_stage(section):
    photo = section.get_by_role("application", name=T("insight-perturb.drag.label"))
    photo.scroll_into_view_if_needed()
    box = photo.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    section.mouse.move(*middle)
    section.mouse.down()
    # From 16 px to the right to the left edge of what is offered.
    section.mouse.move(middle[0] - box["width"], middle[1], steps=5)
    section.mouse.up()
    pixels = section.locator("#perturb-shift").get_by_role("spinbutton")
    expect(pixels).to_have_value("48")
    expect(section.locator("#perturb-direction").get_by_label("left")).to_be_checked()
    moved = section.locator("#perturb").get_by_role("status")
    expect(moved).to_contain_text("48 px")
    photo.press("Shift+ArrowRight")
    expect(pixels).to_have_value("47")
    expect(moved).to_contain_text("47 px")


def test_no_shift_changes_nothing(section):
    pixels = section.locator("#perturb-shift").get_by_role("spinbutton")
    pixels.fill("0")
    pixels.press("Enter")
    nothing = T("insight-perturb.percent", percent="0")
    for key in STAGES:
        expect(card(section, key, nothing)).to_be_visible()


def test_shuffled_pixels_change_neither_k_means_nor_1x1(section):
    choose(section, "test", "shuffle")
    nothing = T("insight-perturb.percent", percent="0")
    for key in ("kmeans", "cnn-1x1"):
        expect(card(section, key, nothing)).to_be_visible()
    answered(section)
    expect(card(section, "cnn-5x5", nothing)).to_have_count(0)
    for name in ("shift", "strength", "direction"):
        expect(section.locator(f"#perturb-{name}")).to_be_hidden()
    choose(section, "test", "noise")
    expect(section.locator("#perturb-strength")).to_be_visible()
    expect(section.locator("#perturb-direction")).to_be_hidden()


def test_before_after_and_what_changed_are_seen_one_at_a_time(section):
    seen = section.locator("#perturb .view:visible")
    expect(seen).to_have_count(len(STAGES))
    after = seen.first.get_by_role("presentation").get_attribute("src")
    choose(section, "view", "before")
    expect(seen).to_have_count(len(STAGES))
    assert seen.first.get_by_role("presentation").get_attribute("src") != after


def test_in_vietnamese_on_a_phone(section):
    section.locator("#language").get_by_label("Tiếng Việt").check()
    expect(section.locator("#perturb summary")).to_have_text(
        Translator("vi")("insight-perturb.how")
    )
    section.set_viewport_size({"width": 390, "height": 844})
    answered(section, Translator("vi"))
    assert section.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    photo = section.locator(".draggable").bounding_box()
    assert photo["y"] < section.locator("#perturb-test").bounding_box()["y"]


# ---- The API ----


@pytest.fixture(scope="module")
def photo():
    return handle_file(PHOTO)


@pytest.mark.parametrize("pixels", [3, 32])
def test_perturb_gives_fractions_and_the_changed_photo(client, photo, pixels):
    numbers, path = client.predict(photo, "shift", pixels, "down", api_name="/perturb")
    assert list(numbers) == list(STAGES)
    assert all(0 <= found["changed"] <= 1 for found in numbers.values())
    assert numbers["cnn-5x5"]["mask_moved_by"] == pixels
    with Image.open(path) as image:
        assert (image.format, image.size) == ("PNG", (SIZE, SIZE))
        shifted = Perturbation("shift", pixels, "down").photo(load_thumbnail(PHOTO))
        assert np.array_equal(image, shifted)


def test_perturb_has_defaults_and_tests_without_strength(client, photo):
    numbers, _ = client.predict(photo, "shuffle", api_name="/perturb")
    assert numbers["kmeans"] == numbers["cnn-1x1"] == {"changed": 0}


@pytest.mark.parametrize(
    ("arguments", "key", "values"),
    [
        (
            ("sharp", 4),
            "unknown-test",
            {"tests": "shift, shuffle, grey, hue, blur, dark, noise, upside-down"},
        ),
        (("shift", 49), "unknown-strength", {"most": 48}),
        (("dark", 9), "unknown-strength", {"most": 8}),
        (
            ("shift", 1, "sideways"),
            "unknown-direction",
            {"directions": "right, left, down, up"},
        ),
    ],
)
def test_perturb_names_what_it_can_do(client, photo, arguments, key, values):
    with pytest.raises(AppError) as error:
        client.predict(photo, *arguments, api_name="/perturb")
    assert T(f"insight-perturb.{key}", **values) in str(error.value)
