"""A network's drawing: what stands where, and a button per block."""

from math import sqrt
from xml.etree import ElementTree

import pytest
from PIL import Image

from segdemo.analysis.layer_graph import blocks
from segdemo.locales import Translator
from segdemo.models.registry import NETWORKS, get_stage
from segdemo.web.components.architecture_diagram import (
    HEAVIEST,
    Scale,
    drawing,
    layout,
    name,
    sketch,
)

SCALE = Scale(column=100, largest=80, pixel=4, heaviest=50, words=16)
LANGUAGES = [Translator("en"), Translator("vi")]


def diagram(key: str):
    network = blocks(get_stage(key))
    return layout(network, SCALE, len(network) + 1)


def test_a_doubling_is_a_step():
    assert SCALE.side(128) == 80
    assert {SCALE.side(2 * side) - SCALE.side(side) for side in (1, 2, 4, 8, 64)} == {10}


@pytest.mark.parametrize("key", NETWORKS)
def test_nothing_stands_in_the_way_of_anything(key):
    plan = diagram(key)
    for left, right in zip(plan.boxes, plan.boxes[1:]):
        assert left.right < right.x
    assert plan.boxes[0].x > 0
    assert plan.boxes[-1].right < plan.width
    assert min(box.top for box in plan.boxes) > 11  # room for the skips
    assert max(box.bottom for box in plan.boxes) < plan.kernel_y
    assert plan.kernel_y + max(plan.kernels) < plan.weight_y
    assert plan.weight_y + max(plan.weights) < plan.height
    assert max(*plan.weights, *plan.kernels) < SCALE.column


def test_kernels_are_drawn_as_what_they_are():
    for key, side in (("cnn-1x1", 1), ("cnn-5x5", 5), ("cnn-11x11", 11)):
        assert diagram(key).kernels == (side * SCALE.pixel,) * 4
    assert diagram("fcn-reshape").kernels == (12,) * 6 + (8, 0)


def test_weights_are_areas():
    head = blocks(get_stage("fcn-reshape"))[6]
    assert head.parameters == HEAVIEST
    for key in NETWORKS:
        found = diagram(key).weights
        for side, block in zip(found, blocks(get_stage(key))):
            assert side == pytest.approx(SCALE.heaviest * sqrt(block.parameters / HEAVIEST))


def test_skips_join_mirrored_boxes():
    plan = diagram("unet")
    assert plan.skips == tuple((plan.boxes[6 - i], plan.boxes[7 + i]) for i in range(6))
    assert diagram("encoder-decoder").skips == ()


def test_a_student_knows_the_names():
    def names(key: str) -> list[str]:
        return [name(block, Translator("en")) for block in blocks(get_stage(key))]

    numbered = [f"{kind} {i}" for kind in ("Encoder", "Decoder") for i in range(1, 7)]
    assert names("unet") == [*numbered, "Classify"]
    assert names("cnn-1x1") == ["ConvBlock 1", "ConvBlock 2", "ConvBlock 3", "Classify"]
    assert names("fcn-reshape")[6:] == ["Head", "Reshape"]


@pytest.mark.parametrize("t", LANGUAGES)
@pytest.mark.parametrize("key", NETWORKS)
def test_one_button_a_block_in_order_and_one_of_them_open(key, t):
    network = blocks(get_stage(key))
    pictures = {name: Image.new("L", (2, 2)) for name in ("photo", "mask", network[1].output.name)}
    html = drawing(network, network[1], "The <net>", pictures, t)
    drawn = ElementTree.fromstring(f"<div>{html}</div>")
    assert drawn.find(".//svg").get("aria-label") == "The <net>"
    buttons = drawn.findall(".//*[@role='button']")
    assert [button.get("data-layer") for button in buttons] == [
        block.output.name for block in network
    ]
    for button, block in zip(buttons, network):
        label = button.get("aria-label")
        assert label.startswith(f"{name(block, t)}: ")
        assert "×".join(map(str, block.output.shape)) in label
        is_open = block == network[1]
        assert button.get("aria-pressed") == str(is_open).lower()
        assert button.get("tabindex") == ("0" if is_open else "-1")
        assert len(button.findall("image")) == is_open
    assert len(drawn.findall(".//image")) == 3


def test_a_sketch_says_what_it_is():
    drawn = ElementTree.fromstring(sketch(blocks(get_stage("unet")), "A & B"))
    assert drawn.find("svg").get("aria-label") == "A & B"
    assert not list(drawn.iter("text"))
