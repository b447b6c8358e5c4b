"""What a stage's card unfolds: the slide it comes from, and its network as the model has it."""

from functools import cache

from segdemo.analysis.layer_graph import blocks
from segdemo.locales import Translator
from segdemo.models.registry import ALL_STAGES, NETWORKS
from segdemo.web.components import architecture_diagram
from segdemo.web.templates import render


@cache
def network_details(key: str, t: Translator) -> str:
    """The stage's idea in HTML, folded; it depends on no photo, so that it is made once."""
    stage = ALL_STAGES[key]
    network = blocks(stage) if key in NETWORKS else ()
    title = t("insight-layers.drawing", stage=t(f"stages.{key}.title"))
    sketch = architecture_diagram.sketch(network, title) if network else ""
    return render(
        "tabs/compare/network_details.html", t, stage=stage, blocks=network, sketch=sketch
    )
