"""Two masks over one photo, a handle between them, and how good each is, as HTML."""

from html import escape

import numpy as np
from PIL import Image

from segdemo.analysis.skip_ablation import changed_fraction
from segdemo.data.palette import label_image
from segdemo.inference.segmentation import SegmentationResult
from segdemo.locales import text
from segdemo.web.components.figure import figure, mask, over, picture
from segdemo.web.formatting import precise
from segdemo.web.tabs.explain.skips_common import answered, border, described, iou_table


def render(
    photo: Image.Image,
    without: SegmentationResult,
    with_skips: SegmentationResult,
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


def _curtain(without: SegmentationResult, with_skips: SegmentationResult, language: str) -> str:
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


def _difference(without: SegmentationResult, with_skips: SegmentationResult, language: str) -> str:
    share = changed_fraction(without.labels, with_skips.labels)
    return _paragraph("insight-skips.differ", language, percent=precise(share))


def _scores(without: SegmentationResult, with_skips: SegmentationResult, language: str) -> str:
    rows = [
        (text("stages.encoder-decoder.title", language), without.score),
        (text("stages.unet.title", language), with_skips.score),
    ]
    return iou_table(True, rows, language)


def _paragraph(key: str, language: str, **values: object) -> str:
    return f"<p>{escape(text(key, language, **values))}</p>"
