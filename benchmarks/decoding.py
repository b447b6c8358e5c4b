"""What a process of its own costs a photo, and what photos cost that process.

`python -m benchmarks.decoding [--rounds 50] [--uploads 10000]` prints tables: milliseconds a photo
in this process and by `open_photo`, two at a time; memory of the template and of this process
after many uploads, a third of them damaged; memory and processor time of the costliest photos.
On Linux.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from benchmarks.photos import COSTLY, every_format, jpeg
from benchmarks.server import ROOT, memory
from segdemo.data.decoder import open_photo
from segdemo.data.decoder_client import TEMPLATE
from segdemo.data.image_decoding import decode
from segdemo.errors import InputError
from train.report import markdown_table

# A small process between: a child's peak counts from what its parent held.
MEASURING = """
import resource, subprocess, sys

program = [sys.executable, "-m", "segdemo.data.decoder_process"]
done = subprocess.run(program, stdin=sys.stdin, stdout=subprocess.PIPE)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
answer = "a photo" if done.stdout.startswith(b'{"size"') else done.stdout[:60].decode() or "none"
print(used.ru_maxrss, used.ru_utime + used.ru_stime, answer)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--uploads", type=int, default=10_000)
    options = parser.parse_args()
    rows = [extra_time(size, options.rounds) for size in ((500, 375), (1600, 1200), (4000, 3000))]
    print(markdown_table(("JPEG", "in this process, ms", "by open_photo, ms", "more, ms"), rows))
    rows = list(memory_of_uploads(options.uploads))
    print(markdown_table(("uploads", "this process, MB", "template, MB"), rows))
    rows = [cost(name, make()) for name, make in COSTLY.items()]
    header = "photo", "file, MB", "memory, MB", "processor time, s", "answer"
    print(markdown_table(header, rows))


def extra_time(size: tuple[int, int], rounds: int) -> tuple[str, str, str, str]:
    """Medians over photos that are decoded two at a time, either way by turns."""
    data = jpeg(size, seed=1)

    def timed(action: Callable[[bytes], object]) -> float:
        started = time.perf_counter()
        action(data)
        return 1000 * (time.perf_counter() - started)

    with ThreadPoolExecutor(2) as pool:
        ways = [
            list(pool.map(timed, [way] * 2)) for _ in range(rounds) for way in (decode, open_photo)
        ]
    here = statistics.median(sum(ways[::2], []))
    apart = statistics.median(sum(ways[1::2], []))
    return f"{size[0]}x{size[1]}", f"{here:.1f}", f"{apart:.1f}", f"{apart - here:.1f}"


def memory_of_uploads(uploads: int) -> list[tuple[str, str, str]]:
    files = every_format()
    steps = [0, uploads // 10, uploads // 2, uploads]
    rows, done = [], 0
    with ThreadPoolExecutor(2) as pool:
        for step in steps:
            list(pool.map(upload, (files[n % len(files)] for n in range(done, step))))
            done = step
            held = [memory(pid, "VmRSS") if pid else 0 for pid in (os.getpid(), TEMPLATE.pid)]
            rows.append((f"{step:,}", *(f"{value:.0f}" for value in held)))
    return rows


def upload(data: bytes) -> None:
    with suppress(InputError):
        open_photo(data)


def cost(name: str, data: bytes) -> tuple[str, str, str, str, str]:
    """Of a process that is started for this photo: its imports, 0.2 s, are part of the time."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURING], cwd=ROOT, input=data, stdout=subprocess.PIPE
    )
    kilobytes, seconds, answer = done.stdout.decode().split(maxsplit=2)
    megabytes = f"{len(data) / 1e6:.1f}", f"{int(kilobytes) / 1000:.0f}"
    return name, *megabytes, f"{float(seconds):.2f}", answer.strip()


if __name__ == "__main__":
    main()
