"""Section *Feature maps*, what it shows: a block with its layers, and one layer's feature maps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from segdemo.analysis.layer_graph import Block, Layer
from segdemo.analysis.layer_outputs import Activation
from segdemo.data.classes import CLASSES
from segdemo.data.palette import label_image
from segdemo.data.preprocessing import resize_photo, to_labels
from segdemo.locales import Translator
from segdemo.web.components import architecture_diagram
from segdemo.web.components.matrix import grey_image
from segdemo.web.formatting import short, sides


@dataclass(frozen=True)
class LayerView:
    """A button that opens a layer."""

    layer: str
    name: str
    shape: str
    is_open: bool


@dataclass(frozen=True)
class BlockView:
    """The open block: what it is, what to look for in it, what it computes in turn."""

    kind: str
    title: str
    size: str
    look: str
    layers: list[LayerView]


@dataclass(frozen=True)
class MapView:
    """One picture, whose pixels stay squares."""

    image: Image.Image
    title: str
    line: str


@dataclass(frozen=True)
class MapsView:
    """A layer's most active channels; class scores with the mask they make."""

    title: str
    about: str
    notes: list[str]
    maps: list[MapView]
    are_classes: bool


def block_view(block: Block, opened: Layer, t: Translator) -> BlockView:
    """The block, one of its layers open."""
    parameters = t("insight-layers.parameters", count=short(block.parameters))
    cost = t("insight-layers.cost", cost=short(block.multiply_adds))
    kind = f"{block.kind}.skip" if block.skip else block.kind
    layers = [
        LayerView(
            layer.name,
            _name(layer, t),
            sides(layer.shape),
            layer == opened,
        )
        for layer in block.layers
    ]
    title = architecture_diagram.name(block, t)
    return BlockView(
        block.kind, title, f"{parameters}, {cost}", t(f"insight-layers.look.{kind}"), layers
    )


def maps_view(block: Block, layer: Layer, found: Activation, t: Translator) -> MapsView:
    """What one layer of the block made of a photo."""
    count, rows, columns = layer.shape
    are_classes = count == len(CLASSES)
    together = are_classes or (rows, columns) == (1, 1)  # to compare them is what they are for
    images = grey(found.maps, together)
    maps = [
        _map(image, channel, float(found.means[channel]), are_classes, t)
        for image, channel in zip(images, found.channels)
    ]
    if are_classes:
        maps.append(MapView(mask(found), t("insight-layers.mask"), t("insight-layers.mask.how")))
    beside = block.layers[0].shape[0]  # channels that were there when a skip joined them
    title = t(
        "insight-layers.title", layer=_name(layer, t), count=count, rows=rows, columns=columns
    )
    about = t(f"insight-layers.about.{layer.kind}", first=beside, last=beside - 1)
    return MapsView(title, about, _notes(layer, found, together, t), maps, are_classes)


def grey(maps: Tensor, together: bool = False) -> list[Image.Image]:
    """(N, H, W) -> N grey images, each from its own lowest value to its highest, or from that
    of all of them."""
    span = (maps.min().item(), maps.max().item()) if together else None
    return [grey_image(one.numpy(), span) for one in maps]


def mask(found: Activation) -> Image.Image:
    """Class scores -> where each class has the largest of the three."""
    scores = found.maps[torch.tensor(found.channels).argsort()]
    return label_image(to_labels(scores[None], *scores.shape[1:])[0].numpy())


def thumbnails(
    photo: Image.Image, network: Sequence[Block], found: Mapping[str, Activation]
) -> dict[str, Image.Image]:
    """ "photo", "mask" and each block's most active channel, by the name of its last layer."""
    outputs = [block.output.name for block in network]
    return {
        "photo": resize_photo(photo),
        "mask": mask(found[outputs[-1]]),
        **{name: grey(found[name].maps[:1])[0] for name in outputs},
    }


def _notes(layer: Layer, found: Activation, together: bool, t: Translator) -> list[str]:
    """Which channels are shown and how."""
    count, shown = layer.shape[0], len(found.channels)
    notes = [
        t(f"insight-layers.shown.{'some' if count > shown else 'all'}", shown=shown, count=count),
        t(f"insight-layers.scale.{'one' if together else 'own'}"),
    ]
    if layer.kind in ("relu", "pool"):  # before a ReLU hardly anything is exactly zero
        notes.insert(1, t("insight-layers.dead", dead=found.dead, count=count))
    return notes


def _name(layer: Layer, t: Translator) -> str:
    return t(f"insight-layers.layer.{layer.kind}", size=layer.size)


def _map(image: Image.Image, channel: int, mean: float, is_class: bool, t: Translator) -> MapView:
    title = t("upsampling.channel", channel=channel)
    if is_class:
        title = t(f"page.class.{CLASSES[channel]}")
    return MapView(image, title, t("insight-layers.mean", mean=f"{mean:.3f}"))
