"""Tab *Upsampling*: its view models, the page in a real browser, and its API."""

import re

import numpy as np
import pytest
from gradio_client.exceptions import AppError
from hypothesis import given, settings
from support.helpers import refusal
from support.upsamplings import upsamplings

from segdemo.data.decoder import open_photo
from segdemo.data.preprocessing import resize_photo
from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.lecture.upsampling.interpolation import upsample
from segdemo.locales import Translator
from segdemo.web.tabs.upsampling import exercise, line, matrix
from segdemo.web.tabs.upsampling.exercise import Mark

pytest.importorskip("playwright")
from playwright.sync_api import Expect

BUSY = 120_000  # milliseconds, for a busy machine
expect = Expect()  # this file's own
expect.set_options(timeout=BUSY)
LECTURE_TABLE, DECODER_TABLE = (
    re.findall(r"[\d.]+", table)
    for table in (
        "1 2 4 5 / 1.75 2.75 4.75 5.75 / 3.25 4.25 6.25 7.25 / 4 5 7 8",
        "1 2.333 3.667 5 / 2 3.333 4.667 6 / 3 4.333 5.667 7 / 4 5.333 6.667 8",
    )
)
NEAREST_TABLE = list("1155115544004400")  # of [[1, 5], [4, 0]]
t = Translator("en")


# ---- View models ----


def test_the_slide_s_table_and_its_cut_numbers():
    asked = matrix.enlarging(matrix.LECTURE, "bilinear", 2, ())
    cut = [number for row in matrix.printed(asked).rows for number, is_cut in row if is_cut]
    assert cut == ["1.7", "2.7", "4.7", "5.7", "3.2", "4.2", "6.2", "7.2"]
    assert matrix.printed(matrix.enlarging(matrix.LECTURE, "bicubic", 2, ())) is None
    assert matrix.printed(matrix.enlarging([[1, 5], [4, 0]], "bilinear", 2, ())) is None


def test_what_the_slide_gives_of_the_exercise_is_what_it_prints_in_full():
    printed = [row.split() for row in matrix.PRINTED["bilinear"].split("/")]
    for gaps, row in zip(exercise.GIVEN, printed):
        assert all(cell in (None, number) for cell, number in zip(gaps, row))


def marks(typed):
    return [cell.mark for row in exercise.check(typed) for cell in row if cell.printed is None]


def test_the_exercise_is_checked_cell_by_cell():
    assert set(marks({})) == {Mark.EMPTY}
    assert set(marks(exercise.answers())) == {Mark.RIGHT}
    typed = {"2-1": "1,75", "2-2": "2.7", "2-3": "4.8", "2-4": "5", "3-3": "six", "1-1": "9"}
    expected = [Mark.EMPTY] * 2 + [Mark.RIGHT] * 3 + [Mark.WRONG, Mark.UNREADABLE]
    assert marks(typed)[:7] == expected


def test_both_rules_at_the_lecture_s_points():
    drawn = line.line(line.OPENING)
    assert [point.nearest for point in drawn.points] == [1, 1, 5, 5]
    np.testing.assert_allclose([point.linear for point in drawn.points], [1.8, 2.6, 3.4, 4.2])


@pytest.mark.parametrize(("name", "value"), [("u", "1.5"), ("q", ""), ("x2", "1e308"), ("x1", "x")])
def test_a_bad_field_is_named(name, value):
    assert refusal(line.line, line.OPENING | {name: value}).values["name"] == name


# ---- The page ----


@pytest.fixture
def tab(open_page):
    """The tab, open."""
    return open_page("tab=upsampling")


def open_idea(page, name):
    page.get_by_role("radio", name=t(f"upsampling.{name}.title"), exact=True).check()
    part = page.locator(f"#upsampling-{name}")
    expect(part).to_be_visible()
    return part


def grid(part, align_corners=False):
    return part.locator(f"[role=grid][data-align={str(align_corners).lower()}] td")


def cell(part, row, column):
    return part.get_by_label(t("upsampling.cell", row=row, column=column), exact=True)


def change(field, value):
    field.fill(value)
    field.press("Tab")


@pytest.mark.main_way
def test_the_lecture_s_matrix(tab):
    """The slide's table on opening; an edit changes it; a bad cell is marked, the result stays."""
    part = open_idea(tab, "matrix")
    expect(grid(part)).to_have_text(LECTURE_TABLE)
    expect(grid(part, align_corners=True)).to_have_text(DECODER_TABLE)
    change(cell(part, 2, 2), "0")
    expect(grid(part).nth(5)).to_have_text("2.25")  # 9/16 * 1 + 3/16 * 5 + 3/16 * 4
    change(cell(part, 1, 2), "five")
    expect(part.get_by_role("alert")).to_be_visible()
    expect(cell(part, 1, 2)).to_have_attribute("aria-invalid", "true")
    expect(grid(part).nth(5)).to_have_text("2.25")
    grid(part).nth(0).click()  # the last good result can still be inspected
    expect(part.locator(".sum")).to_have_text("1*1*1 = 1")
    change(cell(part, 1, 2), "5,0")
    part.get_by_role("radio", name=t("upsampling.mode.nearest"), exact=True).check()
    expect(grid(part)).to_have_text(NEAREST_TABLE)
    expect(part.get_by_role("alert")).to_have_count(0)


