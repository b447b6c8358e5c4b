"""What labels and values look like: classes' colours, heat, indexed PNGs, photos for the page."""

import io
import zlib

import numpy as np
from PIL import Image

from segdemo.data.classes import CLASSES

# Vermillion, blue and yellow of Okabe and Ito's palette (2008): told apart with any colour
# vision, and the border is by far the lightest.
COLOURS = {"pet": (213, 94, 0), "background": (0, 114, 178), "border": (240, 228, 66)}
CLASS_PALETTE = np.array([COLOURS[name] for name in CLASSES], dtype=np.uint8)
GROUND_TRUTH_PALETTE = np.array(  # UNKNOWN is transparent
    [*((*COLOURS[name], 255) for name in CLASSES), (0, 0, 0, 0)], dtype=np.uint8
)
CSS_COLOURS = {name: f"rgb{COLOURS[name]}" for name in CLASSES}
# Matplotlib's *inferno* at nine evenly spaced places: perceived brightness grows evenly.
INFERNO = np.frombuffer(
    bytes.fromhex("000004 1f0c48 550f6d 88226a ba3655 e35933 f98c0a f9c932 fcffa4"), np.uint8
).reshape(-1, 3)


def label_image(labels: np.ndarray, palette: np.ndarray = CLASS_PALETTE) -> Image.Image:
    """(H, W) uint8 labels -> an indexed image (mode P) whose pixel values are the labels.

    palette: (labels, 3) uint8 RGB or (labels, 4) RGBA, the colour each label is shown in.
    """
    image = Image.fromarray(labels)
    image.putpalette(palette.tobytes(), "RGBA" if palette.shape[1] == 4 else "RGB")
    return image


def ground_truth_image(labels: np.ndarray) -> Image.Image:
    """(H, W) uint8 labels, 0..2 or UNKNOWN -> an indexed image, transparent where UNKNOWN."""
    return label_image(labels, GROUND_TRUTH_PALETTE)


def heat(values: np.ndarray, brightest: float) -> Image.Image:
    """(H, W) values from 0 -> RGB, black for 0 to pale yellow for `brightest` and above."""
    places = np.linspace(0, brightest, len(INFERNO))
    channels = [np.interp(values, places, INFERNO[:, channel]) for channel in range(3)]
    return Image.fromarray(np.stack(channels, axis=-1).round().astype(np.uint8))


def heat_gradient() -> str:
    """The colours of `heat` from left to right, as a CSS background."""
    stops = ",".join(f"rgb({r},{g},{b})" for r, g, b in INFERNO.tolist())
    return f"linear-gradient(90deg,{stops})"


def png(image: Image.Image, compress_level: int = 6) -> bytes:
    """An image as a PNG file; of an indexed one the values are kept."""
    buffer = io.BytesIO()
    # Labels come in runs, all that is worth finding: as small so, in a fourth of the time.
    strategy = zlib.Z_RLE if image.mode == "P" else zlib.Z_DEFAULT_STRATEGY
    image.save(buffer, "PNG", compress_level=compress_level, compress_type=strategy)
    return buffer.getvalue()


def photo_jpeg(photo: Image.Image) -> bytes:
    """RGB photo -> JPEG, for looking at, not for computing with."""
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
