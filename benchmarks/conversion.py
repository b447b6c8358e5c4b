"""How long the rows of *Other domains* take for one photo of 12 megapixels, decoding included.

`python -m benchmarks.conversion [--rounds 10]` prints milliseconds on two threads: the median of
rounds, after one that loads the networks.
"""

import argparse
import io
import statistics
import time

import torch
from PIL import Image

from benchmarks.server import ROOT
from segdemo.analysis.conversion import TASKS, convert
from segdemo.data.decoder import open_photo
from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.inference import Predictor
from train.report import markdown_table

THREADS = 2
SIZE = (4000, 3000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    torch.set_num_threads(THREADS)
    data = large_photo()
    predictor = Predictor(ROOT / "checkpoints")
    photo = open_photo(data).image
    steps = {"decode": lambda: open_photo(data)}
    steps |= {task: lambda task=task: convert(predictor, photo, task) for task in TASKS}
    times = {name: median(step, rounds) for name, step in steps.items()}
    times["all"] = sum(times.values())
    print(markdown_table(("step", "ms"), [(name, f"{one:.0f}") for name, one in times.items()]))


def large_photo() -> bytes:
    """A JPEG of 12 megapixels."""
    photo = open_photo(SAMPLE_PHOTOS[OPENING_PHOTO].path).image.resize(
        SIZE, Image.Resampling.BICUBIC
    )
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=90)
    return file.getvalue()


def median(step, rounds: int) -> float:
    """Milliseconds of a step, the first call left out."""
    found = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        step()
        found.append(1000 * (time.perf_counter() - started))
    return statistics.median(found[1:])


if __name__ == "__main__":
    main()
