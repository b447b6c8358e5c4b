"""How long the views of *See why* take for a photo that is already there.

`python -m benchmarks.views [--rounds 5]` starts the page and asks its API as a script would, one
call after the other: median seconds from the call to its answer.
"""

import argparse
import statistics
import time

from gradio_client import Client, handle_file

from benchmarks.server import serving
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.models.registry import NETWORKS
from train.report import markdown_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with serving() as server:
        client = Client(server.url, verbose=False)
        photo = handle_file(str(SAMPLE_PHOTOS["egyptian-mau"].path))
        rows = []
        for title, call in calls(photo).items():
            durations = [timed(client, call) for _ in range(rounds + 1)]
            first, typical = durations[0], statistics.median(durations[1:])
            rows.append((title, f"{first:.2f}", f"{typical:.2f}"))
        print(markdown_table(("view", "first time, s", "again, s"), rows))


def calls(photo: dict) -> dict[str, tuple]:
    """What is asked: endpoint and its values, by what a visitor would call it."""
    asked = {"one pixel, all stages": ("/probe", photo, 100, 100, "all", False)}
    for key in NETWORKS:
        asked[f"what moves a pixel of `{key}`"] = ("/probe", photo, 100, 100, key, True)
    asked |= {
        "skips 1 to 3 zeroed": ("/ablate", photo, [1, 2, 3]),
        "all skips zeroed": ("/ablate", photo, [1, 2, 3, 4, 5, 6]),
        "layers of `unet`": ("/layers", photo, "unet"),
        "layers of `cnn-11x11`": ("/layers", photo, "cnn-11x11"),
        "all stages, photo shifted": ("/perturb", photo, "shift", 4, "right"),
        "all stages, pixels shuffled": ("/perturb", photo, "shuffle", 1, "right"),
        "four answers": ("/four_answers", photo, "unet"),
        "report of all stages": ("/report", photo, 3, "rgb", False, "en"),
    }
    return asked


def timed(client: Client, call: tuple) -> float:
    name, *values = call
    started = time.perf_counter()
    client.predict(*values, api_name=name)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
