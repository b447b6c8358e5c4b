"""Section *Feature maps*: a stage's network as a drawing, and what its layers make of the photo."""

from functools import lru_cache

import gradio as gr
import torch
from PIL import Image

from segdemo.analysis.block_code import block_code
from segdemo.analysis.layer_graph import Block, Layer, blocks
from segdemo.analysis.layer_outputs import Activation, activations
from segdemo.cache import ACTIVATIONS
from segdemo.data.preprocessing import to_input
from segdemo.errors import InputError
from segdemo.inference import Predictor
from segdemo.lecture.lesson_links import LessonState
from segdemo.locales import DEFAULT_LANGUAGE, Translator
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import NETWORKS, get_stage
from segdemo.web.callbacks import alert_html
from segdemo.web.components import architecture_diagram
from segdemo.web.components.stage_names import stage_choice
from segdemo.web.context import PageContext, TabHandle
from segdemo.web.errors import as_gradio_errors
from segdemo.web.events import INFERENCE, INFERENCE_QUEUE
from segdemo.web.html import html
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.tabs.explain.network_view import block_view, maps_view, thumbnails
from segdemo.web.templates import render


class NetworkSection:
    """The section's callbacks.

    What is open is named by a layer. Asked for one that the stage does not have, they open the
    block it would be in, or else the first one: a visitor who changes the stage stays where
    he was.
    """

    def __init__(self, predictor: Predictor):
        self._predictor = predictor
        self.activations = lru_cache(ACTIVATIONS)(self._compute)

    def show(self, photo: Upload, key: str, wanted: str, t: Translator) -> list[str]:
        """[the network, the open block, its code, the open layer's maps], each in HTML."""
        network = blocks(get_stage(key))
        block, _ = find_layer(network, wanted)
        title = t("insight-layers.drawing", stage=t(f"stages.{key}.title"))
        pictures = self._pictures(photo, key)
        drawing = architecture_diagram.drawing(network, block, title, pictures, t)
        return [drawing, *self.open_block(photo, key, wanted, t)]

    def open_block(self, photo: Upload, key: str, wanted: str, t: Translator) -> list[str]:
        """[the open block, its code, the open layer's maps]."""
        stage = get_stage(key)
        block, layer = find_layer(blocks(stage), wanted)
        return [
            render("tabs/explain/network_block.html", t, block=block_view(block, layer, t)),
            render("tabs/explain/network_code.html", t, code=block_code(block, stage)),
            self.open_layer(photo, key, wanted, t),
        ]

    def open_layer(self, photo: Upload, key: str, wanted: str, t: Translator) -> str:
        """The open layer's maps, or why there are none."""
        block, layer = find_layer(blocks(get_stage(key)), wanted)
        try:
            found = self.activations(photo, key)[layer.name]
        except (InputError, CheckpointError) as error:
            return alert_html(error, t)
        return render("tabs/explain/network_maps.html", t, maps=maps_view(block, layer, found, t))

    def describe(self, photo: Upload, key: str) -> list[dict]:
        """The stage's blocks for scripts. Raises InputError and CheckpointError."""
        found = self.activations(photo, key)
        return [_numbers(block, found[block.output.name]) for block in blocks(get_stage(key))]

    def _pictures(self, photo: Upload, key: str) -> dict[str, Image.Image]:
        """Nothing where there is no photo or network: the maps say why."""
        try:
            found = self.activations(photo, key)
        except (InputError, CheckpointError):
            return {}
        return thumbnails(load_thumbnail(photo), blocks(get_stage(key)), found)

    def _compute(self, photo: Upload, key: str) -> dict[str, Activation]:
        inputs = to_input(load_thumbnail(photo)).contiguous(memory_format=torch.channels_last)
        return activations(get_stage(key), self._predictor.network(key), inputs)


def find_layer(network: tuple[Block, ...], wanted: str) -> tuple[Block, Layer]:
    """The layer named `wanted` and its block; or the last layer of the nearest block to it."""
    for block in network:
        for layer in block.layers:
            if layer.name == wanted:
                return block, layer
    near = [block for block in network if wanted.startswith(f"{block.name}.")]
    block = (near or network)[0]
    return block, block.output


def _numbers(block: Block, found: Activation) -> dict:
    return {
        "name": architecture_diagram.name(block, Translator(DEFAULT_LANGUAGE)),
        "shape": list(block.output.shape),
        "parameters": block.parameters,
        "multiply_adds": block.multiply_adds,
        "dead": round(found.dead / len(found.means), 6),
    }


def build(context: PageContext) -> TabHandle:
    """Add the section to the Blocks being built."""
    section = NetworkSection(context.predictor)
    photo, plain = context.photo, LessonState()
    stage = stage_choice(
        context.translations, gr.Radio, NETWORKS, value=plain.network, elem_id="layers-stage"
    )
    opened = gr.Textbox(plain.layer, visible="hidden")
    network = _html("network")
    with gr.Row(elem_id="layers-zoom"):
        with gr.Column(elem_id="layers-inside"):
            block, maps = _html("block"), _html("maps")
        code = _html("code")
    views = [block, code, maps]
    context.show_on(
        [*context.when_seen, stage.change],
        section.show,
        [photo, stage, opened],
        [network, *views],
        **INFERENCE,
    )

    def open_block(photo, key, t, event: gr.EventData):
        return [event.layer, *section.open_block(photo, key, event.layer, t)]

    def open_layer(photo, key, t, event: gr.EventData):
        return [event.layer, section.open_layer(photo, key, event.layer, t)]

    context.show_on([network.select], open_block, [photo, stage], [opened, *views], **INFERENCE)
    context.show_on([block.select], open_layer, [photo, stage], [opened, maps], **INFERENCE)

    @as_gradio_errors
    def describe(photo, stage):
        """Take one stage's network apart, for one photo.

        Returns its blocks in order: name, shape (channels, height, width) of what it gives,
        parameters, multiply_adds, and the share of its channels that are zero at every pixel.
        """
        return section.describe(photo, stage)

    numbers = gr.JSON(label="blocks", visible=False)
    gr.on([], describe, [photo, stage], numbers, api_name="layers", concurrency_id=INFERENCE_QUEUE)
    return TabHandle(link_fields={"network": stage, "layer": opened})


def _html(name: str) -> gr.HTML:
    return html(script="tabs/explain/network.js", elem_id=f"layers-{name}")
