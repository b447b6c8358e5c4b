"""IoU by class: three bars a stage, in the classes' colours."""

from collections import Counter
from collections.abc import Sequence

from gradio.components.plot import PlotData

from segdemo.data.classes import CLASSES
from segdemo.data.palette import COLOURS
from segdemo.evaluation.scores import StageSummary, scored
from segdemo.locales import text
from segdemo.web.components.stage_names import title
from segdemo.web.tabs.results.names import listed
from segdemo.web.tabs.results.vega import INK, SHARES, category, layer, number, plot, tooltip

GROUP_STEP = 48  # pixels from stage to stage
HARDLY = 0.01  # IoU below which a class counts as not found


def chart(results: Sequence[StageSummary], language: str) -> PlotData:
    """Three bars for each network; one without scores keeps its place, empty."""
    names = {name: text(f"page.class.{name}", language) for name in CLASSES}
    predictor = [title(result.stage.key, language) for result in results if result.stage.network]
    rows = [
        {"stage": title(result.stage.key, language), "class": names[name], "iou": iou}
        for result in scored(results)
        for name, iou in result.scores.iou.items()
        if iou is not None
    ]
    iou, kind = (text(f"results.{key}", language) for key in ("iou", "class"))
    colours = {"domain": list(names.values()), "range": [f"rgb{COLOURS[name]}" for name in names]}
    coloured = {
        "color": category("class", scale=colours, legend=None),
        "tooltip": tooltip(("stage", "", None), ("class", kind, None), ("iou", iou, ".3f")),
    }
    beside = {"text": number("iou", format=".2f")}
    spec = {
        "height": GROUP_STEP * len(predictor),
        "data": {"values": rows},
        "encoding": {
            "y": category("stage", scale={"domain": predictor, "paddingInner": 0.25}),
            "yOffset": {"field": "class", "sort": list(names.values())},
            "x": number("iou", iou, **SHARES),
        },
        "layer": [
            layer("bar", coloured, stroke=INK, strokeWidth=0.5),
            layer("text", beside, align="left", dx=4, fontSize=11),
        ],
    }
    return plot(spec, says(results, language))


def says(results: Sequence[StageSummary], language: str) -> str:
    """What the chart shows, from its numbers."""
    known = [r for r in scored(results) if None not in r.scores.iou.values()]
    if not known:
        return text("results.nothing", language)
    counts = Counter(min(r.scores.iou, key=r.scores.iou.get) for r in known)
    hardest, times = counts.most_common(1)[0]
    finder = max(known, key=lambda result: result.scores.iou[hardest])
    sentences = [
        text(
            "results.classes.hardest",
            language,
            name=text(f"page.class.{hardest}", language),
            count=times,
            total=len(known),
            stage=title(finder.stage.key, language),
            iou=f"{finder.scores.iou[hardest]:.2f}",
        )
    ]
    blind = [result for result in known if result.scores.iou[hardest] < HARDLY]
    if blind:
        sentences.append(text("results.classes.blind", language, stages=listed(blind, language)))
    return " ".join(sentences)
