"""A network drawn from its blocks: feature maps as boxes, kernels and weights to scale below.

A box's front is a feature map's height and width, its depth the channels; each step of either is
a doubling. Kernels are squares of so many pixels, weights squares of that area, both on the same
scale in every network. In a `drawing` each block is a button that shows what it made of a photo,
in a `sketch` there is nothing but the shapes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2, sqrt

from markupsafe import Markup
from PIL import Image

from segdemo.analysis.layer_graph import Block
from segdemo.data.preprocessing import SIZE
from segdemo.locales import DEFAULT_LANGUAGE, Translator
from segdemo.web.templates import render

TEMPLATE = "components/architecture_diagram.html"
HEAVIEST = 100_712_448  # weights of the reshape head, the largest block of all
TOP = 14  # units above the highest box, for the skips


@dataclass(frozen=True)
class Scale:
    """Sizes in the drawing's units, which are pixels where it is not shrunk."""

    column: float  # room of a block
    largest: float  # side of a map of SIZE x SIZE pixels
    pixel: float  # side of a kernel's pixel
    heaviest: float  # side of the square of HEAVIEST weights
    words: float  # room below a box for its name and shape, and below a square for its number

    def side(self, pixels: int) -> float:
        """Of a map of pixels x pixels: one step for a single pixel, one more for each doubling."""
        return self.largest * (1 + log2(pixels)) / (1 + log2(SIZE))

    def weights(self, count: int) -> float:
        return self.heaviest * sqrt(count / HEAVIEST)


@dataclass(frozen=True)
class Box:
    """A feature map; x and y are the upper left corner of its front."""

    x: float
    y: float
    side: float
    depth: float  # towards the upper right

    @property
    def top(self) -> float:
        return self.y - self.depth

    @property
    def bottom(self) -> float:
        return self.y + self.side

    @property
    def right(self) -> float:
        return self.x + self.side + self.depth

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.side / 2, self.y + self.side / 2


@dataclass(frozen=True)
class Diagram:
    """Where everything stands. `boxes`: the photo's, then one per block.

    `kernels` and `weights`, per block: the side of its square; the squares hang from `kernel_y`
    and `weight_y` in the middle of the block's column. `skips`: (from, to) among the boxes.
    """

    scale: Scale
    width: float
    height: float
    boxes: tuple[Box, ...]
    kernels: tuple[float, ...]
    weights: tuple[float, ...]
    kernel_y: float
    weight_y: float
    skips: tuple[tuple[Box, Box], ...]

    @property
    def ways(self) -> list[tuple[Box, Box]]:
        return list(zip(self.boxes, self.boxes[1:]))

    def column(self, index: int) -> float:
        """The middle of a column: 0 is the photo's, then one per block, then the mask's."""
        return self.scale.column * (index + 0.5)


def drawing(
    blocks: Sequence[Block],
    opened: Block,
    title: str,
    pictures: Mapping[str, Image.Image],
    t: Translator,
) -> Markup:
    """The network across the screen under an accessible title, one block of it open.

    Each block is an element with role "button" whose data-layer names its last layer. `pictures`
    are shown in the boxes: by that name, "photo" and "mask"; those that are missing leave a box
    grey.
    """
    return render(
        TEMPLATE,
        t,
        diagram=layout(blocks, drawing_scale(len(blocks) + 2), len(blocks) + 2),
        blocks=blocks,
        opened=opened,
        title=title,
        pictures=pictures,
        photo_shape=(3, SIZE, SIZE),
    )


def sketch(blocks: Sequence[Block], description: str) -> Markup:
    """The network as wide as there is room: shapes alone, described in words."""
    wordless = Translator(DEFAULT_LANGUAGE)
    scale = Scale(column=48, largest=34, pixel=2, heaviest=44, words=0)
    diagram = layout(blocks, scale, len(blocks) + 1)
    return render(
        "components/architecture_sketch.html", wordless, diagram=diagram, description=description
    )


def layout(blocks: Sequence[Block], scale: Scale, columns: int) -> Diagram:
    """The network's boxes and squares in so many columns."""
    shapes = [(3, SIZE, SIZE), *(block.output.shape for block in blocks)]
    boxes = tuple(_box(scale, index, *shape[:2]) for index, shape in enumerate(shapes))
    kernels = tuple(scale.pixel * (block.kernel or 0) for block in blocks)
    weights = tuple(scale.weights(block.parameters) for block in blocks)
    kernel_y = max(box.bottom for box in boxes) + 2 * scale.words + 6
    weight_y = kernel_y + max(kernels) + scale.words + 6
    places = {block.name: box for block, box in zip(blocks, boxes[1:])}
    return Diagram(
        scale=scale,
        width=scale.column * columns,
        height=weight_y + max(weights) + scale.words + 4,
        boxes=boxes,
        kernels=kernels,
        weights=weights,
        kernel_y=kernel_y,
        weight_y=weight_y,
        skips=tuple((places[block.skip], places[block.name]) for block in blocks if block.skip),
    )


def name(block: Block, t: Translator) -> str:
    """What a block is called: "Encoder 3"."""
    return t(f"insight-layers.block.{block.kind}", number=block.number)


def drawing_scale(columns: int) -> Scale:
    """As large as a screen of 1366 pixels takes this many columns."""
    column = min(160, 1300 / columns)
    return Scale(column, largest=0.72 * column, pixel=4, heaviest=88, words=16)


def _box(scale: Scale, index: int, channels: int, pixels: int) -> Box:
    """The map in a column; half as many pixels stand lower."""
    side, depth = scale.side(pixels), scale.largest / 30 * log2(channels)
    lower = scale.largest / 4 * log2(SIZE / pixels)
    x = scale.column * (index + 0.5) - (side + depth) / 2
    return Box(x, TOP + scale.largest / 5 + lower, side, depth)
