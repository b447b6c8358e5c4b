"""A stage's place on the sheet: its card as an image."""

import numpy as np
from PIL import Image

from segdemo.data.palette import CLASS_PALETTE, COLOURS
from segdemo.inference.segmentation import SegmentationResult
from segdemo.locales import Translator
from segdemo.models.registry import POSITIONS
from segdemo.web.components.report.pen import BAD, FAINT, LEADING, PAPER, RULE, Fonts, Pen
from segdemo.web.components.stage_card import StageCard
from segdemo.web.formatting import iou, milliseconds, percent

WIDTH = 362  # pixels, of a tile and of its picture
HEAD = 44  # of the title above the picture
SHORTEST, TALLEST = 120, 420  # of a picture, whatever the photo's shape
ROOM = 800  # below the picture; what is not needed is cut off
OPACITY = 0.6  # of a mask over the photo, as the page begins with
TEXT, TITLE = 19, 25  # sizes of letters
BAR, GAP, SWATCH = 12, 10, 14
COLUMNS = 2  # of labels with their shares


def picture_size(photo: Image.Image) -> tuple[int, int]:
    """(width, height) of the photo on the sheet: as large as fits the picture's frame."""
    return fitted(photo.size, WIDTH, frame_height(photo))


def fitted(shape: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    """(width, height) of a picture of that shape as large as fits; 1 pixel at the least."""
    scale = min(width / shape[0], height / shape[1])
    return max(1, round(scale * shape[0])), max(1, round(scale * shape[1]))


def frame_height(photo: Image.Image) -> int:
    """What a picture takes of the sheet's height."""
    return min(max(round(WIDTH * photo.height / photo.width), SHORTEST), TALLEST)


def framed(picture: Image.Image, photo: Image.Image) -> Image.Image:
    """The picture in the middle of a frame of the photo's on the sheet."""
    frame = Image.new("RGB", (WIDTH, frame_height(photo)), RULE)
    left, top = (frame.width - picture.width) // 2, (frame.height - picture.height) // 2
    frame.paste(picture, (left, top))
    return frame


def shrunk(photo: Image.Image) -> Image.Image:
    """The RGB photo in the size it has on the sheet."""
    return photo.resize(picture_size(photo), Image.Resampling.LANCZOS)


def masked(
    photo: Image.Image, labels: np.ndarray, palette: np.ndarray = CLASS_PALETTE
) -> Image.Image:
    """The photo in its size on the sheet, (H, W) labels laid over it in their colours.

    Labels beyond the palette, of an unpainted ground truth, leave the photo as it is.
    """
    small = Image.fromarray(labels).resize(picture_size(photo), Image.Resampling.NEAREST)
    covered = Image.fromarray(
        np.where(np.array(small) < len(palette), round(255 * OPACITY), 0).astype(np.uint8)
    )
    small.putpalette(palette.tobytes())
    return Image.composite(small.convert("RGB"), shrunk(photo), covered)


def tile(card: StageCard, photo: Image.Image, fonts: Fonts, t: Translator) -> Image.Image:
    """The card of a photo as an image, WIDTH wide: title, picture, shares and scores."""
    below = HEAD + frame_height(photo)
    image = Image.new("RGB", (WIDTH, below + ROOM), PAPER)
    pen = Pen(image, fonts)
    pen.numbered(0, 4, POSITIONS[card.stage.key], 28)
    pen.write(38, 2, t(f"stages.{card.stage.key}.title"), TITLE, bold=True)
    if result := card.result:
        image.paste(framed(masked(photo, result.labels, result.palette), photo), (0, HEAD))
        y = _shares(pen, below + GAP, result, card.label_names(t))
        y = _scores(pen, y + GAP, card, result, t)
    else:
        pen.block(0, HEAD, WIDTH, frame_height(photo), RULE)
        y = pen.paragraph(16, HEAD + 12, WIDTH - 32, card.note, TEXT, colour=BAD)
    return image.crop((0, 0, WIDTH, round(max(y, below))))


def _shares(pen: Pen, y: float, answer: SegmentationResult, names: list[str]) -> float:
    """A bar of the labels' shares, and each in words; returns the y below."""
    ends = np.rint(np.cumsum((0, *answer.fractions)) * WIDTH).astype(int).tolist()
    colours = [tuple(colour) for colour in answer.palette.tolist()]
    for left, right, colour in zip(ends, ends[1:], colours):
        if right > left:
            pen.block(left, y, right - left, BAR, colour)
    y += BAR + GAP
    for index, (name, share) in enumerate(zip(names, answer.fractions)):
        row, column = divmod(index, COLUMNS)
        x, line = column * WIDTH / COLUMNS, y + row * LEADING * TEXT
        pen.block(x, line + 6, SWATCH, SWATCH, colours[index])
        x += SWATCH + 6
        pen.write(x, line, name, TEXT)
        pen.write(x + pen.width(name, TEXT) + 8, line, f"{percent(share)} %", TEXT, bold=True)
    return y + (row + 1) * LEADING * TEXT


def _scores(
    pen: Pen, y: float, card: StageCard, answer: SegmentationResult, t: Translator
) -> float:
    """Test mIoU, milliseconds and, where the truth is known, IoU; returns the y below."""
    ms = milliseconds(answer.milliseconds)
    rows = [
        ("test-miou", "–" if card.test_miou is None else f"{card.test_miou:.3f}"),
        ("time", t("compare.milliseconds", ms=ms)),
    ]
    for key, value in rows:
        pen.write(0, y, t(f"compare.{key}"), TEXT, colour=FAINT)
        pen.write_right(WIDTH, y, value, TEXT, bold=True)
        y += LEADING * TEXT
    result = answer.score
    if result is None:
        return y
    said = t(f"compare.iou-{card.score_kind}")
    below = pen.paragraph(0, y, WIDTH - 60, said, TEXT, colour=FAINT)
    pen.write_right(WIDTH, y, f"{result.miou:.2f}", TEXT, bold=card.score_kind != "flattered")
    for column, (name, value) in enumerate(result.iou.items()):
        x = column * WIDTH / len(result.iou)
        pen.block(x, below + 6, SWATCH, SWATCH, COLOURS[name])
        pen.write(x + SWATCH + 6, below, iou(value), TEXT)
    return below + LEADING * TEXT
