"""Section *Tests* in a real browser, and its API."""

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from segdemo.analysis.robustness import Perturbation
from segdemo.data.preprocessing import SIZE
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.locales import text
from segdemo.models.registry import STAGES

pytest.importorskip("playwright")
from playwright.sync_api import expect

BUSY = 90_000  # milliseconds, for a machine that trains


@pytest.fixture
def section(page):
    """The section, open, all stages done, with time for a busy machine."""
    expect.set_options(timeout=BUSY)
    page.get_by_role("tab", name="See why").click()
    page.get_by_role("tab", name="Tests", exact=True).click()
    expect(masks(page)).to_have_count(3 * len(STAGES))
    yield page
    expect.set_options(timeout=20_000)


def masks(page):
    return page.locator("#perturb .label-change .mask")


def shares(page):
    return page.locator("#perturb .fractions-changed td:nth-child(3)")


def choose(page, test, language="en"):
    page.locator("#perturb-test").get_by_label(
        text(f"insight-perturb.test.{test}", language)
    ).check()
    alt = text("insight-perturb.alt.after", language, stage=text("stages.unet.title", language))
    expect(page.get_by_role("img", name=alt)).to_be_visible()


def test_a_shift_and_where_the_masks_went(section):
    rows = section.locator("#perturb .fractions-changed tbody tr")
    expect(rows).to_have_count(len(STAGES))
    expect(rows.nth(2)).to_contain_text("4 px")
    strength = section.locator("#perturb-strength input[type=number]")
    strength.fill("0")
    strength.press("Enter")
    expect(shares(section)).to_have_text(["0 %"] * len(STAGES))
    expect(section.locator("#perturb .found").last).to_contain_text("moved by 0 px, and so did")
    section.locator("#perturb-direction").get_by_label("up").check()
    expect(section.locator("#perturb-direction").get_by_label("up")).to_be_checked()


def test_shuffled_pixels_change_neither_k_means_nor_1x1(section):
    choose(section, "shuffle")
    expect(shares(section).nth(0)).to_have_text("0 %")
    expect(shares(section).nth(1)).to_have_text("0 %")
    expect(section.locator("#perturb .found")).to_have_count(1)
    expect(section.locator("#perturb .found")).to_contain_text("k-means on colours; CNN, 1x1")
    expect(section.locator("#perturb-strength")).to_be_hidden()
    expect(section.locator("#perturb-direction")).to_be_hidden()
    assert shares(section).nth(2).inner_text() != "0 %"
    choose(section, "noise")
    expect(section.locator("#perturb-strength")).to_be_visible()
    expect(section.locator("#perturb-direction")).to_be_hidden()


def test_in_vietnamese_on_a_phone(section):
    section.locator("#language").get_by_label("Tiếng Việt").check()
    expect(section.locator("#perturb caption")).to_have_text(text("insight-perturb.table", "vi"))
    section.set_viewport_size({"width": 390, "height": 844})
    expect(masks(section)).to_have_count(3 * len(STAGES))
    assert section.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# ---- The API ----


@pytest.fixture(scope="module")
def client(page_url):
    return Client(page_url, verbose=False)


@pytest.fixture(scope="module")
def photo():
    return handle_file(SAMPLE_PHOTOS["cat"].path)


def test_perturb_gives_shares_and_the_changed_photo(client, photo, chelsea):
    numbers, path = client.predict(photo, "shift", 3, "down", api_name="/perturb")
    assert list(numbers) == list(STAGES)
    assert all(0 <= found["changed"] <= 1 for found in numbers.values())
    assert numbers["cnn-5x5"]["mask_moved_by"] == 3
    with Image.open(path) as image:
        assert (image.format, image.size) == ("PNG", (SIZE, SIZE))
        assert np.array_equal(image, Perturbation("shift", 3, "down").photo(chelsea))


def test_perturb_has_defaults_and_tests_without_strength(client, photo):
    numbers, _ = client.predict(photo, "shuffle", api_name="/perturb")
    assert numbers["kmeans"] == numbers["cnn-1x1"] == {"changed": 0}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sharp", 4), "shift, shuffle, grey, hue, blur, dark, noise, upside-down"),
        (("shift", 9), "from 0 to 8"),
        (("shift", 1, "sideways"), "right, left, down, up"),
    ],
)
def test_perturb_names_what_it_can_do(client, photo, arguments, said):
    with pytest.raises(AppError, match=said):
        client.predict(photo, *arguments, api_name="/perturb")
