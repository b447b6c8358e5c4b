"""How a visitor's photo comes in: examples, a button, the camera, a drop anywhere, a paste.

A photo that cannot be read leaves the one before it, and a sentence says why.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import gradio as gr
from PIL import Image

from segdemo.data.photo_limits import MAX_BYTES
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.locales import Translator
from segdemo.web.context import PageContext
from segdemo.web.events import INFERENCE, UNQUEUED
from segdemo.web.examples import named_photos
from segdemo.web.html import html
from segdemo.web.photo_view import load_preview, load_thumbnail
from segdemo.web.templates import render

THUMBNAIL = 96  # pixels: the longer side of an example's picture
TEXTS = ("no-image", "address", "too-large", "no-camera", "camera-refused", "nothing-pasted")
# An example takes the place of an own photo, and of what the browser has kept.
FORGET = "photo => { if (photo && EXAMPLES.includes(photo.path)) window.ownPhoto.forget(); }"


@dataclass(frozen=True)
class Example:
    """A photo to start with: its name in links, and what it shows in words."""

    name: str
    title: str
    thumbnail: Image.Image


def build(context: PageContext) -> None:
    """Add the row to the Blocks being built."""
    translations, photos = context.translations, named_photos(context.test_split)
    gr.set_static_paths(list(photos.values()))  # these files are served from where they lie
    with gr.Row(elem_id="photo-source"):
        upload = translations.build(
            gr.UploadButton,
            {"label": "compare.source.upload"},
            variant="primary",
            type="filepath",
            elem_id="your-pet",
        )
        translations.html(_source, "tabs/compare/photo_source.js", elem_id="other-sources")
        examples = translations.html(
            lambda t: _examples(photos, t), "tabs/compare/examples.js", elem_id="examples"
        )
        refused = html(elem_id="photo-refused")
    context.photo.render()
    context.show_on([upload.upload], _accept, [upload], [context.photo], refused, **INFERENCE)

    forget = FORGET.replace("EXAMPLES", json.dumps([str(path) for path in photos.values()]))
    context.photo.change(None, context.photo, None, js=forget, api_visibility="private")

    def choose(event: gr.EventData) -> str:
        return str(photos[event.example])

    examples.select(choose, None, context.photo, **UNQUEUED)


def _accept(path: str, t: Translator) -> str:
    """The uploaded file as the page's photo. Raises InputError for what is no photo."""
    load_preview(path)
    return path


def _source(t: Translator) -> str:
    texts = {name: t(f"compare.source.{name}", limit=MAX_BYTES // 10**6) for name in TEXTS}
    return render("tabs/compare/photo_source.html", t, texts=texts, limit=MAX_BYTES)


def _examples(photos: dict[str, Path], t: Translator) -> str:
    return render(
        "tabs/compare/examples.html",
        t,
        examples=[Example(name, _title(name, t), _small(path)) for name, path in photos.items()],
    )


def _title(name: str, t: Translator) -> str:
    """What an example shows; a test photo is called by its breed and number."""
    if name in SAMPLE_PHOTOS:
        return t(f"compare.example.{name}")
    return t("compare.example.test", name=name.replace("_", " "))


def _small(path: Path) -> Image.Image:
    small = load_thumbnail(str(path)).copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    return small
