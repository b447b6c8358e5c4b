"""The U-Net's drawing, whose arrows switch its skips and whose boxes lead to what is inside."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup
from PIL import Image

from segdemo.analysis.layer_graph import Block
from segdemo.lecture.lesson_links import LessonState, query
from segdemo.locales import Translator
from segdemo.models.encoders import WIDTHS
from segdemo.web.components import architecture_diagram
from segdemo.web.components.architecture_diagram import Box
from segdemo.web.formatting import sides
from segdemo.web.templates import render

INSIDE = LessonState(tab="insight", section="layers", network="unet")


@dataclass(frozen=True)
class Switch:
    """A skip as an arrow from the box `start` over the boxes between to the box `goal`."""

    level: int
    size: str
    is_off: bool
    start: Box
    goal: Box

    @property
    def left(self) -> float:
        return self.start.middle[0] + self.start.depth / 2

    @property
    def right(self) -> float:
        return self.goal.middle[0] + self.goal.depth / 2

    @property
    def y(self) -> float:
        """Of the arrow's long part."""
        return self.goal.top - 11


def drawing(
    network: Sequence[Block],
    zeroed: Collection[int],
    pictures: Mapping[str, Image.Image],
    t: Translator,
) -> Markup:
    """The network with the skips of the levels `zeroed` off.

    `pictures`: "photo", "mask", and of each block by the name of its last layer, those that are
    at hand. Each arrow is an element with role "switch" and its level in data-level.
    """
    columns = len(network) + 2
    diagram = architecture_diagram.layout(
        network, architecture_diagram.drawing_scale(columns), columns
    )
    links = [query(replace(INSIDE, layer=block.output.name)) for block in network]
    deepest_first = range(len(WIDTHS), 0, -1)
    switches = [
        Switch(level, _size(network, level), level in zeroed, start, goal)
        for level, (start, goal) in zip(deepest_first, diagram.skips)
    ]
    switches.reverse()  # the keyboard goes from left to right
    return render(
        "tabs/explain/skip_drawing.html",
        t,
        diagram=diagram,
        blocks=list(zip(network, links)),
        switches=switches,
        pictures=pictures,
    )


def _size(network: Sequence[Block], level: int) -> str:
    """Of the map that a skip hands across: that of the layer before the encoder's pooling."""
    return sides(network[level - 1].layers[-2].shape)
