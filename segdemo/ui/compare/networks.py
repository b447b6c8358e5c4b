"""What a stage's card unfolds: the slide it comes from, and its network as the model has it."""

from functools import cache
from html import escape

from segdemo.insight.anatomy import Block, blocks
from segdemo.stages import STAGES
from segdemo.texts import text
from segdemo.ui.insight import drawing
from segdemo.ui.numbers import short
from segdemo.ui.stage_names import title


@cache
def unfolding(key: str, language: str) -> str:
    """The stage's idea in HTML, folded; it depends on no photo, so that it is made once."""
    stage = STAGES[key]
    slide = text("compare.slide", language, slide=stage.slide)
    if stage.network:
        summary, content = "network", _network(key, language)
    else:
        summary, content = "method", f"<p>{escape(text('compare.method.kmeans', language))}</p>"
    return (
        f'<details class="idea"><summary>{escape(text(f"compare.{summary}", language))}</summary>'
        f'<p class="slide">{escape(slide)}</p>{content}</details>'
    )


def _network(key: str, language: str) -> str:
    found = blocks(STAGES[key])
    name = title(key, language)
    sketch = drawing.sketch(found, text("insight-layers.drawing", language, stage=name))
    heads = "".join(
        f'<th scope="col">{escape(text(f"compare.network.{column}", language))}</th>'
        for column in ("block", "output", "parameters")
    )
    rows = "".join(_row(block, language) for block in found)
    return (
        f"{sketch}<p>{escape(drawing.key(found, language))}</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(block: Block, language: str) -> str:
    shape = drawing.sides(block.output.shape)
    return (
        f'<tr><th scope="row">{escape(drawing.name(block, language))}</th><td>{shape}</td>'
        f"<td>{short(block.parameters)}</td></tr>"
    )
