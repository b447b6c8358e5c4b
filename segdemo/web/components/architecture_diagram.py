"""A network drawn from its blocks: down with every halving, up again, skips across.

The left side of a block is as high as its input, its right side as its output, and it is as wide
as it has channels; a step of each is a doubling. In a `drawing` each block is a button, in a
`sketch` there is nothing but the shapes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log2

from segdemo.analysis.layer_graph import Block
from segdemo.data.preprocessing import SIZE
from segdemo.locales import text
from segdemo.web.formatting import short

COLUMN = 90  # of the drawing's units, which are pixels where it is not shrunk: room of a block
NARROW = 48  # the same in a sketch, which has no words
TOP = 22  # above the highest box, for the skips
DEEPER = 22  # how much lower a block of half the size stands
LOWEST, TALLER = 8, 9  # height of a single pixel; what each doubling adds
WIDER = 4  # width that each doubling of the channels adds
LINES = (17, 32, 47)  # baselines of name, shape and parameters below a box
BOTTOM = 56


@dataclass(frozen=True)
class _Box:
    """Where a block stands: its corners' coordinates, from the drawing's upper left corner."""

    x: float  # its middle
    top: float
    width: float
    left: float  # height of its left side
    right: float

    @property
    def height(self) -> float:
        return max(self.left, self.right)

    @property
    def y(self) -> float:
        """Its middle."""
        return self.top + self.height / 2

    @property
    def outline(self) -> str:
        half, left, right = self.width / 2, self.left / 2, self.right / 2
        return (
            f"M{self.x - half:g} {self.y - left:g}L{self.x + half:g} {self.y - right:g}"
            f"V{self.y + right:g}L{self.x - half:g} {self.y + left:g}Z"
        )


def drawing(blocks: Sequence[Block], opened: Block, title: str, language: str) -> str:
    """The network in SVG under an accessible title, one block of it open.

    Each block is an element with role "button" whose data-layer names its last layer.
    """
    photo, *boxes = _boxes(blocks, COLUMN)
    width = COLUMN * (len(blocks) + 1)
    height = _lowest([photo, *boxes]) + BOTTOM
    drawn = "".join(
        _button(block, box, block == opened, language) for block, box in zip(blocks, boxes)
    )
    return (
        f'<div class="network scroll"><svg role="toolbar" aria-label="{escape(title)}" '
        f'width="{width}" height="{height:g}" viewBox="0 0 {width} {height:g}">'
        f"{_photo(photo, language)}{_ways([photo, *boxes])}{_skips(blocks, boxes)}{drawn}"
        f"</svg></div><p>{escape(key(blocks, language))}</p>"
    )


def sketch(blocks: Sequence[Block], description: str) -> str:
    """The network in SVG, as wide as there is room: shapes alone, described in words."""
    photo, *boxes = _boxes(blocks, NARROW)
    width, height = NARROW * (len(blocks) + 1), _lowest([photo, *boxes]) + 2
    shapes = "".join(box.outline for box in boxes)
    return (
        f'<div class="network sketch"><svg role="img" aria-label="{escape(description)}" '
        f'viewBox="0 0 {width} {height:g}" style="max-width:{width}px">'
        f'<g class="photo"><path d="{photo.outline}"/></g>{_ways([photo, *boxes])}'
        f'{_skips(blocks, boxes)}<path d="{shapes}"/></svg></div>'
    )


def key(blocks: Sequence[Block], language: str) -> str:
    """How to read the drawing."""
    parts = ["key", "key.skips"] if any(block.skip for block in blocks) else ["key"]
    return " ".join(text(f"insight-layers.{part}", language) for part in parts)


def name(block: Block, language: str) -> str:
    """What a block is called: "Encoder 3"."""
    return text(f"insight-layers.block.{block.kind}", language, number=block.number)


def sides(shape: Sequence[int]) -> str:
    """(256, 16, 16) -> "256×16×16"."""
    return "×".join(str(side) for side in shape)


def _boxes(blocks: Sequence[Block], column: int) -> list[_Box]:
    """The photo's box and each block's, in columns of this width."""
    pixels = [SIZE, *(block.output.shape[1] for block in blocks)]
    channels = [block.output.shape[0] for block in blocks]
    return [
        _box(column * (place + 0.5), *size)
        for place, size in enumerate([(3, SIZE, SIZE), *zip(channels, pixels, pixels[1:])])
    ]


def _lowest(boxes: Sequence[_Box]) -> float:
    return max(box.top + box.height for box in boxes)


def _box(x: float, channels: int, before: int, after: int) -> _Box:
    """The box around x, from a map of before x before pixels to one of after x after."""
    return _Box(
        x=x,
        top=TOP + DEEPER * log2(SIZE / max(before, after)),
        width=WIDER * log2(channels),
        left=LOWEST + TALLER * log2(before),
        right=LOWEST + TALLER * log2(after),
    )


def _photo(box: _Box, language: str) -> str:
    lines = _lines(box, text("insight-layers.block.photo", language), sides((3, SIZE, SIZE)))
    return f'<g class="photo"><path d="{box.outline}"/>{lines}</g>'


def _button(block: Block, box: _Box, is_open: bool, language: str) -> str:
    title, shape = name(block, language), sides(block.output.shape)
    weights = text("insight-layers.parameters", language, count=short(block.parameters))
    left, top = box.x - COLUMN / 2 + 2, box.top - 6
    return (
        f'<g role="button" data-layer="{block.output.name}" tabindex="{0 if is_open else -1}" '
        f'aria-pressed="{str(is_open).lower()}" '
        f'aria-label="{escape(f"{title}: {shape}, {weights}")}">'
        f'<rect class="room" x="{left:g}" y="{top:g}" width="{COLUMN - 4}" '
        f'height="{box.height + BOTTOM + 2:g}" rx="6"/>'
        f'<path d="{box.outline}"/>{_lines(box, title, shape, weights)}</g>'
    )


def _lines(box: _Box, *lines: str) -> str:
    """Words below a box, the first its name."""
    bottom = box.top + box.height
    return "".join(
        f'<text x="{box.x:g}" y="{bottom + down:g}">{escape(line)}</text>'
        for line, down in zip(lines, LINES)
    )


def _ways(boxes: Sequence[_Box]) -> str:
    """Lines from each box to the next."""
    ways = "".join(
        f"M{one.x + one.width / 2:g} {one.y:g}L{other.x - other.width / 2:g} {other.y:g}"
        for one, other in zip(boxes, boxes[1:])
    )
    return f'<path class="way" d="{ways}"/>'


def _skips(blocks: Sequence[Block], boxes: Sequence[_Box]) -> str:
    """Arrows above from the box a skip leaves, where it is highest, to the box it enters."""
    places = {block.name: box for block, box in zip(blocks, boxes)}
    arrows = ""
    for block, box in zip(blocks, boxes):
        if block.skip:
            source = places[block.skip]
            start, end = source.x - source.width / 2, box.x + box.width / 2
            above = box.top - 12
            arrows += (
                f'<path class="skip" d="M{start:g} {source.top:g}V{above:g}H{end:g}V{box.top:g}"/>'
                f'<path class="tip" d="M{end:g} {box.top:g}l-4 -7h8Z"/>'
            )
    return arrows
