"""What both halves of section *With and without skips* say of a mask."""

from collections.abc import Sequence
from html import escape

import numpy as np

from segdemo.data.classes import CLASSES
from segdemo.data.palette import COLOURS, label_image
from segdemo.locales import text
from segdemo.metrics import Score
from segdemo.web.components.figure import in_words, mask, picture
from segdemo.web.components.html import scrolling
from segdemo.web.formatting import iou, percent


def answered(title: str, labels: np.ndarray, language: str) -> str:
    """(H, W) uint8 labels as a picture, described in words."""
    return picture(mask(label_image(labels)), described(title, labels, language))


def described(title: str, labels: np.ndarray, language: str) -> str:
    """A mask in words: "Skip 3 off: pet 31 %, background 57 %, border 12 %"."""
    shares = in_words(labels, language, percent)
    return text("compare.alt", language, stage=title, shares=shares)


def border(result: Score, language: str) -> str:
    """ "border IoU 0.47"."""
    return text("insight-skips.border", language, iou=iou(result.iou["border"]))


def iou_table(drawn: bool, rows: Sequence[tuple[str, Score]], language: str) -> str:
    """One row an answer, (what it is called, its Score); one column a class, then their mean.

    `drawn` says whether the scores are against a truth that a person drew.
    """
    heads = "".join(
        f'<th scope="col" style="--class:rgb{COLOURS[name]}">{escape(_class(name, language))}</th>'
        for name in CLASSES
    )
    body = "".join(
        f'<tr><th scope="row">{escape(title)}</th>'
        + "".join(f"<td>{iou(value)}</td>" for value in [*result.iou.values(), result.miou])
        + "</tr>"
        for title, result in rows
    )
    caption, answer, mean = (
        text(f"insight-skips.{key}", language)
        for key in ("iou.truth" if drawn else "iou.intact", "answer", "iou.mean")
    )
    return scrolling(
        f'<table class="facts classes"><caption>{escape(caption)}</caption><thead><tr>'
        f'<th scope="col">{escape(answer)}</th>{heads}<th scope="col">{escape(mean)}</th></tr>'
        f"</thead><tbody>{body}</tbody></table>",
        caption,
    )


def _class(name: str, language: str) -> str:
    return text(f"page.class.{name}", language)
