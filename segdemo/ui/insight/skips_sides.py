"""Two masks over one photo, a handle between them, and how good each is, as HTML."""

from html import escape

import numpy as np
from PIL import Image

from segdemo.answers import Answer
from segdemo.insight.ablation import changed_share
from segdemo.palette import label_image
from segdemo.texts import text
from segdemo.ui.figures import figure, mask, over, picture
from segdemo.ui.insight.skips_pieces import answered, border, described, iou_table
from segdemo.ui.numbers import precise


def render(
    photo: Image.Image,
    without: Answer,
    with_skips: Answer,
    truth: np.ndarray | None,
    remedy: str,
    language: str,
) -> str:
    """The encoder-decoder's mask left of the handle, the U-Net's right of it; numbers beside.

    `remedy` is the sentence that says how to get a truth where there is none.
    """
    beside = _difference(without, with_skips, language)
    if truth is None:
        beside += _paragraph("insight-skips.no-truth", language) + f"<p>{escape(remedy)}</p>"
    else:
        title = text("insight-skips.truth", language)
        beside += _scores(without, with_skips, language)
        beside += figure(answered(title, truth, language), title)
    curtain = _curtain(without, with_skips, language)
    return over(photo, f'<div class="sides">{curtain}<div class="beside">{beside}</div></div>')


def _curtain(without: Answer, with_skips: Answer, language: str) -> str:
    layers, tags, said = "", "", []
    for side, answer in (("without", without), ("with", with_skips)):
        title = text(f"insight-skips.{side}", language)
        said.append(described(title, answer.labels, language))
        layers += mask(label_image(answer.labels))
        found = f"<b>{escape(border(answer.score, language))}</b>" if answer.score else ""
        tags += f'<span class="side">{escape(title)}{found}</span>'
    handle = escape(text("insight-skips.handle", language))
    return (
        f'<div class="curtain" style="--split:50%">{picture(layers, "; ".join(said))}{tags}'
        f'<input type="range" min="0" max="100" value="50" aria-label="{handle}"></div>'
    )


def _difference(without: Answer, with_skips: Answer, language: str) -> str:
    share = changed_share(without.labels, with_skips.labels)
    return _paragraph("insight-skips.differ", language, percent=precise(share))


def _scores(without: Answer, with_skips: Answer, language: str) -> str:
    rows = [
        (text("stages.encoder-decoder.title", language), without.score),
        (text("stages.unet.title", language), with_skips.score),
    ]
    return iou_table(True, rows, language)


def _paragraph(key: str, language: str, **values: object) -> str:
    return f"<p>{escape(text(key, language, **values))}</p>"
