"""Tab *Upsampling* in a real browser, and its API: what a lecturer shows and a class tries."""

import re

import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from hypothesis import given, settings
from support.upsamplings import upsamplings

from segdemo.data.preprocessing import resize_photo
from segdemo.lecture.upsampling.interpolation import upsample
from segdemo.locales import text

pytest.importorskip("playwright")
from playwright.sync_api import expect

LECTURE_TABLE, PRINTED_TABLE, DECODER_TABLE = (
    re.findall(r"[\d.]+", table)
    for table in (
        "1 2 4 5 / 1.75 2.75 4.75 5.75 / 3.25 4.25 6.25 7.25 / 4 5 7 8",
        "1.0 2.0 4.0 5.0 / 1.7 2.7 4.7 5.7 / 3.2 4.2 6.2 7.2 / 4.0 5.0 7.0 8.0",
        "1 2.333 3.667 5 / 2 3.333 4.667 6 / 3 4.333 5.667 7 / 4 5.333 6.667 8",
    )
)
NEAREST_TABLE = list("1155115544004400")  # of [[1, 5], [4, 0]]
BUSY = 60_000  # milliseconds, for a machine that trains


@pytest.fixture
def tab(page):
    """The tab, open, with time for a busy machine."""
    expect.set_options(timeout=BUSY)
    page.get_by_role("tab", name="Upsampling").click()
    yield page
    expect.set_options(timeout=20_000)


def grid(page, align_corners=False):
    return page.locator(f"#upsampled [data-align={str(align_corners).lower()}] td")


def cell(page, row, column):
    return page.locator("#matrix").get_by_label(f"row {row}, column {column}")


def change(field, value):
    field.fill(value)
    field.press("Tab")


@pytest.mark.main_way
def test_the_lecture_s_matrix(tab):
    """The slide's table on opening; an edit changes it; a bad cell is named, the result stays."""
    expect(grid(tab)).to_have_text(LECTURE_TABLE)
    expect(grid(tab, align_corners=True)).to_have_text(DECODER_TABLE)
    expect(tab.locator("#upsampled .printed td")).to_have_text(PRINTED_TABLE)
    expect(tab.locator("#upsampled .printed .cut")).to_have_text(
        ["1.7", "2.7", "4.7", "5.7", "3.2", "4.2", "6.2", "7.2"]
    )
    change(cell(tab, 2, 2), "0")
    expect(grid(tab).nth(5)).to_have_text("2.25")  # 9/16 * 1 + 3/16 * 5 + 3/16 * 4
    expect(tab.locator("#upsampled .printed")).to_have_count(0)
    change(cell(tab, 1, 2), "five")
    expect(tab.locator("#upsampling-problem")).to_contain_text("Row 1, column 2")
    expect(grid(tab).nth(5)).to_have_text("2.25")
    grid(tab).nth(0).click()  # the last good result can still be inspected
    expect(tab.locator("#inspector .sum")).to_have_text("1*1*1 = 1")
    change(cell(tab, 1, 2), "5")
    tab.locator("#mode").get_by_label("nearest").check()
    expect(grid(tab)).to_have_text(NEAREST_TABLE)
    expect(tab.locator("#upsampling-problem")).to_have_text("")


def test_a_cell_is_inspected_by_mouse_and_by_arrow_keys(tab):
    written = tab.locator("#inspector .sum")
    expect(written).to_have_text("0.75*0.75*1 + 0.25*0.75*5 + 0.75*0.25*4 + 0.25*0.25*8 = 2.75")
    grid(tab).nth(2).click()
    expect(written).to_have_text("0.25*1*1 + 0.75*1*5 = 4")
    expect(tab.locator("#inspector svg .weight")).to_have_text(["×0.25", "×0.75"])
    tab.keyboard.press("ArrowRight")
    expect(written).to_have_text("1*1*5 = 5")
    tab.keyboard.press("ArrowDown")
    expect(written).to_have_text("1*0.75*5 + 1*0.25*8 = 5.75")
    expect(grid(tab).nth(7)).to_be_focused()
    tab.keyboard.press("ArrowRight")  # the edge of the grid
    tab.keyboard.press("End")
    expect(grid(tab).nth(7)).to_be_focused()
    expect(tab.locator("#upsampled [aria-selected=true]")).to_have_text("5.75")
    tab.keyboard.press("Tab")  # the same cell of the other convention
    expect(grid(tab, align_corners=True).nth(7)).to_be_focused()
    tab.keyboard.press("Enter")
    expect(written).to_have_text("1*0.6667*5 + 1*0.3333*8 ≈ 6")
    tab.locator("#mode").get_by_label("nearest").check()
    expect(tab.locator("#inspector .facts .won")).to_contain_text("row 1, column 2")
    expect(tab.locator("#inspector .facts tbody tr")).to_have_count(4)
    expect(tab.locator("#inspector .facts .won")).to_contain_text("0.354")  # hypot(1/4, 1/4)


