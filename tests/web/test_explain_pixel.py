"""Section *One click, all stages* in a real browser, and `/probe` as a script asks it."""

import re

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.locales import text
from segdemo.models.registry import NETWORKS, STAGES

pytest.importorskip("playwright")
from playwright.sync_api import expect

BUSY = 60_000  # milliseconds, for a machine that trains


@pytest.fixture
def section(page):
    """The section, open, with time for a busy machine."""
    expect.set_options(timeout=BUSY)
    expect(page.locator("article.card.done[data-stage=unet]").first).to_be_visible()
    page.get_by_role("tab", name=text("page.tab.insight", "en")).click()
    expect(cards(page, "done")).to_have_count(len(STAGES))
    yield page
    expect.set_options(timeout=20_000)


def cards(page, state):
    return page.locator(f"#pixel article.{state}")


def photo(page):
    return page.locator("#pixel-photo .pixel-map")


def place(page):
    return page.locator("#pixel-place")


def frame(page, stage):
    """The stage's theoretical box as its style has it, in percent of the picture."""
    style = page.locator(f"#pixel article[data-stage={stage}] .pixel-box").get_attribute("style")
    return [float(number) for number in re.findall(r"[\d.]+(?=%)", style)]


def click(page, picture, across, down):
    box = picture.bounding_box()
    picture.click(position={"x": across * box["width"], "y": down * box["height"]})


def crossing(page, picture):
    """Where the cross is on a picture: its style's row and column."""
    return picture.locator(".pixel-cross").evaluate(
        "one => ['--row', '--column'].map(name => getComputedStyle(one).getPropertyValue(name))"
    )


def test_a_click_and_the_arrow_keys_move_the_pixel_on_every_picture(section):
    expect(place(section)).to_have_text("Row 65, column 65 of 128 × 128")
    one, part, whole = (
        f"#pixel article[data-stage={key}] .sees" for key in ("cnn-1x1", "cnn-11x11", "unet")
    )
    click(section, photo(section), 0.25, 0.125)
    expect(place(section)).to_have_text(re.compile(r"Row 1[67], column 3[23] "))
    expect(photo(section)).to_be_focused()
    row, column = map(int, crossing(section, photo(section)))
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowDown"):
        section.keyboard.press(key)
    row, column = row + 7, column + 2
    expect(place(section)).to_have_text(f"Row {row + 1}, column {column + 1} of 128 × 128")
    for picture in section.locator("#pixel .pixel-map").all():
        assert crossing(section, picture) == [str(row), str(column)]
    assert frame(section, "cnn-1x1") == pytest.approx(
        [row / 1.28, column / 1.28, 1 / 1.28, 1 / 1.28], abs=1e-3
    )
    assert frame(section, "unet") == [0, 0, 100, 100]
    for key in ("Shift+ArrowUp",) * 16 + ("ArrowLeft",):  # past the edge and along it
        section.keyboard.press(key)
    expect(place(section)).to_have_text(f"Row 1, column {column} of 128 × 128")
    expect(section.locator(one)).to_have_text("Sees this pixel alone")
    expect(section.locator(part)).to_have_text("Sees 41 × 21 pixels")
    expect(section.locator(whole)).to_have_text("Sees the whole photo")


def test_a_click_on_a_card_s_picture_chooses_there_too(section):
    card = section.locator("#pixel article[data-stage=unet] .pixel-map")
    before = section.locator("#pixel article[data-stage=cnn-1x1] .bars").inner_text()
    click(section, card, 0.9, 0.1)
    expect(place(section)).to_have_text(re.compile(r"Row 1[2345], column 11[4567] "))
    bars = section.locator("#pixel article[data-stage=cnn-1x1] .bars")
    expect(bars).not_to_have_text(before)
    shares = [float(share) for share in bars.locator("b").all_inner_texts()]
    assert sum(shares) == pytest.approx(1, abs=2e-4)
    assert photo(section).evaluate("one => one === document.activeElement")


