"""What a stage's card unfolds: the slide it comes from, and its network as the model has it."""

from functools import cache
from html import escape

from segdemo.analysis.layer_graph import Block, blocks
from segdemo.locales import Translator, text
from segdemo.models.registry import STAGES
from segdemo.web.components import architecture_diagram
from segdemo.web.components.stage_names import title
from segdemo.web.formatting import short


@cache
def network_details(key: str, language: str) -> str:
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
    sketch = architecture_diagram.sketch(
        found, text("insight-layers.drawing", language, stage=name)
    )
    heads = "".join(
        f'<th scope="col">{escape(text(f"compare.network.{column}", language))}</th>'
        for column in ("block", "output", "parameters")
    )
    rows = "".join(_row(block, language) for block in found)
    return f"{sketch}<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _row(block: Block, language: str) -> str:
    shape = architecture_diagram.sides(block.output.shape)
    name = escape(architecture_diagram.name(block, Translator(language)))
    return f'<tr><th scope="row">{name}</th><td>{shape}</td><td>{short(block.parameters)}</td></tr>'