def test_presets_sizes_and_modes(tab):
    """What was typed gives way to a preset; rows and columns come and go; refusals name a field."""
    change(cell(tab, 1, 1), "7")
    expect(grid(tab).first).to_have_text("7")
    tab.get_by_role("button", name="Lecture").click()
    expect(cell(tab, 1, 1)).to_have_value("1")
    expect(grid(tab)).to_have_text(LECTURE_TABLE)
    tab.get_by_role("button", name="Not a plane").click()
    expect(cell(tab, 2, 2)).to_have_value("0")
    tab.get_by_role("button", name="+ column").click()
    expect(cell(tab, 2, 3)).to_have_value("0")
    tab.get_by_role("button", name="− column").click()
    expect(tab.locator("#matrix input")).to_have_count(4)
    tab.get_by_role("button", name="− row").click()
    expect(tab.locator("#matrix input")).to_have_count(2)
    tab.get_by_role("button", name="− row").click()
    expect(tab.locator("#upsampling-problem")).to_contain_text("at least one row")
    expect(tab.locator("#matrix input")).to_have_count(2)
    tab.locator("#factor").get_by_label("3", exact=True).check()
    expect(grid(tab)).to_have_count(3 * 6)
    tab.locator("#mode").get_by_label("transposed convolution").check()
    expect(tab.locator("#upsampled [data-align]")).to_have_count(1)
    expect(grid(tab).first).to_have_text("0.444")  # 2/3 of the tent arrives, either way
    tab.locator("#factor").get_by_label("1.5").check()
    expect(tab.locator("#upsampling-problem")).to_contain_text("whole factor")
    tab.locator("#factor").get_by_label("rows × columns").check()
    tab.locator("#mode").get_by_label("bicubic").check()
    expect(grid(tab)).to_have_count(4 * 4)
    change(tab.get_by_label("Rows", exact=True), "1000")
    expect(tab.locator("#upsampling-problem")).to_contain_text("rows and columns")
    expect(grid(tab)).to_have_count(4 * 4)
    change(tab.get_by_label("Rows", exact=True), "2")
    expect(grid(tab)).to_have_count(2 * 4)
    tab.get_by_role("button", name="Show me the code").click()
    expect(tab.locator(".cm-content")).to_contain_text('size=(2, 4), mode="bicubic"')


def test_a_crop_of_the_photo(tab, chelsea):
    tab.get_by_role("button", name="A crop of my photo").click()
    tab.get_by_role("button", name="Use 6 × 6 pixels").click()
    grey = np.array(resize_photo(chelsea).convert("L"))
    expected = [str(value) for value in grey[61:67, 61:67].ravel()]
    expect(tab.locator("#matrix input")).to_have_count(36)
    values = tab.locator("#matrix input").evaluate_all("all => all.map(one => one.value)")
    assert values == expected
    outline = tab.locator("#crop-place rect")
    expect(outline).to_have_attribute("x", "61")
    change(tab.locator("#crop input[type=number]").last, "9")
    expect(outline).to_have_attribute("x", "9")
    expect(tab.locator("#matrix input").first).to_have_value(str(grey[61, 9]))


def test_points_between_two_values(tab):
    """Typed, dragged, moved by keys; a bad field is named and the drawing stays."""
    rows = tab.locator("#line .facts tbody tr")
    expect(rows.nth(0)).to_have_text("u0.20.811.8")
    u = tab.locator("#line-fields input[name=u]")
    change(u, "0.25")
    expect(rows.nth(0)).to_have_text("u0.250.7512")
    change(u, "1.5")
    expect(tab.locator("#line-problem")).to_contain_text("position of u")
    expect(rows.nth(0)).to_have_text("u0.250.7512")
    change(u, "0.25")
    expect(tab.locator("#line-problem")).to_have_text("")
    change(tab.locator("#line-fields input[name=x2]"), "1e308")
    expect(tab.locator("#line-problem")).to_contain_text("x2")
    change(tab.locator("#line-fields input[name=x2]"), "9")
    expect(rows.nth(0)).to_have_text("u0.250.7513")
    u_handle = tab.locator("#line [data-point=u]")
    u_handle.press("ArrowRight")
    expect(rows.nth(0)).to_have_text("u0.260.7413.08")
    expect(u_handle).to_have_attribute("aria-valuenow", "0.26")
    handle = tab.locator("#line [data-point=q] .handle")
    box, axis = handle.bounding_box(), tab.locator("#line .axis").bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(axis["x"] + axis["width"] / 2, box["y"], steps=4)
    tab.mouse.move(axis["x"] - 50, box["y"], steps=4)
    tab.mouse.up()
    expect(rows.nth(3)).to_have_text("q0111")
    expect(tab.locator("#line-fields input[name=q]")).to_have_value("0")


@pytest.mark.main_way
def test_feature_maps_at_any_level_and_in_vietnamese(tab):
    maps = tab.locator("#feature-maps")
    expect(maps.locator(".shape").last).to_have_text(
        "256×16×16 → Upsample → 256×32×32 → Conv → 128×32×32"
    )
    expect(maps.locator(".masks img")).to_have_count(3)
    tab.locator("#level").get_by_label("6: 64 × 64").check()
    expect(maps.locator(".shape").first).to_have_text("64×64×64 → Upsample → 64×128×128")
    sizes = maps.locator(".channels img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert sizes == [128] * 12
    change(cell(tab, 1, 1), "3")
    tab.locator("#language").get_by_label("Tiếng Việt").check()
    expect(maps.locator("h3").first).to_have_text(text("upsampling.features.upsampled", "vi"))
    expect(tab.locator("#matrix input").first).to_have_attribute("aria-label", "hàng 1, cột 1")
    expect(tab.locator("#matrix input").first).to_have_value("3")
    expect(tab.locator("#inspector h3")).to_contain_text("hàng 2, cột 2")


def test_the_largest_grid_on_a_phone_keeps_to_the_screen(tab):
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.get_by_role("button", name="Checkerboard").click()
    for count in ("+ column", "+ row") * 2:
        tab.get_by_role("button", name=count).click()
    expect(tab.locator("#matrix input")).to_have_count(36)
    tab.locator("#factor").get_by_label("8", exact=True).check()
    expect(grid(tab)).to_have_count(48 * 48)
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# ---- The API ----


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


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
