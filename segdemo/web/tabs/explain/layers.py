"""Section *Feature maps*: a stage's network as a drawing, and what its layers make of the photo."""

from functools import lru_cache

import gradio as gr
import torch

from segdemo.analysis.layer_graph import Block, Layer, blocks
from segdemo.analysis.layer_outputs import Activation, activations
from segdemo.data.preprocessing import to_input
from segdemo.errors import InputError
from segdemo.inference import Predictor
from segdemo.locales import text
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import NETWORKS, get_stage
from segdemo.web.components import architecture_diagram
from segdemo.web.components.html import refusal
from segdemo.web.components.stage_names import stage_choice
from segdemo.web.context import PageContext
from segdemo.web.errors import as_gradio_errors
from segdemo.web.events import INFERENCE, INFERENCE_QUEUE
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.explain.feature_maps import feature_maps, inside
from segdemo.web.templates import asset

KEPT = 4  # of the most recent (photo, stage) pairs: at most 18 MB each


class Layers:
    """The section's callbacks.

    What is open is named by a layer. Asked for one that the stage does not have, they open the
    block it would be in, or else the first one: a visitor who changes the stage stays where
    he was.
    """

    def __init__(self, predictor: Predictor):
        self._predictor = predictor
        self._activations = lru_cache(KEPT)(self._compute)

    def show(
        self, photo: str | bytes | None, key: str, wanted: str, language: str
    ) -> tuple[str, str, str]:
        """The network, the open block's layers and the open layer's maps, each in HTML."""
        network = blocks(get_stage(key))
        block, _ = _find(network, wanted)
        stage = text(f"stages.{key}.title", language)
        title = text("insight-layers.drawing", language, stage=stage)
        drawn = architecture_diagram.drawing(network, block, title, language)
        return drawn, *self.open(photo, key, wanted, language)

    def open(
        self, photo: str | bytes | None, key: str, wanted: str, language: str
    ) -> tuple[str, str]:
        """The open block's layers and the open layer's maps, or why there are none."""
        block, layer = _find(blocks(get_stage(key)), wanted)
        try:
            found = self._activations(photo, key)[layer.name]
        except (InputError, CheckpointError) as error:
            maps = refusal(error, language)
        else:
            maps = feature_maps(block, layer, found, language)
        return inside(block, layer, language), maps

    def describe(self, photo: str | bytes | None, key: str) -> list[dict]:
        """The stage's blocks for scripts. Raises InputError and CheckpointError."""
        found = self._activations(photo, key)
        return [_numbers(block, found[block.output.name]) for block in blocks(get_stage(key))]

    def _compute(self, photo: str | bytes | None, key: str) -> dict[str, Activation]:
        inputs = to_input(load_thumbnail(photo)).contiguous(memory_format=torch.channels_last)
        return activations(get_stage(key), self._predictor.network(key), inputs)


def _find(network: tuple[Block, ...], wanted: str) -> tuple[Block, Layer]:
    for block in network:
        for layer in block.layers:
            if layer.name == wanted:
                return block, layer
    near = [block for block in network if wanted.startswith(f"{block.name}.")]
    block = (near or network)[0]
    return block, block.output


def _numbers(block: Block, found: Activation) -> dict:
    return {
        "name": architecture_diagram.name(block, "en"),
        "shape": list(block.output.shape),
        "parameters": block.parameters,
        "multiply_adds": block.multiply_adds,
        "dead": round(found.dead / len(found.means), 6),
    }


def build(context: PageContext) -> None:
    """Add the section to the Blocks being built."""
    layers = Layers(context.predictor)
    photo, language = context.photo, context.language
    stage = stage_choice(context.translations, gr.Radio, NETWORKS, elem_id="layers-stage")
    opened = gr.State("")
    network, block, maps = (
        gr.HTML(
            "",
            js_on_load=asset("tabs/explain/layers.js"),
            apply_default_css=False,
            elem_id=f"layers-{name}",
        )
        for name in ("network", "block", "maps")
    )
    context.show_on(
        [*context.when_seen, stage.change],
        layers.show,
        [photo, stage, opened],
        [network, block, maps],
        **INFERENCE,
    )

    def open_block(photo, key, language, event: gr.EventData):
        return event.layer, *layers.open(photo, key, event.layer, language)

    def open_layer(photo, key, language, event: gr.EventData):
        return event.layer, layers.open(photo, key, event.layer, language)[1]

    @as_gradio_errors
    def describe(photo, stage):
        """Take one stage's network apart, for one photo.

        Returns its blocks in order: name, shape (channels, height, width) of what it gives,
        parameters, multiply_adds, and the share of its channels that are zero at every pixel.
        """
        return layers.describe(photo, stage)

    asked = [photo, stage, language]
    network.select(open_block, asked, [opened, block, maps], **INFERENCE)
    block.select(open_layer, asked, [opened, maps], **INFERENCE)
    numbers = gr.JSON(label="blocks", visible=False)
    gr.on([], describe, [photo, stage], numbers, api_name="layers", concurrency_id=INFERENCE_QUEUE)
