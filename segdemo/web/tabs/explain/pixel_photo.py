"""The photo of section *One click, all stages*, where a pixel is chosen, as HTML."""

from html import escape

import numpy as np
from PIL import Image

from segdemo.analysis.pixel import Answer
from segdemo.data.palette import heat_gradient, label_image, photo_jpeg, png
from segdemo.data.preprocessing import SIZE
from segdemo.locales import text
from segdemo.models.checkpoints import CheckpointError
from segdemo.web.components.html import data_url

CROSS = '<i class="pixel-cross"></i>'  # where it is the style sheet knows, from --row and --column


def photo_picture(
    photo: Image.Image,
    answers: dict[str, Answer | CheckpointError],
    place: tuple[int, int],
    language: str,
) -> str:
    """The photo to choose a pixel on; with it photo and masks travel once, for every card."""
    masks = "".join(
        f'--mask-{key}:url("{data_url(png(label_image(answer.labels, answer.palette)), "png")}");'
        for key, answer in answers.items()
        if not isinstance(answer, CheckpointError)
    )
    row, column = place
    label = escape(text("insight-pixel.photo", language))
    return (
        f'<style>#pixel{{--photo:url("{data_url(photo_jpeg(photo), "jpeg")}");'
        f"--ratio:{photo.width}/{photo.height};{masks}--row:{row};--column:{column}}}</style>"
        f'<div class="picture pixel-map" data-row="{row}" data-column="{column}" tabindex="0" '
        f'role="application" aria-label="{label}"><div class="photo"></div>{CROSS}</div>'
    )


def place_line(place: tuple[int, int], colour: np.ndarray, language: str) -> str:
    """Which pixel it is and what the networks read there, announced as it changes."""
    row, column = place
    said = text("insight-pixel.place", language, row=row + 1, column=column + 1, size=SIZE)
    return f'<p aria-live="polite">{swatch(colour)} {escape(said)}</p>'


def heat_scale(language: str) -> str:
    """What the measurement is, and what its colours mean."""
    return (
        f"<p>{escape(text('insight-pixel.measured.note', language))}</p>"
        f'<p class="scale"><span>0</span><i style="background:{heat_gradient()}"></i>'
        f"<span>{escape(text('insight-pixel.measured.most', language))}</span></p>"
    )


def swatch(colour: np.ndarray) -> str:
    red, green, blue = colour.tolist()
    return f'<i class="pixel-colour" style="background:rgb({red},{green},{blue})"></i>'
