"""A picture is its file's alone: nothing of one photo, and no memory as it was, is in another."""

import os
import random
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image
from support.decoding import BROKEN_OFF, outcome
from support.memory import FUZZ
from support.photo_corpus import (
    REFUSED_TIFF_CODECS,
    TIFF_JPEG_MODES,
    animated,
    cuts,
    mutate,
    picture,
    polyglots,
    save,
    short_jpeg_tiff,
    whole,
)

from segdemo.data.decoder_client import TEMPLATE, Template, environment
from segdemo.data.image_formats import identify
from segdemo.data.tiff_tags import COMPRESSION, read_tags

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no template")

SIZE = (800, 473)
# Photos that may be decoded before another, each filling memory in its own way.
EARLIER = [save(Image.new("RGB", SIZE, colour), "BMP") for colour in ("black", "white", "#5501aa")]
FILLS = ("0", "85", "170")  # of new memory, for glibc: as the system gives it, 0xAA and 0x55
LEAST = 30  # damaged files of a kind
FAX = {"TIFF 2", "TIFF 3", "TIFF 4"}
SELDOM = {"TIFF 8", "PNG", "HEIC"}  # most damage is found: perhaps none of LEAST is shown


def kind_of(data: bytes) -> str:
    """The format; of a TIFF with the number of its compression."""
    form = identify(data)
    return f"TIFF {read_tags(data, COMPRESSION).get(COMPRESSION, 1)}" if form == "TIFF" else form


def seeds_by_kind() -> dict[str, list[bytes]]:
    """The corpus' whole files, and larger ones of what has shown foreign memory."""
    found = [data for _, data in (*whole(), *animated(), *polyglots().items())]
    found += [save(picture("1", SIZE), "TIFF", compression=codec) for codec in REFUSED_TIFF_CODECS]
    found += [save(picture(mode, SIZE), "TIFF", compression="jpeg") for mode in TIFF_JPEG_MODES]
    kinds = defaultdict(list)
    for data in found:
        kinds[kind_of(data)].append(data)
    return kinds


SEEDS = seeds_by_kind()
# Without what is done about them they show memory as it was.
LEAKS = [
    (ROOT / "tests/data/cases/fax-with-damaged-codes.tif").read_bytes(),
    short_jpeg_tiff(),
    short_jpeg_tiff(SIZE),
]
# Allocates what was allocated before, small and large, and prints what it holds.
ALLOCATE = """
import ctypes, sys
from segdemo.data.image_decoding import decode
decode(sys.stdin.buffer.read())
c = ctypes.CDLL(None)
c.malloc.restype, c.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
for size in (100, 1000, 300_000):
    block = c.malloc(size)
    ctypes.memset(block, 1, size)
    c.free(block)
    print(set(ctypes.string_at(c.malloc(size), size)[32:64]))
"""


@pytest.fixture(scope="module")
def templates() -> Iterator[list[Template]]:
    """One for each of FILLS, which has decoded one of EARLIER."""
    made = []
    with pytest.MonkeyPatch.context() as patch:
        for fill, earlier in zip(FILLS, EARLIER, strict=True):
            patch.setenv("MALLOC_PERTURB_", fill)
            made.append(Template())
            assert not isinstance(outcome(earlier, made[-1]), str)
    yield made
    for template in made:
        os.kill(template.pid, signal.SIGKILL)


def photos_among(files: list[bytes], templates: list[Template]) -> int:
    """How many are answered as photos; fails unless each is the same whatever came before.

    Whether one that costs too much is broken off may depend on the machine.
    """
    photos = 0
    for data in files:
        outcomes = {outcome(data, template) for template in templates} - {BROKEN_OFF}
        assert len(outcomes) <= 1, data[:4096].hex()
        photos += not all(isinstance(one, str) for one in outcomes)
    return photos


@pytest.mark.fuzzing
@pytest.mark.parametrize("kind", sorted(SEEDS))
def test_damaged_files_give_the_same_whatever_was_decoded_before(kind, templates):
    """SEGDEMO_FUZZ files in all, as many of each kind, made of each seed in turn."""
    seeds, rng = SEEDS[kind], random.Random(kind)
    count = max(FUZZ // len(SEEDS), len(seeds), LEAST)
    mutated = [mutate(seeds[number % len(seeds)], rng) for number in range(count)]
    photos = photos_among(mutated, templates)
    photos_among([data for seed in seeds for data in cuts(seed)[::4]], templates)
    print(f"{kind}: {len(seeds)} seeds, {count} damaged files, {photos} shown")
    if kind in FAX:
        assert photos == 0
    else:
        assert photos or kind in SELDOM
        assert photos_among(seeds, templates) >= len(seeds) - 1  # one Pillow cannot read back


def test_files_that_have_shown_foreign_memory_are_refused(templates):
    assert photos_among(LEAKS, templates) == 0


@pytest.mark.parametrize("fill", FILLS[1:])
def test_new_memory_is_filled_whatever_its_size_also_after_jpeg_in_tiff(fill, monkeypatch):
    """Without that the tests above would see nothing."""
    monkeypatch.setenv("MALLOC_PERTURB_", fill)
    done = subprocess.run(
        [sys.executable, "-c", ALLOCATE],
        cwd=ROOT,
        env=environment(),
        input=save(picture(), "TIFF", compression="jpeg"),
        stdout=subprocess.PIPE,
        check=True,
    )
    assert done.stdout.decode().splitlines() == [str({255 - int(fill)})] * 3


def memory_holds(pid: int, marker: bytes) -> bool:
    """Whether a process's memory, as far as it may be written, has these bytes somewhere."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, access, *_ = line.split()
            if access.startswith("rw"):
                start, end = (int(number, 16) for number in span.split("-"))
                memory.seek(start)
                if marker in memory.read(end - start):
                    return True
    return False


@pytest.mark.fuzzing
def test_the_template_never_holds_a_photo():
    marker = np.random.default_rng().integers(0, 256, 12, np.uint8).tobytes()
    colours = Image.frombytes("RGB", (4, 1), marker).resize((400, 300), Image.Resampling.NEAREST)
    colours.paste(Image.frombytes("RGB", (4, 1), marker))
    files = [save(colours, form) for form in ("BMP", "PNG", "TIFF")]
    for number in range(FUZZ):
        shown = outcome(files[number % len(files)])
        assert shown[0].startswith(marker)
    assert memory_holds(os.getpid(), marker)  # so the search finds what is there
    assert not memory_holds(TEMPLATE.pid, marker)
