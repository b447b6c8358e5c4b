"""A stage's card in section *One click, all stages*, as HTML."""

from dataclasses import dataclass
from html import escape

import numpy as np

from segdemo.analysis.pixel import Box, ColourReading, NetworkReading, Reading
from segdemo.analysis.saliency import Measured
from segdemo.data.classes import CLASSES
from segdemo.data.palette import heat, png
from segdemo.data.preprocessing import SIZE
from segdemo.locales import text
from segdemo.models.registry import Stage
from segdemo.web.components.cross_entropy import bars
from segdemo.web.components.html import data_url
from segdemo.web.components.stage_names import header, title
from segdemo.web.formatting import percent
from segdemo.web.tabs.explain.pixel_photo import CROSS, swatch

TIMES = "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class PixelCard:
    """What one card shows: a reading, or the problem why there is none.

    `palette` is that of the answer, (labels, 3) uint8 RGB; `measuring` says that `measured` is
    on its way.
    """

    stage: Stage
    reading: Reading | None = None
    palette: np.ndarray | None = None
    problem: str = ""
    measuring: bool = False
    measured: Measured | None = None

    @property
    def state(self) -> str:
        if self.reading is None:
            return "failed"
        return "running" if self.measuring else "done"


def render(card: PixelCard, language: str) -> str:
    """A stage's card."""
    key = card.stage.key
    if card.reading is None:
        note = escape(text("compare.failed", language, problem=card.problem))
        body = f'<div class="picture"><p>{note}</p></div>'
    else:
        body = _picture(card, language) + _chart(card, language) + _lines(card, language)
    head = header(key, language)
    return f'<article class="card {card.state}" data-stage="{key}">{head}{body}</article>'


def _picture(card: PixelCard, language: str) -> str:
    """The stage's mask over the photo, or the heat; on it what the stage can see."""
    layers = f'<div class="photo"></div><div class="mask" style="{_mask(card.stage)}"></div>'
    if card.measured:
        layers = f'<img class="pixel-heat" src="{_heat(card.measured.gradient)}" alt="">'
    if card.measuring:
        layers += f"<p>{escape(text('insight-pixel.measuring', language))}</p>"
    skips = "".join(_frame("pixel-skip", skip) for skip in _smaller(card.reading))
    return (
        f'<div class="picture pixel-map" role="img" aria-label="{escape(_alt(card, language))}">'
        f"{layers}{skips}{_frame('pixel-box', card.reading.box)}{CROSS}</div>"
    )


def _mask(stage: Stage) -> str:
    return f"background-image:var(--mask-{stage.key})"


def _heat(gradient: np.ndarray) -> str:
    """Square roots, so that what moves the logit little is seen beside what moves it most."""
    roots = np.sqrt(gradient)
    return data_url(png(heat(roots, float(roots.max()) or 1.0)), "png")


def _frame(kind: str, box: Box) -> str:
    top, left, bottom, right = (100 * side / SIZE for side in box)
    pixel = 100 / SIZE
    return (
        f'<i class="{kind}" style="top:{top:.3f}%;left:{left:.3f}%;'
        f'height:{bottom - top + pixel:.3f}%;width:{right - left + pixel:.3f}%"></i>'
    )


def _smaller(reading: Reading) -> list[Box]:
    """What skip connections see alone, where that is less than the whole."""
    skips = reading.skips if isinstance(reading, NetworkReading) else ()
    return [skip for skip in skips if skip != reading.box]


def _alt(card: PixelCard, language: str) -> str:
    """The card in words: "U-Net: pet 93 %. Sees the whole photo"."""
    reading = card.reading
    if isinstance(reading, NetworkReading):
        name = text(f"page.class.{CLASSES[reading.label]}", language)
        share = percent(reading.probabilities[reading.label])
        answer = text("compare.alt.share", language, name=name, percent=share)
    else:
        answer = text("page.class.cluster", language, index=reading.label + 1)
    name = title(card.stage.key, language)
    said = text("compare.alt", language, stage=name, shares=answer)
    return ". ".join((said, _sees(reading, language)))


def _chart(card: PixelCard, language: str) -> str:
    """Three probabilities; or for k-means how far the colour is from each centre."""
    reading = card.reading
    if isinstance(reading, NetworkReading):
        names = [text(f"page.class.{name}", language) for name in CLASSES]
        return bars(reading.probabilities, names, reading.label)
    farthest = max(reading.distances.max(), 1.0)
    rows = "".join(
        f"<li{' class=chosen' if i == reading.label else ''}>"
        f"<span>{swatch(centre)} {text('page.class.cluster', language, index=i + 1)}</span>"
        f'<span class="bar"><i style="width:{100 * distance / farthest:.1f}%"></i></span>'
        f"<b>{distance:.0f}</b></li>"
        for i, (centre, distance) in enumerate(zip(card.palette, reading.distances.tolist()))
    )
    return f'<ul class="bars distances">{rows}</ul>'


def _lines(card: PixelCard, language: str) -> str:
    """What it sees, what was measured, what to look for."""
    key, reading = card.stage.key, card.reading
    lines = [("sees", _sees(reading, language))]
    if card.measured:
        lines.append(("measured", _said_of(card.measured, language)))
    if skips := _smaller(reading):
        sizes = ", ".join(TIMES.join(map(str, _sides(skip))) for skip in reversed(skips))
        lines.append(("skips", text("insight-pixel.skips", language, sizes=sizes)))
    lines.append(("look", text(f"insight-pixel.look.{key}", language)))
    said = "".join(f'<p class="{kind}">{escape(line)}</p>' for kind, line in lines)
    return f'<div class="lines">{said}</div>'


def _said_of(measured: Measured, language: str) -> str:
    if measured.half is None:
        return text("insight-pixel.still", language)
    return text("insight-pixel.half", language, side=measured.half)


def _sides(box: Box) -> tuple[int, int]:
    """(width, height) in pixels."""
    top, left, bottom, right = box
    return right - left + 1, bottom - top + 1


def _sees(reading: Reading, language: str) -> str:
    if isinstance(reading, ColourReading):
        return text("insight-pixel.sees.centres", language)
    width, height = _sides(reading.box)
    if (width, height) == (SIZE, SIZE):
        return text("insight-pixel.sees.whole", language)
    if (width, height) == (1, 1):
        return text("insight-pixel.sees.pixel", language)
    return text("insight-pixel.sees.part", language, width=width, height=height)
