"""A class at work: many visitors of the real server at once, over Gradio's own protocol.

`python -m benchmarks.load [--url URL] [--visitors 100] [--minutes 10]` runs, against a server of
its own unless a URL is given:

- burst: everybody sends a photo of their own, then all press in the same moment;
- example: all ask for the example that everybody has before them;
- crowd: more than the queue takes;
- mixed: for some minutes visitors come one after the other, send a photo, see all stages' answers
  and ask *See why* or for a report; memory and disk are watched.

The ideal to compare with is what the bare models, one photo after the other in one process,
take on the same machine, just before and just after.
"""

import argparse
import asyncio
import secrets
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
from gradio_client import Client, handle_file

from benchmarks.photos import jpeg
from benchmarks.server import ROOT, Server, serving
from benchmarks.views import calls
from segdemo.data.preprocessing import to_input
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.inference import Predictor, kmeans
from segdemo.inference.kmeans import KMeansSettings
from segdemo.models.registry import STAGES
from segdemo.web.photo_view import load_thumbnail
from train.report import markdown_table

SIZE = 1024, 768  # pixels of a visitor's photo
CROWD = 400  # twice as many as the queue takes
WATCHED_EVERY = 10  # seconds


@dataclass(frozen=True)
class Visit:
    """How one visitor's press ended, in seconds after it."""

    first: float  # something of the answer
    last: float  # all of it
    refusal: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="of a running page; without it one is started")
    parser.add_argument("--visitors", type=int, default=100, help="at once; 0 for none")
    parser.add_argument("--minutes", type=float, default=10, help="of mixed use; 0 for none")
    options = parser.parse_args()
    if options.url:
        asyncio.run(Class(options.url).everything(options.visitors))
        return
    with serving() as server:
        at_work = Class(server.url)
        if options.visitors:
            asyncio.run(at_work.everything(options.visitors))
        if options.minutes:
            asyncio.run(at_work.mixed(server, 60 * options.minutes))


class BareModels:
    """All eight stages' answers to one photo after the other, nothing else."""

    def __init__(self, photos: int = 20):
        self.predictor = Predictor(ROOT / "checkpoints")
        self.predictor.warm_up()
        self.views = [load_thumbnail(jpeg(SIZE, seed)) for seed in range(photos)]
        self.seconds()  # the first photo takes longer

    def seconds(self) -> float:
        """For one photo, on average."""
        started = time.perf_counter()
        for photo in self.views:
            kmeans.cluster(photo, KMeansSettings())
            inputs = to_input(photo)
            for key in self.predictor.metadata:
                self.predictor.run(key)(inputs)
        return (time.perf_counter() - started) / len(self.views)


