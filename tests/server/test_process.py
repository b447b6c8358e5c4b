"""`python app.py` itself: what it opens, how it ends, how it begins again.

With one small checkpoint; the missing ones are told.
"""

import http.server
import os
import signal
import threading
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image
from support.app_process import CLOSED, MISSING, STAGE, Process, copy
from support.photo_corpus import save
from support.server import PATIENCE, listening, photo

from segdemo.web.security.request_error import bilingual

LARGEST_FILE = 3_000_000  # bytes: beyond it the disk is full for this process
# Python's own record of what a process connects to, names it resolves included, and of its
# searches for garbage.
RECORDER = """
import gc, os, sys
searches = os.open(os.environ["SEARCHES"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
gc.callbacks.append(lambda phase, _: os.write(searches, b"1"))
notes = os.open(os.environ["CONNECTIONS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
HOSTS = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0}
def record(event, values):
    if event in HOSTS:
        os.write(notes, f"{event} {values[HOSTS[event]]!r}\\n".encode())
sys.addaudithook(record)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    copy(home)
    (home / "recorder").mkdir()
    (home / "recorder" / "sitecustomize.py").write_text(RECORDER)
    return home


def recording(home: Path) -> dict[str, str]:
    """An environment in which the app notes down what it connects to."""
    return {
        "PYTHONPATH": str(home / "recorder"),
        "CONNECTIONS": str(home / "connections"),
        "SEARCHES": str(home / "searches"),
    }


def files(home: Path) -> set[Path]:
    """What lies where visitors' photos lie, of all servers so far."""
    return {path for path in home.glob("temporary/segdemo-*/**/*") if path.is_file()}


def segment(process: Process, image: object, stage: str = STAGE):
    return process.caller.call_by_name("segment", [image, stage, 3, "rgb", False])


def begin(process: Process, image: dict, event: str) -> tuple[threading.Thread, list[str]]:
    """Start comparing all stages; the thread listens until the server is gone, and notes it."""
    begun, heard = threading.Event(), []

    def listen() -> None:
        endpoint = process.caller.named("compare")
        body = {"data": [image, 8, "lab", True], "fn_index": endpoint.index, "session_hash": event}
        process.caller.post("/gradio_api/queue/join", body).raise_for_status()
        stream = process.caller.http.stream(
            "GET", "/gradio_api/queue/data", params={"session_hash": event}
        )
        try:
            with stream as answer:
                for line in filter(None, answer.iter_lines()):
                    heard.append(line)
                    if "process_starts" in line:
                        begun.set()
        except httpx.HTTPError:  # the server is gone
            pass

    thread = threading.Thread(target=listen)
    thread.start()
    assert begun.wait(PATIENCE)
    return thread, heard


def large_photo() -> bytes:
    """A photo of a size that takes a stage some time, in few bytes."""
    return save(Image.fromarray(np.indices((2000, 3000)).sum(0).astype(np.uint8)), "PNG")


def test_it_opens_no_connection_and_survives_a_full_disk_and_a_kill(home):
    with Process(home, recording(home), LARGEST_FILE) as process:
        assert f"{MISSING}.json: file not found" in process.said
        assert f"python -m train {MISSING}" in process.said
        searches = (home / "searches").stat().st_size
        image = save(Image.new("RGB", (60, 40), "green"), "PNG")
        small = photo(process.caller.upload(("small.png", image)).json()[0])
        assert segment(process, small).data
        assert f"checkpoints/{MISSING}.json" in segment(process, small, MISSING).refusal
        look_for_ways_out(process)
        assert (home / "searches").stat().st_size > searches  # or memory would only grow

        too_large = process.caller.upload(("large.png", os.urandom(LARGEST_FILE + 1)))
        assert (too_large.status_code, too_large.json()["detail"]) == (507, bilingual("no-room"))
        assert segment(process, small).data

        large = photo(process.caller.upload(("large.png", large_photo())).json()[0])
        listener, _ = begin(process, large, "killed")
        assert process.end(signal.SIGKILL) == -signal.SIGKILL
        listener.join()
    connections = (home / "connections").read_text().splitlines()
    assert connections  # Gradio asks its own server whether it is there
    assert [line for line in connections if not local(line)] == []


def look_for_ways_out(process: Process) -> None:
    """Every road by which Gradio can be made to fetch something, and the page itself."""
    with listening() as (url, visits):
        for address in (url, "http://photo.example", "https://huggingface.co"):
            for value in (photo(f"{address}/x.png"), {"path": f"{address}/x.png"}):
                assert segment(process, value).refusal == bilingual("remote")
            for route in ("gradio_api/file=", "gradio_api/proxy=", "file="):
                assert process.caller.http.get(f"/{route}{address}/x.png").status_code == 404
        assert not visits
    for path in ("/", "/?view=api", "/theme.css", "/gradio_api/info"):
        assert process.caller.http.get(path).status_code == 200


def local(connection: str) -> bool:
    return any(f"'{name}'" in connection for name in ("127.0.0.1", "localhost", "::1"))


class DeviceServer(http.server.BaseHTTPRequestHandler):
    """What a ZeroGPU Space reports to when it starts."""

    reports = []

    def do_POST(self):
        self.reports.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def zero_gpu():
    """The environment of a Space on ZeroGPU, for the real `spaces` package."""
    pytest.importorskip("spaces")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), DeviceServer) as server:
        threading.Thread(target=server.serve_forever).start()
        yield {
            "SPACES_ZERO_GPU": "true",
            "SPACES_ZERO_DEVICE_API_URL": f"http://127.0.0.1:{server.server_port}",
        }
        server.shutdown()


def test_it_begins_again_on_zero_gpu_and_ends_when_told(home, zero_gpu):
    """After the kill, in the same folder; SIGTERM comes while a job runs."""
    left = files(home)
    with Process(home, zero_gpu) as process:
        assert DeviceServer.reports == ["/startup-report"]
        large = photo(process.caller.upload(("photo.png", large_photo())).json()[0])
        assert segment(process, large).data  # on the processor
        assert len(files(home)) > len(left)

        listener, heard = begin(process, large, "terminated")
        assert process.end(signal.SIGTERM, within=CLOSED) == 0
        listener.join(PATIENCE)
        assert not listener.is_alive()
        assert "close_stream" in heard[-1]  # or the page would wait for more from this server
        assert "Traceback" not in process.said
    # Its own files are gone; those of the killed one are not an hour old.
    assert left
    assert files(home) == left
