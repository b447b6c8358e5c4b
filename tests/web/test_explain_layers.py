"""Section *Feature maps* in a real browser, and its endpoint."""

import pytest
from conftest import CHECKPOINTS
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from segdemo.data.classes import CLASSES
from segdemo.data.decoder import open_photo
from segdemo.data.preprocessing import to_input
from segdemo.models import checkpoints
from segdemo.models.complexity import multiply_adds, parameters
from segdemo.models.registry import NETWORKS
from segdemo.web.examples import shipped_photos

pytest.importorskip("playwright")
from playwright.sync_api import expect

BUSY = 60_000  # milliseconds, for a machine that trains


@pytest.fixture
def section(page):
    """The section, open, with time for a busy machine."""
    expect.set_options(timeout=BUSY)
    page.locator("[role=tab][data-tab-id=insight]:visible").click()
    page.locator("[role=tab][data-tab-id=layers]:visible").click()
    expect(maps(page)).to_have_count(24)
    yield page
    expect.set_options(timeout=20_000)


def maps(page):
    return page.locator("#layers-maps figure img")


def pictures(page) -> list[str]:
    return maps(page).evaluate_all("all => all.map(one => one.src)")


def block(page, name):
    return page.locator("#layers-network").get_by_role("button", name=f"{name}: ")


def opened(page):
    return page.locator("#layers-block h3")


def test_a_block_is_opened_by_keyboard(section):
    expect(opened(section)).to_have_text("Encoder 1")
    before = pictures(section)
    block(section, "Encoder 1").focus()
    for _ in range(3):
        section.keyboard.press("ArrowRight")
    expect(block(section, "Encoder 4")).to_be_focused()
    assert pictures(section) == before
    section.keyboard.press("Enter")
    expect(opened(section)).to_have_text("Encoder 4")
    expect(section.locator("#layers-maps h4")).to_contain_text("512 channels of 8 × 8")
    expect(block(section, "Encoder 4")).to_have_attribute("aria-pressed", "true")
    expect(block(section, "Encoder 1")).to_have_attribute("aria-pressed", "false")
    expect(block(section, "Encoder 4")).to_be_focused()
    assert not set(pictures(section)) & set(before)
    section.keyboard.press("End")
    section.keyboard.press("Space")
    expect(opened(section)).to_have_text("Classify")
    unet = checkpoints.load(CHECKPOINTS, NETWORKS["unet"]).network()
    scores = unet(to_input(open_photo(shipped_photos()[0]).image))[0].mean(dim=(1, 2))
    most_active_first = [list(CLASSES)[index] for index in scores.argsort(descending=True)]
    expect(section.locator("#layers-maps figcaption")).to_have_text(
        [*most_active_first, "The mask"]
    )


def test_a_layer_of_the_block_is_opened_by_keyboard(section):
    steps = section.locator("#layers-block").get_by_role("button")
    expect(steps).to_have_count(4)
    steps.last.focus()
    section.keyboard.press("Home")
    expect(steps.first).to_be_focused()
    section.keyboard.press("Enter")
    expect(section.locator("#layers-maps h4")).to_have_text("Conv 3×3: 64 channels of 128 × 128")
    expect(steps.first).to_have_attribute("aria-pressed", "true")
    expect(steps.first).to_be_focused()
    sizes = maps(section).evaluate_all("all => all.map(one => one.naturalWidth)")
    assert sizes == [128] * 24


def test_another_stage_opens_the_same_block(section):
    block(section, "Decoder 4").click()
    expect(opened(section)).to_have_text("Decoder 4")
    expect(section.locator("#layers-block").get_by_role("button")).to_have_count(5)
    section.locator("#layers-stage input[value=encoder-decoder]").check()
    expect(section.locator("#layers-block").get_by_role("button")).to_have_count(4)
    expect(opened(section)).to_have_text("Decoder 4")
    section.locator("#layers-stage input[value=cnn-1x1]").check()
    expect(opened(section)).to_have_text("ConvBlock 1")


def test_on_a_phone_the_drawing_alone_scrolls_to_what_is_open(section):
    section.set_viewport_size({"width": 390, "height": 844})
    block(section, "Decoder 6").click()
    expect(opened(section)).to_have_text("Decoder 6")
    section.locator("#layers-stage input[value=encoder-decoder]").check()
    expect(section.locator("#layers-network .skip")).to_have_count(0)
    expect(block(section, "Decoder 6")).to_be_in_viewport(ratio=0.9)
    assert section.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# ---- The API ----


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


@pytest.mark.parametrize("key", ["cnn-1x1", "fcn-reshape", "unet"])
def test_layers_gives_the_blocks(client, predictor, key):
    found = client.predict(handle_file(shipped_photos()[0]), key, api_name="/layers")
    assert found[0]["name"] == ("ConvBlock 1" if key == "cnn-1x1" else "Encoder 1")
    assert found[-1]["shape"] == [3, 128, 128]
    network = NETWORKS[key].build()
    assert sum(block["parameters"] for block in found) == parameters(network)
    assert sum(block["multiply_adds"] for block in found) == multiply_adds(network)
    assert all(0 <= block["dead"] <= 1 for block in found)


def test_layers_says_what_is_wrong(client):
    with pytest.raises(AppError, match="hoto"):
        client.predict(None, "unet", api_name="/layers")
    with pytest.raises(AppError):  # k-means has no layers
        client.predict(handle_file(shipped_photos()[0]), "kmeans", api_name="/layers")