class Class:
    """Visitors of one server."""

    def __init__(self, url: str):
        self.url = url
        config = httpx.get(f"{url}/config", timeout=60).raise_for_status().json()
        components = {part["id"]: part for part in config["components"]}
        path = next(
            part["id"]
            for part in components.values()
            if part["props"].get("elem_id") == "photo-path"
        )
        # What the page calls when the photo changes and the cards follow.
        self.event = next(
            event
            for event in config["dependencies"]
            if [path, "change"] in event["targets"] and len(event["outputs"]) > len(STAGES)
        )
        self.defaults = [
            components[number]["props"].get("value") for number in self.event["inputs"]
        ]

    async def everything(self, visitors: int) -> None:
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(self.visitor()) for _ in range(visitors)]
            await self.burst(clients, BareModels())
            await self.example(clients)
            await self.crowd(clients)

    async def burst(self, clients: list[httpx.AsyncClient], bare: BareModels) -> None:
        """Everybody with a photo of their own."""
        for client in clients[:4]:  # warms up, copies behind a load balancer too
            await self.press(client, await self.upload(client, jpeg(SIZE, 10**6)))
        calls = []
        for seed, client in enumerate(clients):
            path = await self.upload(client, jpeg(SIZE, seed))
            calls.append(self.press(client, path))
        before = bare.seconds()
        visits = await asyncio.gather(*calls)
        after = bare.seconds()
        ideal = (before + after) / 2
        last = max(visit.last for visit in visits)
        median = statistics.median(visit.last for visit in visits)
        ideal_last, ideal_median = ideal * len(clients), ideal * len(clients) / 2
        print(f"bare models: {1000 * before:.0f} ms a photo before, {1000 * after:.0f} ms after")
        print(f"burst of {len(clients)}, each with a photo of their own")
        rows = [
            ("errors", str(sum(bool(visit.refusal) for visit in visits)), ""),
            ("photos a second", f"{len(clients) / last:.2f}", f"{ideal_last / last:.0%}"),
            ("median wait", f"{median:.1f} s", f"{median / ideal_median:.2f}"),
            ("longest wait", f"{last:.1f} s", f"{last / ideal_last:.2f}"),
        ]
        print(markdown_table(("", "measured", "of the ideal"), rows))

    async def example(self, clients: list[httpx.AsyncClient]) -> None:
        """Everybody with the same example."""
        path = str(SAMPLE_PHOTOS["egyptian-mau"].path)
        visits = await asyncio.gather(*(self.press(client, path) for client in clients))
        print(f"\n{len(clients)} with the same example: all served after", end=" ")
        print(f"{max(visit.last for visit in visits):.2f} s,", end=" ")
        print(f"{sum(bool(visit.refusal) for visit in visits)} errors")

    async def crowd(self, clients: list[httpx.AsyncClient]) -> None:
        """More than the queue takes, each with the example nobody has asked about."""
        path = str(SAMPLE_PHOTOS["tabby"].path)
        calls = (self.press(clients[index % len(clients)], path) for index in range(CROWD))
        visits = await asyncio.gather(*calls)
        refused = [visit for visit in visits if visit.refusal]
        slowest = max((visit.last for visit in refused), default=0)
        print(f"\n{len(visits)} at once: {len(visits) - len(refused)} served,", end=" ")
        print(f"{len(refused)} refused after {slowest:.2f} s at most:", end=" ")
        print(", ".join({visit.refusal for visit in refused}))

    async def mixed(self, server: Server, seconds: float) -> None:
        """One visitor after another, each with a new photo; what memory and disk do meanwhile."""
        api = Client(self.url, verbose=False, download_files=False)
        started, seed, samples = time.monotonic(), 10**7, []
        async with self.visitor() as client:
            while (now := time.monotonic() - started) < seconds:
                if len(samples) * WATCHED_EVERY <= now:
                    samples.append((now, server.megabytes(), files(server.uploads)))
                path = await self.upload(client, jpeg(SIZE, seed))
                await self.press(client, path)
                views = list(calls(handle_file(path)).values())
                name, *values = views[seed % len(views)]
                await asyncio.to_thread(api.predict, *values, api_name=name)
                seed += 1
        times, memory, disk = np.array(samples).T
        half = len(samples) // 2  # by then the caches are full
        slope = 3600 * np.polyfit(times[half:], memory[half:], 1)[0]
        minutes = ", ".join(f"{now:.0f}" for now in memory[:: round(60 / WATCHED_EVERY)])
        print(f"\nmixed use, {seed - 10**7} photos; memory by the minute, MB: {minutes};")
        print(f"{server.peak_megabytes():.0f} MB at the peak;", end=" ")
        print(f"{slope:+.0f} MB an hour in the second half; {disk[-1]:.1f} MB of photos on disk")

    async def upload(self, client: httpx.AsyncClient, photo: bytes) -> str:
        """Where the server keeps the photo."""
        sent = await client.post("/gradio_api/upload", files={"files": ("photo.jpg", photo)})
        return sent.raise_for_status().json()[0]

    async def press(self, client: httpx.AsyncClient, path: str) -> Visit:
        """Ask for every stage's answer as the page does, and read all of it."""
        session = secrets.token_hex(8)
        data = [{"path": path, "meta": {"_type": "gradio.FileData"}}, *self.defaults[1:]]
        body = {"data": data, "fn_index": self.event["id"], "session_hash": session}
        started, first = time.monotonic(), None
        joined = await client.post("/gradio_api/queue/join", json=body)
        if joined.status_code != 200:
            now = time.monotonic() - started
            return Visit(now, now, joined.json()["detail"])
        stream = client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session})
        async with stream as answer:
            async for line in answer.aiter_lines():
                if '"process_generating"' in line:
                    first = first or time.monotonic() - started
                if '"process_completed"' in line:
                    failed = '"success":true' not in line
                    break
        now = time.monotonic() - started
        return Visit(first or now, now, "failed" if failed else "")

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody who has opened the page, with what cookies it gave."""
        # The server closes what is idle for 5 seconds, which a browser would simply open again.
        limits = httpx.Limits(keepalive_expiry=2)
        async with httpx.AsyncClient(base_url=self.url, timeout=600, limits=limits) as client:
            (await client.get("/")).raise_for_status()
            yield client


def files(folder: Path) -> float:
    """MB in a folder and those within."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    main()
