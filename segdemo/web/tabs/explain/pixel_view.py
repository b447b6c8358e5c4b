"""Section *One click, all stages*, what it shows: windows over the photo, a card per stage."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from segdemo.analysis.pixel import Box, ColourReading, NetworkReading, Reading
from segdemo.analysis.saliency import Measured
from segdemo.data.classes import CLASSES
from segdemo.data.palette import heat
from segdemo.data.preprocessing import SIZE
from segdemo.evaluation.model_stats import model_stats
from segdemo.locales import Translator
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import NETWORKS
from segdemo.web.components.probability_bars import Bar, class_bars
from segdemo.web.formatting import percent

WHOLE = (0, 0, SIZE - 1, SIZE - 1)


@dataclass(frozen=True)
class Window:
    """The receptive field around any pixel: so many pixels to each side, None for all of them."""

    reach: int | None
    name: str


@dataclass(frozen=True)
class Frame:
    """A box in percent of the picture; `kind` is "field", "field whole" or "skip"."""

    kind: str
    top: float
    left: float
    height: float
    width: float


@dataclass(frozen=True)
class PixelCard:
    """What one card shows: a reading, or the problem why there is none."""

    key: str
    title: str
    state: str  # done, failed, or running: its measurement is on its way
    problem: str = ""
    description: str = ""
    receptive_field: str = ""
    frames: list[Frame] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    look: str = ""
    heat: Image.Image | None = None


def windows(t: Translator) -> list[Window]:
    """What the networks see around a pixel, each size once, the smallest first."""
    sizes = sorted({min(model_stats(stage).receptive_field, SIZE) for stage in NETWORKS.values()})
    return [
        Window(None, t("insight-pixel.window.whole"))
        if size == SIZE
        else Window(size // 2, f"{size}×{size}")
        for size in sizes
    ]


def failed_card(key: str, problem: CheckpointError, t: Translator) -> PixelCard:
    """The card of a stage that cannot answer."""
    note = t("compare.failed", problem=problem)
    return PixelCard(key, t(f"stages.{key}.title"), "failed", problem=note)


def reading_card(
    key: str,
    reading: Reading,
    palette: np.ndarray,
    t: Translator,
    measuring: bool = False,
    measured: Measured | None = None,
) -> PixelCard:
    """The card of a stage's reading at one pixel.

    `palette` is that of the answer, (labels, 3) uint8 RGB; `measuring` says that `measured` is
    on its way.
    """
    title = t(f"stages.{key}.title")
    seen = _receptive_field(reading, t)
    bars = _bars(reading, palette, t)
    answer = next(bar for bar in bars if bar.chosen)
    said = answer.name
    if isinstance(reading, NetworkReading):
        said = t("compare.alt.share", name=said, percent=percent(answer.fraction))
    described = t("compare.alt", stage=title, shares=said)
    skips = _smaller(reading)
    return PixelCard(
        key,
        title,
        "running" if measuring else "done",
        description=f"{described}. {seen}",
        receptive_field=seen,
        frames=[*(_frame("skip", skip) for skip in skips), _frame("field", reading.box)],
        bars=bars,
        notes=_notes(skips, measured, t),
        look=t(f"insight-pixel.look.{key}"),
        heat=_heat(measured.gradient) if measured else None,
    )


def _heat(gradient: np.ndarray) -> Image.Image:
    """Square roots, so that what moves the logit little is seen beside what moves it most."""
    roots = np.sqrt(gradient)
    return heat(roots, float(roots.max()) or 1.0)


def _frame(kind: str, box: Box) -> Frame:
    top, left, bottom, right = box
    sides = top, left, bottom - top + 1, right - left + 1
    kind = "field whole" if box == WHOLE else kind
    return Frame(kind, *(round(100 * side / SIZE, 3) for side in sides))


def _smaller(reading: Reading) -> list[Box]:
    """What skip connections see alone, where that is less than the whole."""
    skips = reading.skips if isinstance(reading, NetworkReading) else ()
    return [skip for skip in skips if skip != reading.box]


def _bars(reading: Reading, palette: np.ndarray, t: Translator) -> list[Bar]:
    """Three probabilities; or for k-means how far the colour is from each centre."""
    if isinstance(reading, NetworkReading):
        names = [t(f"page.class.{name}") for name in CLASSES]
        return class_bars(reading.probabilities, names, reading.label)
    farthest = max(reading.distances.max(), 1.0)
    return [
        Bar(
            t("page.class.cluster", index=i + 1),
            "rgb({}, {}, {})".format(*centre.tolist()),
            distance / farthest,
            f"{distance:.0f}",
            i == reading.label,
        )
        for i, (centre, distance) in enumerate(zip(palette, reading.distances.tolist()))
    ]


def _notes(skips: list[Box], measured: Measured | None, t: Translator) -> list[str]:
    """What was measured, and how large the dashed frames are."""
    notes = []
    if measured:
        half = measured.half
        notes.append(
            t("insight-pixel.still") if half is None else t("insight-pixel.half", side=half)
        )
    if skips:
        sizes = ", ".join("{}×{}".format(*_sides(skip)) for skip in reversed(skips))
        notes.append(t("insight-pixel.skips", sizes=sizes))
    return notes


def _sides(box: Box) -> tuple[int, int]:
    """(width, height) in pixels."""
    top, left, bottom, right = box
    return right - left + 1, bottom - top + 1


def _receptive_field(reading: Reading, t: Translator) -> str:
    if isinstance(reading, ColourReading):
        return t("insight-pixel.sees.centres")
    if reading.box == WHOLE:
        return t("insight-pixel.sees.whole")
    width, height = _sides(reading.box)
    return t("insight-pixel.sees.part", width=width, height=height)
