"""A task of the other domains on the sheet: its pictures side by side, each with its PSNR."""

from collections.abc import Sequence

from PIL import Image

from segdemo.analysis.conversion import Picture
from segdemo.data.domains import to_image
from segdemo.locales import Translator
from segdemo.web.components.domain_pictures import picture_title
from segdemo.web.components.report.pen import BAD, LEADING, PAPER, Fonts, Pen
from segdemo.web.components.report.tile import HEAD, TEXT, TITLE, fitted

SIDE = 196  # pixels: a picture's width, and its height at most
GUTTER = 24
TITLE_LINES = 3  # of a picture's title


def domain_row(
    task: str,
    found: Sequence[Picture] | str,
    width: int,
    shape: tuple[int, int],
    fonts: Fonts,
    t: Translator,
) -> Image.Image:
    """An RGB image, `width` wide; `found` is a sentence where the task has no pictures.

    shape: the photo's (width, height), which the pictures get back.
    """
    top = HEAD + round(TITLE_LINES * LEADING * TEXT)
    size = fitted(shape, SIDE, SIDE)
    image = Image.new("RGB", (width, round(top + size[1] + 2 * LEADING * TEXT)), PAPER)
    pen = Pen(image, fonts)
    pen.write(0, 0, t(f"domains.{task}.title"), TITLE, bold=True)
    if isinstance(found, str):
        pen.paragraph(0, HEAD, width, found, TEXT, colour=BAD)
        return image
    for index, picture in enumerate(found):
        left = index * (SIDE + GUTTER)
        pen.paragraph(left, HEAD, SIDE, picture_title(task, picture.name, t), TEXT)
        image.paste(to_image(picture.pixels).resize(size, Image.Resampling.BICUBIC), (left, top))
        if picture.psnr is not None:
            psnr = t("domains.psnr", value=f"{picture.psnr:.1f}")
            pen.write(left, top + size[1] + 4, psnr, TEXT, bold=True)
    return image
