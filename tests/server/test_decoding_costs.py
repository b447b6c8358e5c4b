"""The photos that cost most of those that are taken: what one needs of memory, and how long.

`pytest -s tests/server/test_decoding_costs.py` prints the figures; bombs, which are refused or cost
little, are those of test_photos.py.
"""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image
from support.photo_corpus import save

from segdemo.data.decoder import FORMATS, MAX_BYTES, MAX_JPEG_PIXELS, MAX_PIXELS

MOST = 10**9  # bytes: what one photo may need, the process that decodes it included
SIDE = 5000  # of the largest square that is not a JPEG
MEASURING = """
import os, re, resource, sys, time
from segdemo.photos import avif_process
from segdemo.data.decoder import open_photo

avif_process.MAX_SECONDS = 600  # by the clock, and other things may run beside this
data = sys.stdin.buffer.read()
before, start = os.times(), time.perf_counter()
open_photo(data)
wall, after = time.perf_counter() - start, os.times()
with open("/proc/self/status") as status:  # getrusage would tell also of the parent, before exec
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", status.read())[1])
peak += resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # AVIF's own process
print(peak * 1024, sum(after[:4]) - sum(before[:4]), wall)
"""


def slope(mode: str, width: int = SIDE, height: int = SIDE) -> Image.Image:
    """A picture that changes everywhere and still fits into few bytes."""
    values = (np.arange(width) + np.arange(height)[:, None]) // 8
    if mode in ("F", "I;16"):
        return Image.fromarray(values.astype({"F": np.float32, "I;16": np.uint16}[mode]))
    grey = Image.fromarray((values % 256).astype(np.uint8))
    bands = len(Image.new(mode, (1, 1)).getbands())
    return grey if mode == "L" else Image.merge(mode, [grey] * bands)


COSTLY: dict[str, Callable[[], bytes]] = {
    "JPEG, CMYK, progressive": lambda: save(
        slope("CMYK", 8192, 6144), "JPEG", progressive=True, quality=50
    ),
    "PNG, RGBA": lambda: save(slope("RGBA"), "PNG", compress_level=1),
    "PNG, 16 bits": lambda: save(slope("I;16"), "PNG", compress_level=1),
    "WEBP, RGBA": lambda: save(slope("RGBA"), "WEBP", quality=50, method=0),
    "WEBP, RGBA, lossless": lambda: save(slope("RGBA"), "WEBP", lossless=True, quality=0, method=0),
    "TIFF, RGBA": lambda: save(slope("RGBA"), "TIFF", compression="tiff_adobe_deflate"),
    "TIFF, 32-bit numbers": lambda: save(slope("F"), "TIFF", compression="tiff_adobe_deflate"),
    "GIF, transparent": lambda: save(slope("L"), "GIF", transparency=3),
    "BMP": lambda: save(slope("L", SIDE, 3990), "BMP"),
}
if "AVIF" in FORMATS:
    COSTLY["AVIF, RGBA"] = lambda: save(slope("RGBA"), "AVIF", speed=10, quality=50)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from /proc")
@pytest.mark.parametrize("name", COSTLY)
def test_the_costliest_photos_need_less_than_a_gigabyte(name):
    photo = COSTLY[name]()
    assert len(photo) <= MAX_BYTES
    done = subprocess.run(
        [sys.executable, "-c", MEASURING], input=photo, capture_output=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr.decode()
    memory, processor, wall = map(float, done.stdout.split())
    print(f"\n{name}: {len(photo) / 1e6:.1f} MB, {memory / 1e6:.0f} MB of memory,", end=" ")
    print(f"{processor:.2f} s of processor time, {wall:.2f} s")
    assert memory < MOST


def test_they_are_as_large_as_may_be():
    assert SIDE * SIDE == MAX_PIXELS
    assert 0.98 * MAX_JPEG_PIXELS < 8192 * 6144 <= MAX_JPEG_PIXELS
