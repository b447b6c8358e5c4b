"""Pictures side by side: what most sections of tab *See why* are made of."""

from html import escape

from PIL import Image

from segdemo.palette import photo_jpeg, png
from segdemo.ui.html import data_url


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
    return (
        f'<div class="picture" role="img" aria-label="{escape(description)}" '
        f'style="--ratio:{photo.width}/{photo.height};'
        f"--photo:url('{data_url(photo_jpeg(photo), 'jpeg')}')\">"
        f'<div class="photo"></div><img class="mask" src="{data_url(png(labels), "png")}" alt="">'
        "</div>"
    )


def pixelated(image: Image.Image, description: str) -> str:
    """An image whose pixels stay squares when it is enlarged."""
    source = data_url(png(image), "png")
    return f'<img class="pixels" src="{source}" alt="{escape(description)}">'
