"""Section *Four answers* as HTML: the slide's four pictures, and what each one says."""

from html import escape

import numpy as np
from PIL import Image

from segdemo.analysis.vision_tasks import Box, VisionTasks
from segdemo.data.palette import label_image
from segdemo.locales import text
from segdemo.web.components.figure import figure, figures, in_words, mask, over, picture
from segdemo.web.formatting import precise


def four_figures(
    photo: Image.Image,
    labels: np.ndarray,
    found: VisionTasks,
    sent: tuple[int, int],
    language: str,
) -> str:
    """Classification, localization, detection and segmentation side by side.

    `labels` (H, W) and `found` are of the RGB photo as it is shown; the numbers are in pixels
    of the photo as it was sent, (width, height).
    """
    return over(
        photo,
        figures(
            _classification(found, language),
            _localization(photo, found, sent, language),
            _detection(photo, found, sent, language),
            _segmentation(labels, language),
        ),
    )


def _classification(found: VisionTasks, language: str) -> str:
    verdict = text(f"insight-answers.{'pet' if found.pet else 'no-pet'}", language)
    share = text("insight-answers.share", language, percent=precise(found.share))
    layer = f'<b class="answer-word">{escape(verdict)}</b>'
    return _figure("classification", layer, [share], language, verdict)


def _localization(
    photo: Image.Image, found: VisionTasks, sent: tuple[int, int], language: str
) -> str:
    if found.box is None:
        return _figure("localization", "", [text("insight-answers.no-box", language)], language)
    line = _numbers(found.box.scaled(photo.size, sent), language)
    return _figure("localization", _frame(photo, found.box), [line], language)


def _detection(photo: Image.Image, found: VisionTasks, sent: tuple[int, int], language: str) -> str:
    frames, lines = [], []
    for number, detection in enumerate(found.detections, start=1):
        frames.append(_frame(photo, detection.box, f"<b>{number}</b>"))
        place = _numbers(detection.box.scaled(photo.size, sent), language)
        share = text("insight-answers.share", language, percent=precise(detection.share))
        lines.append(f"{number}. {place}; {share}")
    lines = lines or [text("insight-answers.no-box", language)]
    return _figure("detection", "".join(frames), lines, language, count=len(frames))


def _segmentation(labels: np.ndarray, language: str) -> str:
    height, width = labels.shape
    lines = [in_words(labels, language)]
    layer = mask(label_image(labels))
    return _figure("segmentation", layer, lines, language, width=width, height=height)


def _figure(
    name: str, layers: str, lines: list[str], language: str, verdict: str = "", **values: int
) -> str:
    """The slide's title, the picture, what kind of thing comes out, and what came out here.

    `verdict` stands in the picture, where screen readers do not look.
    """
    title = text(f"insight-answers.{name}", language)
    gives = text(f"insight-answers.{name}.gives", language, **values)
    said = "; ".join([verdict, *lines] if verdict else lines)
    return figure(picture(layers, f"{title}: {said}", name), title, gives, *lines)


def _frame(photo: Image.Image, box: Box, badge: str = "") -> str:
    """A box of the shown photo as a layer over it."""
    across, down = 100 / photo.width, 100 / photo.height
    return (
        f'<i class="answer-box" style="left:{box.left * across:.2f}%;top:{box.top * down:.2f}%;'
        f"width:{(box.right - box.left) * across:.2f}%;"
        f'height:{(box.bottom - box.top) * down:.2f}%">{badge}</i>'
    )


def _numbers(box: Box, language: str) -> str:
    return text("insight-answers.box", language, **vars(box))
