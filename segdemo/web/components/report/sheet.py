"""The sheet: heading, the photo with notes on the numbers, the stages, the other domains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from PIL import Image

from segdemo.analysis.conversion import Picture
from segdemo.data.classes import CLASSES
from segdemo.data.ground_truth import GroundTruth
from segdemo.data.palette import COLOURS
from segdemo.inference.kmeans import KMeansSettings
from segdemo.locales import Translator
from segdemo.web.components.report.domain_row import domain_row
from segdemo.web.components.report.pen import FAINT, LEADING, PAPER, RULE, Fonts, Pen
from segdemo.web.components.report.tile import (
    HEAD,
    ROOM,
    SWATCH,
    TEXT,
    TITLE,
    WIDTH,
    frame_height,
    framed,
    masked,
    shrunk,
    tile,
)
from segdemo.web.components.stage_card import StageCard

COLUMNS = 4
MARGIN, GUTTER = 40, 24
SHEET = 2 * MARGIN + COLUMNS * WIDTH + (COLUMNS - 1) * GUTTER  # 1600 pixels wide
HEADING, DATE = 46, 24  # sizes of letters
TOP = 150  # y of the photo
ROW_GAP = 40


@dataclass(frozen=True)
class Report:
    """What is on the sheet.

    `photo` is RGB, `size` the (width, height) it was sent in, `truth` may be
    None; `cards` are the stages' in lecture order, done or failed; `conversions`: by task its
    pictures, or why there are none.
    """

    photo: Image.Image
    size: tuple[int, int]
    truth: GroundTruth | None
    cards: list[StageCard]
    settings: KMeansSettings
    made: date
    conversions: Mapping[str, Sequence[Picture] | str] = field(default_factory=dict)


def draw(report: Report, t: Translator) -> Image.Image:
    """The sheet as an RGB image, SHEET pixels wide."""
    fonts = Fonts()
    top = heading(report, fonts, t)
    tiles = [tile(card, report.photo, fonts, t) for card in report.cards]
    rows = [_side_by_side(tiles[i : i + COLUMNS]) for i in range(0, len(tiles), COLUMNS)]
    width, shape = SHEET - 2 * MARGIN, report.photo.size
    rows += [
        domain_row(task, found, width, shape, fonts, t)
        for task, found in report.conversions.items()
    ]
    height = top.height + sum(ROW_GAP + row.height for row in rows) + MARGIN
    sheet = Image.new("RGB", (SHEET, height), PAPER)
    sheet.paste(top)
    y = top.height
    for row in rows:
        sheet.paste(row, (MARGIN, y + ROW_GAP))
        y += ROW_GAP + row.height
    return sheet


def _side_by_side(tiles: Sequence[Image.Image]) -> Image.Image:
    """A row of the sheet, without its margins."""
    row = Image.new("RGB", (SHEET - 2 * MARGIN, max(image.height for image in tiles)), PAPER)
    for index, image in enumerate(tiles):
        row.paste(image, (column(index) - MARGIN, 0))
    return row


def column(index: int) -> int:
    """The left edge of a column."""
    return MARGIN + index * (WIDTH + GUTTER)


def heading(report: Report, fonts: Fonts, t: Translator) -> Image.Image:
    """What stands above the stages: title, date, photo, truth and notes; as wide as the sheet."""
    below = TOP + frame_height(report.photo)
    image = Image.new("RGB", (SHEET, below + ROOM), PAPER)
    pen = Pen(image, fonts)
    pen.write(MARGIN, 24, t("page.title"), HEADING, bold=True)
    made = report.made
    parts = {"year": made.year, "month": f"{made.month:02}", "day": f"{made.day:02}"}
    day = t("take-home.report.date", **parts)
    pen.write_right(SHEET - MARGIN, 42, day, DATE, colour=FAINT)
    width, height = report.size
    said = t("take-home.report.photo", width=width, height=height)
    pictures = [(said, shrunk(report.photo))]
    if report.truth is not None:
        pictures.append((t("compare.truth"), masked(report.photo, report.truth.labels)))
    for index, (caption, picture) in enumerate(pictures):
        pen.write(column(index), TOP - HEAD + 2, caption, TITLE, bold=True)
        image.paste(framed(picture, report.photo), (column(index), TOP))
    y = _notes(pen, column(len(pictures)), TOP - HEAD + 2, report, t)
    return image.crop((0, 0, SHEET, round(max(y, below))))


def _notes(pen: Pen, x: int, y: float, report: Report, t: Translator) -> float:
    """The classes' colours, and where the numbers come from; returns the y below."""
    pen.write(x, y, t("compare.legend"), TITLE, bold=True)
    y, along = TOP - 4, x
    for name in CLASSES:
        said = t(f"page.class.{name}")
        pen.block(along, y + 4, SWATCH + 4, SWATCH + 4, COLOURS[name])
        pen.write(along + SWATCH + 12, y, said, TEXT)
        along += SWATCH + 12 + pen.width(said, TEXT) + GUTTER
    y += LEADING * TEXT + 12
    pen.block(x, y, SHEET - MARGIN - x, 1, RULE)
    y += 12
    for note in _sentences(report, t):
        y = pen.paragraph(x, y, SHEET - MARGIN - x, note, TEXT) + 8
    return y


def _sentences(report: Report, t: Translator) -> list[str]:
    settings = report.settings
    place = "with" if settings.position else "without"
    clustered = t(
        "take-home.report.kmeans",
        clusters=settings.clusters,
        space=t(f"compare.space.{settings.space}"),
        position=t(f"take-home.report.position.{place}"),
    )
    sentences = [clustered, *(t(f"take-home.report.{key}") for key in ("masks", "test", "time"))]
    if report.truth is not None:
        sentences.append(t("take-home.report.here"))
        if report.truth.is_visitors:
            sentences.append(t(f"ground-truth.source.{report.truth.source}"))
    return sentences
