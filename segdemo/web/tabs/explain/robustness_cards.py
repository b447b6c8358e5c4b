"""Section *Tests*: a stage's masks before and after, and where its labels changed, as HTML."""

from html import escape

import numpy as np
from PIL import Image

from segdemo.analysis.prediction_change import LabelChange
from segdemo.data.palette import label_image
from segdemo.locales import text
from segdemo.web.components.figure import mask, picture
from segdemo.web.components.stage_names import numbered

NO_CHANGE, CHANGED, NOT_KEPT = range(3)
# Magenta and grey: neither a class nor, on the pale photo below, a colour of fur.
CHANGE_PALETTE = np.array([(255, 255, 255), (204, 0, 122), (110, 110, 110)], np.uint8)


def card(key: str, found: LabelChange | str | None, language: str) -> str:
    """A stage's change, or why there is none; None while it is being computed."""
    if isinstance(found, LabelChange):
        share = written(found.share, language)
        state, body = f"<b>{escape(share)}</b>", _steps(key, found, share, language)
    elif found:
        state, body = "", f'<p class="alert">{escape(found)}</p>'
    else:
        waiting = escape(text("insight-perturb.waiting", language))
        state = f'<b class="computing">{waiting}</b>'
        body = '<figure><div class="picture"></div><figcaption>&nbsp;</figcaption></figure>' * 3
    return (
        f'<li class="label-change" data-stage="{key}"><h3>{numbered(key, language)} '
        f'{state}</h3><div class="steps">{body}</div></li>'
    )


def written(share: float, language: str) -> str:
    """0 -> "0 %", 0.0003 -> "< 0.1 %", 0.0312 -> "3.1 %"."""
    if 0 < share < 0.0005:
        return text("insight-perturb.below", language)
    percent = f"{100 * share:.1f}" if share else "0"
    return text("insight-perturb.percent", language, percent=percent)


def legend(moves: bool, language: str) -> str:
    """What the colours over the pale photos mean; `moves` where pixels can leave."""
    entries = [("changed", CHANGED), ("gone", NOT_KEPT)][: 2 if moves else 1]
    items = "".join(
        '<li><i style="background:rgb({},{},{})"></i>{}</li>'.format(
            *CHANGE_PALETTE[colour], escape(text(f"insight-perturb.legend.{name}", language))
        )
        for name, colour in entries
    )
    return f'<ul class="legend">{items}</ul>'


def _steps(key: str, change: LabelChange, share: str, language: str) -> str:
    before, after = (
        label_image(labels.astype(np.uint8), change.palette)
        for labels in (change.before, change.after)
    )
    steps = (
        ("before", "", before),
        ("after", "tested", after),
        ("changed", "pale", _where(change)),
    )
    stage = text(f"stages.{key}.title", language)
    figures = []
    for name, kind, labels in steps:
        alt = text(f"insight-perturb.alt.{name}", language, stage=stage, share=share)
        caption = escape(text(f"insight-perturb.{name}", language))
        figures.append(
            f"<figure>{picture(mask(labels), alt, kind)}<figcaption>{caption}</figcaption></figure>"
        )
    return "".join(figures)


def _where(change: LabelChange) -> Image.Image:
    """The pixels that changed and those that left, transparent elsewhere."""
    places = np.full(change.before.shape, NO_CHANGE, np.uint8)
    places[change.changed] = CHANGED
    places[~change.kept] = NOT_KEPT
    image = label_image(places, CHANGE_PALETTE)
    image.info["transparency"] = NO_CHANGE
    return image