def test_a_cell_is_inspected_by_mouse_and_by_arrow_keys_and_the_address_follows(tab):
    part = open_idea(tab, "matrix")
    written = part.locator(".sum")
    expect(written).to_have_text("0.75*0.75*1 + 0.25*0.75*5 + 0.75*0.25*4 + 0.25*0.25*8 = 2.75")
    grid(part).nth(2).click()
    expect(written).to_have_text("0.25*1*1 + 0.75*1*5 = 4")
    tab.keyboard.press("ArrowRight")
    expect(written).to_have_text("1*1*5 = 5")
    tab.keyboard.press("ArrowDown")
    expect(written).to_have_text("1*0.75*5 + 1*0.25*8 = 5.75")
    expect(grid(part).nth(7)).to_be_focused()
    tab.keyboard.press("Tab")  # the same cell of the other convention
    expect(grid(part, align_corners=True).nth(7)).to_be_focused()
    tab.keyboard.press("Enter")
    expect(written).to_have_text("1*0.6667*5 + 1*0.3333*8 ≈ 6")
    expect(tab).to_have_url(re.compile("cell=2,4,1"))
    tab.reload()
    expect(written).to_have_text("1*0.6667*5 + 1*0.3333*8 ≈ 6")
    tab.errors.clear()  # what leaving breaks off, Gradio notes in the console


def test_a_setting_right_after_a_preset_does_not_bring_the_older_matrix_back(tab):
    part = open_idea(tab, "matrix")
    part.get_by_role("button", name=t("upsampling.preset.bent")).click()
    part.get_by_role("radio", name=t("upsampling.mode.nearest"), exact=True).check()
    expect(grid(part)).to_have_count(4 * 4)  # one table: nearest knows no align_corners
    expect(cell(part, 2, 2)).to_have_value("0")


def test_presets_and_sizes(tab):
    part = open_idea(tab, "matrix")
    part.get_by_role("button", name=t("upsampling.preset.bent")).click()
    expect(cell(part, 2, 2)).to_have_value("0")
    part.get_by_role("button", name=t("upsampling.count")).click()
    columns = part.locator("#counts fieldset", has_text=t("upsampling.count.columns"))
    columns.get_by_role("radio", name="3", exact=True).check()
    expect(cell(part, 2, 3)).to_have_value("0")
    expect(grid(part)).to_have_count(4 * 6)
    part.get_by_role("radio", name=t("upsampling.mode.transposed"), exact=True).check()
    part.get_by_role("radio", name="1.5", exact=True).check()
    expect(part.get_by_role("alert")).to_be_visible()  # not a whole factor
    part.get_by_role("radio", name=t("upsampling.size.free"), exact=True).check()
    part.get_by_role("radio", name=t("upsampling.mode.bicubic"), exact=True).check()
    expect(grid(part)).to_have_count(4 * 4)


def test_a_crop_of_the_photo(tab):
    part = open_idea(tab, "matrix")
    part.get_by_role("button", name=t("upsampling.crop")).click()
    part.get_by_role("button", name=t("upsampling.crop.take"), exact=True).click()
    photo = open_photo(str(SAMPLE_PHOTOS[OPENING_PHOTO].path)).image
    grey = np.array(resize_photo(photo).convert("L"))
    expect(cell(part, 6, 6)).to_have_value(str(grey[66, 66]))
    expect(cell(part, 1, 1)).to_have_value(str(grey[61, 61]))


def test_the_exercise(tab):
    part = open_idea(tab, "exercise")
    status, answers = part.get_by_role("status"), exercise.answers()
    fields = part.locator("input")
    expect(fields).to_have_count(len(answers))
    assert not any(fields.evaluate_all("all => all.map(one => one.value)"))
    change(cell(part, 2, 2), "2,75")
    expect(status).to_have_text(t("upsampling.exercise.right-count", right=1, count=len(answers)))
    part.get_by_role("button", name=t("upsampling.exercise.reveal")).click()
    expect(status).to_have_text(t("upsampling.exercise.all", count=len(answers)))
    part.get_by_role("button", name=t("upsampling.exercise.clear")).click()
    expect(cell(part, 2, 2)).to_have_value("")


