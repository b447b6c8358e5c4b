"""What a label looks like: the classes' colours, indexed PNGs, small photos for the page."""

import io

import numpy as np
from PIL import Image

from segdemo.classes import CLASSES

# Vermillion, blue and yellow of Okabe and Ito's palette (2008): told apart with any colour
# vision, and the border is by far the lightest.
COLOURS = {"pet": (213, 94, 0), "background": (0, 114, 178), "border": (240, 228, 66)}
CLASS_PALETTE = np.array([COLOURS[name] for name in CLASSES], dtype=np.uint8)


def label_image(labels: np.ndarray, palette: np.ndarray = CLASS_PALETTE) -> Image.Image:
    """(H, W) uint8 labels -> an indexed image (mode P) whose pixel values are the labels.

    palette: (labels, 3) uint8 RGB, the colour each label is shown in.
    """
    image = Image.fromarray(labels)
    image.putpalette(palette.tobytes())
    return image


def png(image: Image.Image) -> bytes:
    """An indexed image as a PNG file."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", bits=4, compress_level=6)
    return buffer.getvalue()


def photo_jpeg(photo: Image.Image) -> bytes:
    """RGB photo -> JPEG, for looking at, not for computing with."""
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
