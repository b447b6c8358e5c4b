"""A block's layers to choose from, and one layer's feature maps as pictures, in HTML."""

from html import escape

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from segdemo.analysis.layer_graph import Block, Layer
from segdemo.analysis.layer_outputs import Activation
from segdemo.data.classes import CLASSES
from segdemo.data.palette import label_image
from segdemo.data.preprocessing import to_labels
from segdemo.locales import text
from segdemo.web.components import architecture_diagram
from segdemo.web.components.figure import figure, pixelated
from segdemo.web.formatting import short


def inside(block: Block, opened: Layer, language: str) -> str:
    """What a block is and what to look for in it, and a button for each of its layers."""
    title = architecture_diagram.name(block, language)
    parameters = text("insight-layers.parameters", language, count=short(block.parameters))
    cost = text("insight-layers.cost", language, cost=short(block.multiply_adds))
    kind = f"{block.kind}.skip" if block.skip else block.kind
    parts = [
        f"<h3>{escape(title)}</h3>",
        f'<p class="shape">{escape(f"{parameters}, {cost}")}</p>',
        f"<p>{escape(text(f'insight-layers.look.{kind}', language))}</p>",
    ]
    if len(block.layers) > 1:
        label = escape(text("insight-layers.inside", language, block=title))
        buttons = "".join(_button(layer, layer == opened, language) for layer in block.layers)
        parts.append(
            f'<div class="block-layers" role="toolbar" aria-label="{label}">{buttons}</div>'
        )
    return "".join(parts)


def _button(layer: Layer, is_open: bool, language: str) -> str:
    return (
        f'<button type="button" data-layer="{layer.name}" tabindex="{0 if is_open else -1}" '
        f'aria-pressed="{str(is_open).lower()}">{escape(_name(layer, language))} '
        f"<small>{architecture_diagram.sides(layer.shape)}</small></button>"
    )


def feature_maps(block: Block, layer: Layer, found: Activation, language: str) -> str:
    """A layer's most active channels as grey pictures; class scores with the mask they make."""
    scores = layer.shape[0] == len(CLASSES)
    together = scores or layer.shape[1:] == (1, 1)  # to compare them is what they are for
    if together:
        lowest, highest = found.maps.amin(), found.maps.amax()
    else:
        lowest, highest = found.maps.amin((1, 2), True), found.maps.amax((1, 2), True)
    greys = (255 * (found.maps - lowest) / (highest - lowest).clamp(min=1e-12)).round().byte()
    parts = [
        _picture(grey.numpy(), channel, float(found.means[channel]), scores, language)
        for grey, channel in zip(greys, found.channels)
    ]
    if scores:
        parts.append(_mask(found, language))
    return (
        f"{_words(block, layer, found, together, language)}"
        f'<div class="channel-maps{" wide" if scores else ""}">{"".join(parts)}</div>'
    )


def _words(block: Block, layer: Layer, found: Activation, together: bool, language: str) -> str:
    """What the layer does, what is shown of it and how."""
    count, rows, columns = layer.shape
    name = _name(layer, language)
    title = text(
        "insight-layers.title", language, layer=name, count=count, rows=rows, columns=columns
    )
    beside = block.layers[0].shape[0]  # channels that were there when a skip joined them
    about = text(f"insight-layers.about.{layer.kind}", language, first=beside, last=beside - 1)
    shown = "some" if count > len(found.channels) else "all"
    notes = [
        text(f"insight-layers.shown.{shown}", language, shown=len(found.channels), count=count),
        text(f"insight-layers.scale.{'one' if together else 'own'}", language),
    ]
    if layer.kind in ("relu", "pool"):  # before a ReLU hardly anything is exactly zero
        notes.insert(1, text("insight-layers.dead", language, dead=found.dead, count=count))
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in (about, " ".join(notes)))
    return f'<div role="status"><h4>{escape(title)}</h4></div>{sentences}'


def _name(layer: Layer, language: str) -> str:
    return text(f"insight-layers.layer.{layer.kind}", language, size=layer.size)


def _picture(grey: np.ndarray, channel: int, mean: float, is_class: bool, language: str) -> str:
    title = text("upsampling.channel", language, channel=channel)
    if is_class:
        title = text(f"page.class.{CLASSES[channel]}", language)
    line = text("insight-layers.mean", language, mean=f"{mean:.3f}")
    return figure(pixelated(Image.fromarray(grey), f"{title}, {line}"), title, line)


def _mask(found: Activation, language: str) -> str:
    """Where each class has the largest of the three scores."""
    scores: Tensor = found.maps[torch.tensor(found.channels).argsort()]
    labels = label_image(to_labels(scores[None], *scores.shape[1:])[0].numpy())
    title, line = (text(f"insight-layers.mask{part}", language) for part in ("", ".how"))
    return figure(pixelated(labels, f"{title}: {line}"), title, line)
