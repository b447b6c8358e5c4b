"""AVIF is decoded in a process of its own, with limits: `python -m segdemo.data.avif_process`.

libavif believes the size its container states until the decoder has made another one: 5 kB that
claim 64 x 64 pixels took 1.3 GB and 9 s. No look at the header finds that, and Pillow hands no
limit on, so the system's limits have to do. The start costs 0.2 s, which so rare a format bears.
"""

import json
import subprocess
import sys
from pathlib import Path

from segdemo.data.containers import MAX_CPU_SECONDS  # 25 MP with alpha take 1.1 s
from segdemo.errors import InputError

MAX_MEMORY = 800 << 20  # bytes; 25 MP with alpha take 380 MB
MAX_SECONDS = 10  # by the clock, on a machine with other things to do


def decode_apart(data: bytes) -> tuple[tuple[int, int], bytes, tuple[int, int]]:
    """An AVIF file -> size and RGB bytes of the working picture, and the size of the original.

    Raises InputError.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__],
            input=data,
            capture_output=True,
            timeout=MAX_SECONDS,
            cwd=Path(__file__).parents[2],  # where `segdemo` is found
        )
    except subprocess.TimeoutExpired as error:
        raise InputError("photo.costly") from error
    if done.returncode:  # killed at a limit, out of memory, or brought down by the file
        raise InputError("photo.costly")
    head, _, pixels = done.stdout.partition(b"\n")
    head = json.loads(head)
    if "key" in head:
        raise InputError(head["key"], **head["values"])
    return tuple(head["size"]), pixels, tuple(head["original_size"])


def main() -> None:
    import resource  # not on Windows, where `segdemo.data.decoder` leaves AVIF out

    from segdemo.data.decoder import decode

    resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    try:
        photo = decode(sys.stdin.buffer.read(), "AVIF")
        head = {"size": photo.image.size, "original_size": photo.original_size}
        pixels = photo.image.tobytes()
    except InputError as error:
        head, pixels = {"key": error.key, "values": error.values}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + pixels)


if __name__ == "__main__":
    main()