def test_the_measurement_follows_the_pixel(section):
    """A pixel chosen while the last one is measured: no heat of the last one stays."""
    heats = section.locator("#pixel img.pixel-heat")
    section.locator("#pixel-measured input").check()
    expect(heats.first).to_be_visible()
    click(section, photo(section), 0.75, 0.75)
    expect(place(section)).not_to_contain_text("65")
    expect(heats).to_have_count(len(NETWORKS))
    expect(cards(section, "running")).to_have_count(0)
    expect(section.locator("#pixel article[data-stage=cnn-1x1] .measured")).to_have_text(
        "Half of the gradient lies within 1 × 1 pixels"
    )
    row, column = map(int, crossing(section, photo(section)))
    lit = heats.first.evaluate("""image => {
        const canvas = new OffscreenCanvas(128, 128), context = canvas.getContext('2d');
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, 128, 128);
        return Array.from({ length: 128 * 128 }, (_, i) => i).filter(i => data[4 * i] > 100);
    }""")
    assert lit == [128 * row + column]  # of 1x1 kernels: this pixel and no other
    section.locator("#pixel-measured input").uncheck()
    expect(heats).to_have_count(0)


def test_another_photo_and_the_other_language(section, tmp_path, chelsea):
    click(section, photo(section), 0.25, 0.25)
    expect(place(section)).to_have_text(re.compile("Row 3[23]"))
    path = tmp_path / "upright.png"
    chelsea.crop((0, 0, 150, 300)).save(path)
    section.get_by_role("tab", name=text("page.tab.compare", "en")).click()
    section.get_by_label("Remove Image").or_(section.get_by_label("Clear")).first.click()
    section.locator("#photo input[type=file]").set_input_files(path)
    expect(section.locator("#status")).to_have_text("All 8 stages have answered.")
    section.get_by_role("tab", name=text("page.tab.insight", "en")).click()
    expect(photo(section)).to_have_css("aspect-ratio", "150 / 300")
    expect(place(section)).to_have_text(re.compile("Row 3[23]"))  # the place is kept
    section.locator("#language").get_by_label("Tiếng Việt").check()
    expect(place(section)).to_have_text(re.compile("Hàng 3[23]"))
    expect(section.locator("#pixel article[data-stage=unet] .look")).to_have_text(
        text("insight-pixel.look.unet", "vi")
    )


def test_nothing_is_wider_than_a_phone(section):
    section.set_viewport_size({"width": 390, "height": 844})
    assert section.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# ---- The API ----


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


def ask(client, *arguments):
    return client.predict(handle_file(SAMPLE_PHOTOS["cat"].path), *arguments, api_name="/probe")


def test_probe_tells_of_every_stage(client, chelsea):
    width, height = chelsea.size
    said = ask(client, width - 1, 0)
    assert (said["row"], said["column"]) == (0, 127)
    assert list(said["stages"]) == list(STAGES)
    for key in NETWORKS:
        stage = said["stages"][key]
        shares = stage["probabilities"]
        assert sum(shares.values()) == pytest.approx(1)
        assert max(shares, key=shares.get) == stage["label"]
        assert stage["box"]["top"] == 0
        assert stage["box"]["right"] == width - 1
        assert "measured" not in stage
    assert said["stages"]["cnn-5x5"]["box"]["left"] == 119 * width // 128
    assert [skip["left"] for skip in said["stages"]["unet"]["skips"]][-1] == 124 * width // 128
    colours = said["stages"]["kmeans"]
    nearest = min(range(3), key=colours["distances"].__getitem__)
    assert colours["label"] == f"cluster {nearest}"
    assert colours["probabilities"] is None


def test_probe_measures_on_demand(client, chelsea):
    said = ask(client, 225, 150, "cnn-5x5", True)
    assert list(said["stages"]) == ["cnn-5x5"]
    stage = said["stages"]["cnn-5x5"]
    found = stage["measured"]
    assert found["support"] == stage["box"]
    assert found["within"]["17"] == found["within"]["97"] == 1
    assert 0 < found["within"]["1"] < found["within"]["9"] < 1
    assert found["half"] in range(3, 17, 2)
    assert ask(client, 225, 150, "kmeans", True)["stages"]["kmeans"]["measured"] is None


@pytest.mark.parametrize(("x", "y"), [(451, 0), (0, 300), (-1, 5), (1.5, 5)])
def test_probe_names_what_is_wrong(client, x, y):
    with pytest.raises(AppError, match=r"451 x 300 pixels.*0 to 450.*0 to 299"):
        ask(client, x, y)
