"""Section *Feature maps*: what it shows, in a real browser too, and its endpoint."""

import re

import pytest
from conftest import CHECKPOINTS
from gradio_client import handle_file
from gradio_client.exceptions import AppError
from support.tabs import ANSWER_TIME

from segdemo.analysis.layer_graph import blocks
from segdemo.data.classes import CLASSES
from segdemo.data.decoder import open_photo
from segdemo.data.preprocessing import to_input
from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.errors import InputError
from segdemo.evaluation.model_stats import model_stats
from segdemo.inference import Predictor
from segdemo.locales import Translator
from segdemo.models import checkpoints
from segdemo.models.complexity import parameters
from segdemo.models.registry import NETWORKS, get_stage
from segdemo.web.components.architecture_diagram import name
from segdemo.web.tabs.explain.network import NetworkSection, find_layer
from segdemo.web.tabs.explain.network_view import block_view, maps_view

pytest.importorskip("playwright")
from playwright.sync_api import Expect

expect = Expect()  # this file's own
expect.set_options(timeout=ANSWER_TIME)
PHOTO = str(SAMPLE_PHOTOS[OPENING_PHOTO].path)
EN, VI = Translator("en"), Translator("vi")


@pytest.fixture(scope="module")
def network(predictor):
    return NetworkSection(predictor)


@pytest.mark.parametrize("t", [EN, VI])
@pytest.mark.parametrize("key", NETWORKS)
def test_every_layer_of_every_stage_can_be_opened(network, key, t):
    found = network.activations(PHOTO, key)
    for block in blocks(get_stage(key)):
        for layer in block.layers:
            inside = block_view(block, layer, t)
            assert [one.layer for one in inside.layers if one.is_open] == [layer.name]
            maps = maps_view(block, layer, found[layer.name], t)
            assert maps.are_classes == (layer.shape[0] == 3)
            assert len(maps.maps) == min(layer.shape[0], 24) + maps.are_classes  # and the mask
            assert {one.image.size for one in maps.maps} == {layer.shape[:0:-1]}


@pytest.mark.parametrize(
    ("key", "wanted", "opened"),
    [
        ("encoder-decoder", "decoders.3.upsample", "decoders.3.upsample"),
        ("encoder-decoder", "decoders.3.cat", "decoders.3.refine.2"),  # no skip to open
        ("cnn-1x1", "decoders.3.cat", "conv1.2"),
        ("unet", "", "encoders.0.pool"),
    ],
)
def test_who_changes_the_stage_stays_where_he_was(key, wanted, opened):
    _, layer = find_layer(blocks(get_stage(key)), wanted)
    assert layer.name == opened


def test_without_a_photo_or_a_checkpoint_there_is_still_the_network(predictor, tmp_path):
    for section, photo in (
        (NetworkSection(predictor), None),
        (NetworkSection(Predictor(tmp_path)), PHOTO),
    ):
        assert all(section.show(photo, "unet", "", EN))
    with pytest.raises(InputError):
        NetworkSection(predictor).describe(None, "unet")


# ---- In the browser ----


@pytest.fixture
def section(open_page):
    """The section, open."""
    page = open_page("tab=insight&section=layers")
    expect(maps(page)).to_have_count(24)
    return page


def maps(page):
    return page.locator("#layers-maps").get_by_role("img")


def block(page, title):
    return page.locator("#layers-network").get_by_role("button", name=f"{title}: ")


def opened(page, level=3):
    return page.locator("#layers-inside").get_by_role("heading", level=level)


@pytest.mark.main_way
def test_a_block_is_opened_by_keyboard_its_code_beside_it(section):
    expect(opened(section)).to_have_text("Encoder 1")
    block(section, "Encoder 1").focus()
    for _ in range(3):
        section.keyboard.press("ArrowRight")
    expect(block(section, "Encoder 4")).to_be_focused()
    expect(opened(section)).to_have_text("Encoder 1")
    section.keyboard.press("Enter")
    expect(opened(section)).to_have_text("Encoder 4")
    expect(opened(section, 4)).to_contain_text("512 channels of 8×8")
    expect(block(section, "Encoder 4")).to_have_attribute("aria-pressed", "true")
    expect(block(section, "Encoder 1")).to_have_attribute("aria-pressed", "false")
    expect(block(section, "Encoder 4")).to_be_focused()
    code = section.get_by_role("group", name=EN("insight-layers.code"))
    expect(code).to_contain_text("class Encoder(nn.Module)")
    section.keyboard.press("End")
    section.keyboard.press("Space")
    expect(opened(section)).to_have_text("Classify")
    expect(code).to_contain_text("class EncoderDecoder(nn.Module)")
    unet = checkpoints.load(CHECKPOINTS, NETWORKS["unet"]).network()
    scores = unet(to_input(open_photo(PHOTO).image))[0].mean(dim=(1, 2))
    most_active_first = [list(CLASSES)[index] for index in scores.argsort(descending=True)]
    expect(section.locator("#layers-maps figcaption")).to_have_text(
        [*most_active_first, EN("insight-layers.mask")]
    )


def test_another_stage_opens_the_same_block_and_its_layers_by_keyboard(section):
    layers = section.locator("#layers-block").get_by_role("button")
    block(section, "Decoder 4").click()
    expect(opened(section)).to_have_text("Decoder 4")
    expect(layers).to_have_count(5)
    section.get_by_role("radio", name=EN("stages.encoder-decoder.title")).check()
    expect(layers).to_have_count(4)
    expect(opened(section)).to_have_text("Decoder 4")
    layers.last.focus()
    section.keyboard.press("Home")
    expect(layers.first).to_be_focused()
    section.keyboard.press("Enter")
    expect(opened(section, 4)).to_have_text("Upsample ×2: 256 channels of 32×32")
    expect(layers.first).to_have_attribute("aria-pressed", "true")
    expect(layers.first).to_be_focused()
    sizes = maps(section).evaluate_all("all => all.map(one => one.naturalWidth)")
    assert sizes == [32] * 24
    expect(section).to_have_url(re.compile("network=encoder-decoder&layer=decoders.3.upsample"))


def test_on_a_phone_the_drawing_alone_scrolls_to_what_is_open(section):
    section.set_viewport_size({"width": 390, "height": 844})
    block(section, "Decoder 6").click()
    expect(opened(section)).to_have_text("Decoder 6")
    section.get_by_role("radio", name=EN("stages.encoder-decoder.title")).check()
    expect(section.get_by_role("toolbar", name=EN("stages.encoder-decoder.title"))).to_be_visible()
    expect(block(section, "Decoder 6")).to_be_in_viewport(ratio=0.5)
    assert section.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# ---- The API ----


@pytest.mark.parametrize("key", ["cnn-1x1", "fcn-reshape", "unet"])
def test_layers_gives_the_blocks(client, key):
    found = client.predict(handle_file(PHOTO), key, api_name="/layers")
    network = NETWORKS[key].build()
    assert [one["name"] for one in found] == [name(one, EN) for one in blocks(NETWORKS[key])]
    assert found[-1]["shape"] == [3, 128, 128]
    assert sum(one["parameters"] for one in found) == parameters(network)
    assert sum(one["multiply_adds"] for one in found) == model_stats(NETWORKS[key]).multiply_adds
    assert all(0 <= one["dead"] <= 1 for one in found)


def test_layers_says_what_is_wrong(client):
    with pytest.raises(AppError, match="hoto"):
        client.predict(None, "unet", api_name="/layers")
    with pytest.raises(AppError):  # k-means has no layers
        client.predict(handle_file(PHOTO), "kmeans", api_name="/layers")
