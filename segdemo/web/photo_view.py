"""The visitor's photo as every tab computes with and shows it."""

from dataclasses import replace
from functools import lru_cache

from PIL import Image

from segdemo.cache import PREVIEWS
from segdemo.data.decoder import Photo, open_photo

VIEW_SIDE = 512  # pixels: the longer side of photo and masks on the page
Upload = str | bytes | None  # a photo as callbacks get it: its path, its bytes, or none


@lru_cache(maxsize=PREVIEWS)
def load_preview(photo: Upload) -> Photo:
    """An upload's photo, its longer side at most VIEW_SIDE; not to be changed.

    Gradio names an uploaded file after its content, so a path is never another photo later.
    Raises InputError for what is no photo.
    """
    opened = open_photo(photo)
    image = opened.image.copy()
    # Of photos from 1024 pixels on the mean of 2x2 pixels, in a tenth of the time.
    image.thumbnail((VIEW_SIDE, VIEW_SIDE), Image.Resampling.BILINEAR, reducing_gap=1.0)
    return replace(opened, image=image)


def load_thumbnail(photo: Upload) -> Image.Image:
    """The RGB image of `load_preview`."""
    return load_preview(photo).image
