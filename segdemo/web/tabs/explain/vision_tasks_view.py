"""Section *Four answers*, what it shows: the slide's four tasks, and what each one says here."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from segdemo.analysis.vision_tasks import Box, VisionTasks
from segdemo.data.palette import label_image
from segdemo.locales import Translator
from segdemo.web.components.pictures import fractions_in_words
from segdemo.web.formatting import precise


@dataclass(frozen=True)
class Frame:
    """A box, its edges in percent of the photo's width and height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Task:
    """One of the slide's tasks: what kind of thing comes out, and what came out here."""

    name: str
    title: str
    output: str
    lines: list[str]
    word: str = ""  # classification alone; it stands in the picture
    boxes: tuple[Frame, ...] = ()
    numbered: bool = False  # whether each box has its number on it
    mask: Image.Image | None = None

    @property
    def description(self) -> str:
        """The picture in words."""
        words = "; ".join([self.word, *self.lines] if self.word else self.lines)
        return f"{self.title}: {words}"


def tasks(
    labels: np.ndarray,
    found: VisionTasks,
    shown: tuple[int, int],
    original: tuple[int, int],
    t: Translator,
) -> list[Task]:
    """Classification, localization, detection and segmentation of one photo.

    `labels` (H, W) and `found` are of the photo as it is shown; all numbers in words are in pixels
    of the photo as it was sent. `shown` and `original` are (width, height).
    """

    def task(name: str, lines: list[str], *, values: dict | None = None, **parts) -> Task:
        title, output = t(f"insight-answers.{name}"), f"insight-answers.{name}.gives"
        return Task(name, title, t(output, **(values or {})), lines, **parts)

    def fraction(value: float) -> str:
        return t("insight-answers.share", percent=precise(value))

    def edges(box: Box) -> str:
        return t("insight-answers.box", **vars(box.scaled(shown, original)))

    word = t(f"insight-answers.{'pet' if found.pet else 'no-pet'}")
    nothing = [t("insight-answers.no-box")]
    detected = [f"{edges(one.box)}; {fraction(one.share)}" for one in found.detections]
    width, height = original
    return [
        task("classification", [fraction(found.share)], word=word),
        task(
            "localization",
            [edges(found.box)] if found.box else nothing,
            boxes=(_frame(found.box, shown),) if found.box else (),
        ),
        task(
            "detection",
            [f"{number}. {line}" for number, line in enumerate(detected, start=1)] or nothing,
            values={"count": len(detected)},
            boxes=tuple(_frame(one.box, shown) for one in found.detections),
            numbered=True,
        ),
        task(
            "segmentation",
            [fractions_in_words(labels, t)],
            values={"width": width, "height": height},
            mask=label_image(labels),
        ),
    ]


def _frame(box: Box, size: tuple[int, int]) -> Frame:
    across, down = 100 / size[0], 100 / size[1]
    width, height = box.right - box.left, box.bottom - box.top
    edges = box.left * across, box.top * down, width * across, height * down
    return Frame(*(round(edge, 2) for edge in edges))