def test_points_between_two_values(tab):
    """Typed, dragged, moved by keys; a bad field is marked and the drawing stays."""
    part = tab.locator("#upsampling-line")
    rows = part.get_by_role("row")
    expect(rows.nth(1)).to_have_text("u0.20.811.8")
    u = part.get_by_role("textbox", name=t("upsampling.line.point", name="u"))
    change(u, "0,25")
    expect(rows.nth(1)).to_have_text("u0.250.7512")
    change(u, "1.5")
    expect(part.get_by_role("alert")).to_be_visible()
    expect(u).to_have_attribute("aria-invalid", "true")
    expect(rows.nth(1)).to_have_text("u0.250.7512")
    change(u, "0.25")
    expect(part.get_by_role("alert")).to_have_count(0)
    handle = part.get_by_role("slider", name=t("upsampling.line.point", name="u"))
    handle.press("ArrowRight")
    expect(rows.nth(1)).to_have_text("u0.260.7412.04")
    q = part.locator("[data-point=q] .handle")
    box, axis = q.bounding_box(), part.locator(".axis").bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(axis["x"] + axis["width"] / 2, box["y"], steps=4)
    tab.mouse.move(axis["x"] - 50, box["y"], steps=4)
    tab.mouse.up()
    expect(rows.nth(4)).to_have_text("q0111")
    expect(tab).to_have_url(re.compile("line=1,5,0.26,0.4,0.6,0"))


@pytest.mark.main_way
def test_feature_maps_at_any_level_and_in_vietnamese(tab):
    part = open_idea(tab, "features")
    expect(part.locator(".decoders img")).to_have_count(8)  # photo, six decoders, mask
    sizes = part.locator(".decoders img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert sizes == [128, 4, 8, 16, 32, 64, 128, 128]
    part.get_by_role("radio", name=re.compile("^6: ")).check()
    expect(part.locator(".shape").first).to_have_text("64×64×64 → Upsample → 64×128×128")
    tab.locator("#language").get_by_label("Tiếng Việt").check()
    title = Translator("vi")("upsampling.features.one", level=6)
    expect(part.get_by_role("heading", name=title)).to_be_visible()


def test_a_large_grid_is_not_wider_than_the_screen(tab):
    part = open_idea(tab, "matrix")
    part.get_by_role("button", name=t("upsampling.preset.checkerboard")).click()
    expect(grid(part)).to_have_count(8 * 8)
    part.get_by_role("radio", name="8", exact=True).check()
    expect(grid(part)).to_have_count(32 * 32)
    for width in (390, 820, 1024):
        tab.set_viewport_size({"width": width, "height": 844})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


# ---- The API ----


def test_inspect_gives_the_lectures_cell(client):
    found = client.predict([[1, 5], [4, 8]], "bilinear", [4, 4], False, 1, 1, api_name="/inspect")
    assert found == {
        "value": 2.75,
        "centre": [0.25, 0.25],
        "sources": [
            {"row": 0, "column": 0, "value": 1, "weight": 0.5625},
            {"row": 0, "column": 1, "value": 5, "weight": 0.1875},
            {"row": 1, "column": 0, "value": 4, "weight": 0.1875},
            {"row": 1, "column": 1, "value": 8, "weight": 0.0625},
        ],
        "sum": "0.75*0.75*1 + 0.25*0.75*5 + 0.75*0.25*4 + 0.25*0.25*8 = 2.75",
    }


@settings(deadline=None, max_examples=10)
@given(case=upsamplings())
def test_inspect_gives_the_value_of_upsampling(client, case):
    matrix, mode, size, align_corners = case
    last = [size[0] - 1, size[1] - 1]
    found = client.predict(
        matrix.tolist(), mode, list(size), align_corners, *last, api_name="/inspect"
    )
    assert found["value"] == pytest.approx(upsample(*case)[-1, -1], abs=1e-9)
    total = sum(source["weight"] * source["value"] for source in found["sources"])
    assert found["value"] == pytest.approx(total, abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([[1, "x"]], "bilinear", [4, 4], False, 0, 0), "row 1, column 2"),
        (([[1, 2]], "cubic", [4, 4], False, 0, 0), "bilinear"),
        (([[1, 2]], "bilinear", [0, 4], False, 0, 0), "rows and columns"),
        (([[1, 2]], "bilinear", [4, 4], False, 4, 0), "rows go to 3"),
    ],
)
def test_inspect_names_what_is_wrong(client, arguments, said):
    with pytest.raises(AppError, match=re.compile(said, re.I)):
        client.predict(*arguments, api_name="/inspect")


def test_size_and_factor_are_taken_alike(client):
    matrix = [[1, 5, 2]]
    for place, name in (("/upsample", "factor"), ("/inspect", "size")):
        by_factor, by_size = (
            client.predict(matrix, "nearest", **{name: value}, api_name=place)
            for value in (2, [2, 6])
        )
        assert by_factor == by_size
