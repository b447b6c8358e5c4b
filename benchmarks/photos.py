"""Photos that no server has seen before."""

import io

import numpy as np
from PIL import Image

from segdemo.data.sample_photos import SAMPLE_PHOTOS


def jpeg(size: tuple[int, int], seed: int) -> bytes:
    """The shipped cat as a JPEG of (width, height), with a sensor's noise: another a seed."""
    cat = Image.open(SAMPLE_PHOTOS["cat"].path).convert("RGB")
    cat = cat.resize(size, Image.Resampling.BICUBIC)
    noise = np.random.default_rng(seed).normal(0, 4, (*size[::-1], 1))
    pixels = (np.asarray(cat) + noise).clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=85)
    return file.getvalue()
