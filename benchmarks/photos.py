"""Photos that no server has seen before."""

import io
from collections.abc import Callable

import numpy as np
import pillow_heif
from PIL import Image

from segdemo.data.sample_photos import SAMPLE_PHOTOS

pillow_heif.register_heif_opener()  # to write HEIC


def jpeg(size: tuple[int, int], seed: int) -> bytes:
    """The shipped cat as a JPEG of (width, height), with a sensor's noise: another a seed."""
    cat = Image.open(SAMPLE_PHOTOS["cat"].path).convert("RGB")
    cat = cat.resize(size, Image.Resampling.BICUBIC)
    noise = np.random.default_rng(seed).normal(0, 4, (*size[::-1], 1))
    pixels = (np.asarray(cat) + noise).clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=85)
    return file.getvalue()


SIDE = 5000  # pixels of the largest square that is neither JPEG nor HEIC


def save(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def slope(mode: str, width: int = SIDE, height: int = SIDE) -> Image.Image:
    """A picture that changes everywhere and still fits into few bytes."""
    values = (np.arange(width) + np.arange(height)[:, None]) // 8
    if mode in ("F", "I;16"):
        return Image.fromarray(values.astype({"F": np.float32, "I;16": np.uint16}[mode]))
    grey = Image.fromarray((values % 256).astype(np.uint8))
    bands = len(Image.new(mode, (1, 1)).getbands())
    return grey if mode == "L" else Image.merge(mode, [grey] * bands)


def every_format() -> list[bytes]:
    """Photos as people have them, of every format, and then every second one cut short."""
    files = [jpeg((1000, 750), 1), jpeg((4000, 3000), 2), save(slope("RGBA", 1500, 1000), "PNG")]
    forms = ("WEBP", "TIFF", "GIF", "BMP", "AVIF", "HEIF")
    files += [save(slope("RGB", 900, 600), form) for form in forms]
    return files + [data[: len(data) // 2] for data in files[::2]]


# The photos that cost most of those that are taken: as large as may be, of every kind.
COSTLY: dict[str, Callable[[], bytes]] = {
    "JPEG, CMYK, progressive": lambda: save(
        slope("CMYK", 8192, 6144), "JPEG", progressive=True, quality=50
    ),
    "JPEG without its end": lambda: save(slope("RGB", 8192, 6144), "JPEG", quality=50)[:-2],
    "PNG, RGBA": lambda: save(slope("RGBA"), "PNG", compress_level=1),
    "PNG, 16 bits": lambda: save(slope("I;16"), "PNG", compress_level=1),
    "WEBP, RGBA": lambda: save(slope("RGBA"), "WEBP", quality=50, method=0),
    "WEBP, RGBA, lossless": lambda: save(slope("RGBA"), "WEBP", lossless=True, quality=0, method=0),
    "TIFF, RGBA": lambda: save(slope("RGBA"), "TIFF", compression="tiff_adobe_deflate"),
    "TIFF, JPEG": lambda: save(slope("RGB"), "TIFF", compression="jpeg"),
    "TIFF, 32-bit numbers": lambda: save(slope("F"), "TIFF", compression="tiff_adobe_deflate"),
    "GIF, transparent": lambda: save(slope("L"), "GIF", transparency=3),
    "BMP": lambda: save(slope("L", SIDE, 3990), "BMP"),
    "HEIC": lambda: save(
        *(slope("RGB", 8064, 6048), "HEIF"),
        **{"quality": 50, "tile_size": 512, "enc_params": {"preset": "ultrafast"}},
    ),
    "AVIF, RGBA": lambda: save(slope("RGBA"), "AVIF", speed=10, quality=50),
}
