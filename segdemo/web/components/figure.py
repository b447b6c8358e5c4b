"""Pictures side by side: masks over a photo, and what is on them in words."""

from collections.abc import Callable
from html import escape

import numpy as np
from PIL import Image

from segdemo.data.palette import photo_jpeg, png
from segdemo.locales import text
from segdemo.metrics import class_fractions
from segdemo.web.components.html import data_url
from segdemo.web.formatting import precise


def figures(*parts: str) -> str:
    """Figures in a row that wraps, all of one width."""
    return f'<div class="figures">{"".join(parts)}</div>'


def figure(content: str, title: str, *lines: str) -> str:
    """A picture in HTML under its title, with lines of plain text below."""
    notes = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        f"<figure><figcaption><b>{escape(title)}</b></figcaption>{content}"
        f'<div class="lines">{notes}</div></figure>'
    )


def masked(photo: Image.Image, labels: Image.Image, description: str) -> str:
    """A label image over its RGB photo, as the page's opacity has it; described in words."""
    return over(photo, picture(mask(labels), description))


def over(photo: Image.Image, content: str) -> str:
    """HTML in which every `picture` lies over one RGB photo, which travels once."""
    url = data_url(photo_jpeg(photo), "jpeg")
    ratio = f"--ratio:{photo.width}/{photo.height}"
    return f"<div style=\"{ratio};--photo:url('{url}')\">{content}</div>"


def picture(layers: str, description: str, kind: str = "") -> str:
    """Layers in HTML over the photo of `over`, described in words; `kind` is for style sheets."""
    return (
        f'<div class="picture {kind}" role="img" aria-label="{escape(description)}">'
        f'<div class="photo"></div>{layers}</div>'
    )


def mask(labels: Image.Image) -> str:
    """A label image as a layer of a `picture`."""
    return f'<img class="mask" src="{data_url(png(labels), "png")}" alt="">'


def in_words(labels: np.ndarray, language: str, written: Callable[[float], str] = precise) -> str:
    """(H, W) labels as "pet 31.2 %, background 57.1 %, border 11.7 %"; others go unmentioned."""
    return ", ".join(
        text(
            "compare.alt.share",
            language,
            name=text(f"page.class.{name}", language),
            percent=written(share),
        )
        for name, share in class_fractions(labels).items()
    )


def pixelated(image: Image.Image, description: str) -> str:
    """An image whose pixels stay squares when it is enlarged."""
    source = data_url(png(image), "png")
    return f'<img class="pixels" src="{source}" alt="{escape(description)}">'
