"""Section *Truth*'s tables as HTML: one stage's confusion matrix, all stages' scores."""

from html import escape

import numpy as np

from segdemo.analysis.error_map import Evaluation
from segdemo.data.classes import CLASSES
from segdemo.data.palette import COLOURS
from segdemo.locales import text
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import STAGES
from segdemo.web.components.html import alert, scrolling
from segdemo.web.components.matrix import HIGH, LOW, inks
from segdemo.web.components.stage_names import title
from segdemo.web.formatting import iou, precise


def confusion_table(verdict: Evaluation, language: str) -> str:
    """Rows the truth, columns what was said: shares of the row, pixels, and the class's IoU."""
    names = [text(f"page.class.{name}", language) for name in CLASSES]
    head = "".join(
        f'<th scope="col">{escape(text("insight-truth.said", language, name=name))}</th>'
        for name in names
    )
    body = "".join(
        f'<tr><th scope="row">{escape(text("insight-truth.true", language, name=name))}</th>'
        f"{_row(counts, place)}<td>{iou(verdict.score.iou[key])}</td></tr>"
        for place, (key, name, counts) in enumerate(zip(CLASSES, names, verdict.confusion))
    )
    caption = text("insight-truth.confusion", language)
    return scrolling(
        f'<table class="confusion"><caption>{escape(caption)}</caption><thead><tr>'
        f'<td></td>{head}<th scope="col">IoU</th></tr></thead><tbody>{body}</tbody></table>',
        caption,
    )


def _row(counts: np.ndarray, place: int) -> str:
    """One class's cells, its own framed; a class without pixels has no shares."""
    if not counts.any():
        return "<td>–</td>" * len(counts)
    cells = []
    for column, (count, share) in enumerate(zip(counts.tolist(), counts / counts.sum())):
        red, green, blue = fill = (LOW + share * (HIGH - LOW)).round().astype(int)
        ink = inks(fill)
        kind = "hit" if column == place else ""
        cells.append(
            f'<td class="{kind}" style="background:rgb({red},{green},{blue});color:{ink}">'
            f"<b>{precise(share)} %</b><small>{count:,}</small></td>"
        )
    return "".join(cells)


def ladder(verdicts: dict[str, Evaluation | CheckpointError], chosen: str, language: str) -> str:
    """Every stage against this truth, in lecture order."""
    classes = "".join(
        f'<th scope="col" class="class" style="--class:rgb{COLOURS[name]}">'
        f"{escape(text(f'page.class.{name}', language))}</th>"
        for name in CLASSES
    )
    accuracy = escape(text("insight-truth.accuracy", language))
    head = f'<th scope="col">mIoU</th>{classes}<th scope="col">{accuracy}</th>'
    rows = "".join(_stage_row(key, found, chosen, language) for key, found in verdicts.items())
    heading = text("insight-truth.ladder", language)
    stage = escape(text("page.stage", language))
    table = (
        f'<table class="ladder"><thead><tr><th scope="col">{stage}</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    return f"<h3>{escape(heading)}</h3>{scrolling(table, heading)}"


def _stage_row(key: str, found: Evaluation | CheckpointError, chosen: str, language: str) -> str:
    name = escape(title(key, language))
    if STAGES[key].network is None:
        name += f" <small>{escape(text('insight-truth.best-case', language))}</small>"
    marked = ' class="chosen"' if key == chosen else ""
    if isinstance(found, CheckpointError):
        return f'<tr><th scope="row">{name}</th><td colspan="5">{alert(str(found))}</td></tr>'
    ious = [found.score.miou, *found.score.iou.values()]
    cells = "".join(f"<td>{iou(value)}</td>" for value in ious)
    cells += f"<td>{precise(found.score.pixel_accuracy)} %</td>"
    return f'<tr{marked}><th scope="row">{name}</th>{cells}</tr>'
