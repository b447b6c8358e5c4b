"""`python app.py` itself, on a copy of the project with one small checkpoint, which starts soon."""

import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from conftest import CHECKPOINTS, ROOT
from support.server import PATIENCE, Caller

CLOSED = 5  # seconds: what whoever stops a server waits before killing it
STAGE, MISSING = "cnn-1x1", "unet"


def copy(home: Path) -> None:
    """Lay a home out: the project, and a folder for temporary files."""
    (home / "temporary").mkdir()
    shutil.copytree(ROOT / "segdemo", home / "project" / "segdemo")
    shutil.copy(ROOT / "app.py", home / "project")
    (home / "project" / "checkpoints").mkdir()
    for kind in ("json", "safetensors"):
        shutil.copy(CHECKPOINTS / f"{STAGE}.{kind}", home / "project" / "checkpoints")


APP = (sys.executable, "-u", "app.py")


class Process:
    """The app in a process of its own, in the home of a `copy`, with an empty environment.

    limit: bytes of the largest file that it can write.
    command: what becomes the app, started in the project.
    """

    def __init__(
        self,
        home: Path,
        environment: dict[str, str],
        limit: int | None = None,
        command: Sequence[str] = APP,
    ):
        self._process = subprocess.Popen(
            command,
            cwd=home / "project",
            env={
                "PATH": "",
                "HOME": str(home),
                "TMPDIR": str(home / "temporary"),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=lambda: limit and resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        )
        self.said = ""
        for line in self._process.stdout:
            self.said += line
            if "Running on" in line:
                break
        else:
            raise AssertionError(self.said)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.caller = Caller(line.split()[-1])

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_) -> None:
        if self._process.poll() is None:  # a test has failed
            self.end(signal.SIGKILL)

    def _read(self) -> None:
        for line in self._process.stdout:
            self.said += line

    def end(self, number: signal.Signals, within: float = PATIENCE) -> int:
        """Send a signal; returns what `ended` does."""
        self._process.send_signal(number)
        return self.ended(within)

    def ended(self, within: float) -> int:
        """The exit status, which is there after `within` seconds."""
        status = self._process.wait(within)
        self._reader.join()
        self._process.stdout.close()
        return status
