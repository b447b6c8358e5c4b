"""The page as its visitors meet it: `python app.py` in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Server:
    """A running page."""

    url: str
    process: psutil.Process
    seconds_to_answer: float  # from the command to the first whole page
    uploads: Path  # where it keeps what visitors send and get

    def megabytes(self) -> float:
        """Resident memory now."""
        return self.process.memory_info().rss / 1e6

    def peak_megabytes(self) -> float:
        """The most that it has been."""
        return memory(self.process.pid, "VmHWM")


def memory(pid: int, field: str) -> float:
    """A field of /proc/PID/status in MB: "VmRSS", what a process holds, or "VmHWM", its most."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith(field)) * 1024 / 1e6


@contextmanager
def serving(*arguments: str) -> Iterator[Server]:
    """`python app.py ARGUMENTS` on a free port, stopped at the end as an operator would."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as uploads:
        settings = {"GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": uploads}
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "app.py", *arguments], cwd=ROOT, env=os.environ | settings
        )
        try:
            wait_for(url, process)
            seconds = time.perf_counter() - started
            yield Server(url, psutil.Process(process.pid), seconds, Path(uploads))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def wait_for(url: str, process: subprocess.Popen) -> None:
    """Until the page answers; raises RuntimeError if its process ends before."""
    address = httpx.URL(url)
    while process.poll() is None:
        try:
            socket.create_connection((address.host, address.port)).close()
        except ConnectionRefusedError:
            time.sleep(0.02)
        else:
            httpx.get(url, timeout=60).raise_for_status()
            return
    raise RuntimeError(f"app.py ended with {process.returncode}")
