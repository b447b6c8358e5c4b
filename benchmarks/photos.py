"""Photos that no server has seen before."""

import io

import numpy as np
from PIL import Image

from segdemo.web.examples import shipped_photos


def jpeg(size: tuple[int, int], seed: int) -> bytes:
    """The shipped cat as a JPEG of (width, height), with a sensor's noise: another a seed."""
    cat = Image.open(shipped_photos()[0]).convert("RGB").resize(size, Image.Resampling.BICUBIC)
    noise = np.random.default_rng(seed).normal(0, 4, (*size[::-1], 1))
    pixels = (np.asarray(cat) + noise).clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=85)
    return file.getvalue()
