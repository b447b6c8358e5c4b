"""The U-Net with skips zeroed as HTML: one choice large, every skip by itself small."""

from collections.abc import Sequence
from html import escape

import numpy as np
from PIL import Image

from segdemo.analysis.skip_ablation import LEVELS, Effect
from segdemo.data.palette import label_image
from segdemo.locales import text
from segdemo.web.components.figure import figure, figures, mask, over, picture
from segdemo.web.formatting import precise
from segdemo.web.tabs.explain.skips_common import answered, border, iou_table

DARK_AND_BRIGHT = np.array([(16, 16, 16), (255, 255, 255)], dtype=np.uint8)


def chosen(photo: Image.Image, intact: Effect, effect: Effect, drawn: bool, language: str) -> str:
    """The intact U-Net's mask, the one with skips zeroed, what changed, and a table of IoU.

    `drawn` says whether the scores are against a truth that a person drew.
    """
    whole, less = text("insight-skips.intact", language), _named(effect, language)
    results = [(less, effect.score)]
    if drawn:
        results.insert(0, (whole, intact.score))
    pictures = figures(
        figure(answered(whole, intact.labels, language), whole),
        figure(answered(less, effect.labels, language), less),
        _changes(intact.labels, effect, language),
    )
    return over(photo, pictures) + iou_table(drawn, results, language)


def _named(effect: Effect, language: str) -> str:
    if not effect.zeroed:
        return text("insight-skips.zeroed.none", language)
    levels = ", ".join(map(str, sorted(effect.zeroed)))
    return text("insight-skips.zeroed", language, levels=levels)


def _changes(intact: np.ndarray, effect: Effect, language: str) -> str:
    differing = label_image((effect.labels != intact).astype(np.uint8), DARK_AND_BRIGHT)
    share = precise(effect.changed)
    return figure(
        picture(mask(differing), text("insight-skips.changes.alt", language, percent=share)),
        text("insight-skips.changes", language),
        text("insight-skips.changed", language, percent=share),
    )


def rows(
    photo: Image.Image, alone: Sequence[Effect], only: Sequence[Effect], drawn: bool, language: str
) -> str:
    """Each skip alone switched off, then each alone kept: small masks, all of them buttons.

    `drawn` says whether the scores are against a truth that a person drew.
    """
    pictures = {
        name: [_small(name, level, effect, language) for level, effect in zip(LEVELS, found)]
        for name, found in (("alone", alone), ("only", only))
    }
    return _rows(photo, pictures, drawn, language)


def blank_rows(photo: Image.Image, drawn: bool, language: str) -> str:
    """What `rows` gives, before anything is computed and as large."""
    waiting = text("compare.running", language), "\N{NO-BREAK SPACE}"
    pictures = {
        name: [
            figure('<div class="picture"></div>', _title(name, level, language), *waiting)
            for level in LEVELS
        ]
        for name in ("alone", "only")
    }
    return _rows(photo, pictures, drawn, language)


def _rows(photo: Image.Image, pictures: dict[str, list[str]], drawn: bool, language: str) -> str:
    note = text(f"insight-skips.rows.{'truth' if drawn else 'intact'}", language)
    content = "".join(
        f"<h4>{escape(text(f'insight-skips.{name}', language))}</h4>"
        f'<div class="six">{figures(*row)}</div>'
        for name, row in pictures.items()
    )
    return over(photo, f"<p>{escape(note)}</p>{content}")


def _small(name: str, level: int, effect: Effect, language: str) -> str:
    title = _title(name, level, language)
    content = answered(title, effect.labels, language)
    return figure(
        f'<button type="button" data-zeroed="{sorted(effect.zeroed)}">{content}</button>',
        title,
        text("insight-skips.changed", language, percent=precise(effect.changed)),
        border(effect.score, language),
    )


def _title(name: str, level: int, language: str) -> str:
    return text(f"insight-skips.{name}.one", language, level=level)
