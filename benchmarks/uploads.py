"""Many photos, one after another: what the server and the decoder's process hold meanwhile.

`python -m benchmarks.uploads [--count 10000]` sends files of every format, each a new one to the
server and a third of them cut short, asks one network about each, and prints a table. On Linux.
"""

import argparse
from collections.abc import Iterator
from contextlib import suppress

import httpx
import psutil
from gradio_client import Client
from gradio_client.exceptions import AppError

from benchmarks.photos import every_format
from benchmarks.server import Server, serving
from train.report import markdown_table

STEPS = 10  # rows of the table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    count = parser.parse_args().count
    header = "uploads", "answered", "server, MB", "its peak, MB", "decoder's processes, MB"
    with serving() as server:
        print(markdown_table(header, []))
        for row in watch(server, count):
            print("|", " | ".join(row), "|", flush=True)


def watch(server: Server, count: int) -> Iterator[tuple[str, ...]]:
    """A row before the first photo, and after every tenth of them."""
    api = Client(server.url, verbose=False, download_files=False)
    files = every_format()
    answered = 0
    for number in range(count + 1):
        if number % max(1, count // STEPS) == 0:
            yield f"{number:,}", f"{answered:,}", *held(server)
        answered += ask(api, server, files[number % len(files)] + number.to_bytes(4, "big"))


def ask(api: Client, server: Server, photo: bytes) -> bool:
    """Send a photo and ask about it; whether it was one."""
    sent = httpx.post(f"{server.url}/gradio_api/upload", files={"files": ("photo", photo)})
    (path,) = sent.raise_for_status().json()
    file = {"path": path, "meta": {"_type": "gradio.FileData"}}
    with suppress(AppError):
        api.predict(file, "cnn-1x1", api_name="/segment")
        return True
    return False


def held(server: Server) -> tuple[str, str, str]:
    """By the server now and at its most, and by the processes that decode, in MB."""
    children = 0.0
    for child in server.process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            children += child.memory_info().rss / 1e6
    return f"{server.megabytes():.0f}", f"{server.peak_megabytes():.0f}", f"{children:.0f}"


if __name__ == "__main__":
    main()
