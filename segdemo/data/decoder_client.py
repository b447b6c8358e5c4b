"""Decoding in a process of its own for each photo.

A codec may return memory that it never wrote. In a process that decodes many photos that is a
part of somebody else's; in one that has seen no other it is nothing. A photo also takes all its
memory with it when its process ends, and limits on that process bound what a file can ask for.

A template, started once, forks the process: 4 ms. Elsewhere it is started anew each time, 0.2 s:
Windows has no fork, and on macOS it is not safe after system libraries were used.
"""

import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from PIL import Image

from segdemo.data.photo_limits import AT_ONCE, MAX_SECONDS, WORKING_SIDE
from segdemo.errors import InputError

NUMBER = struct.Struct("<I")  # on all sockets: a process's id, or how many bytes follow
_PROGRAM = "segdemo.data.decoder_process"
_ROOT = Path(__file__).parents[2]  # where `segdemo` is found
# What of the environment a decoder gets: no tokens, nothing that it does not need.
# MALLOC_PERTURB_ is glibc's: what codecs leave unwritten becomes visible, see the tests.
_ENVIRONMENT = (
    *("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "MALLOC_PERTURB_"),
)
_SET = {
    "OPENBLAS_NUM_THREADS": "1",  # of NumPy: threads do not survive a fork
    # Large pages where the system offers them: a new process meets all of its memory for the first
    # time, which took a third of a photo's time. And no cache of small blocks, which glibc hands
    # out again without filling them: `image_tiff.check_written` would not see what they hold.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=0",
}
_MAX_REPLY = 4096 + 3 * WORKING_SIDE**2  # bytes

_running = threading.Semaphore(AT_ONCE)


class Template:
    """The process that forks a child for each photo; started when it is needed, also again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        return self._process and self._process.pid

    def fork(self, connection: socket.socket) -> tuple[socket.socket, int]:
        """A child at the other end of `connection` -> what `end` takes. Raises InputError."""
        with self._lock:
            for _ in range(2):  # the first may find that the template has been killed
                with suppress(OSError):
                    control = self._start() if self._control is None else self._control
                    socket.send_fds(control, [NUMBER.pack(0)], [connection.fileno()])
                    if answer := control.recv(NUMBER.size):
                        (child,) = NUMBER.unpack(answer)
                        if child:
                            return control, child
                        break  # it is there and cannot fork
                self._stop()
        raise InputError("photo.no-process")

    def end(self, control: socket.socket, child: int) -> None:
        """Kill a child that `fork` gave, and let its id go."""
        with self._lock, suppress(OSError):  # its template was killed: nobody waits for it
            control.send(NUMBER.pack(child))

    def _start(self) -> socket.socket:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(MAX_SECONDS)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _PROGRAM],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=_ROOT,
                env=environment(),
            )
        return self._control

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._control = self._process = None


TEMPLATE = Template()


def decode_apart(data: bytes, template: Template = TEMPLATE) -> tuple[Image.Image, tuple[int, int]]:
    """As `segdemo.data.image_decoding.decode`, in a process that ends with it.

    Raises InputError also for a file that brings the process down or to a limit, and where the
    system has no process left.
    """
    forks = hasattr(os, "fork") and sys.platform != "darwin"
    with _running:
        reply = _ask_child(data, template) if forks else decode_once(data)
    end = reply.find(b"\n")
    try:
        head = json.loads(reply[: max(end, 0)])
        if "key" in head:
            raise InputError(head["key"], **head["values"])
        image = Image.frombytes("RGB", head["size"], memoryview(reply)[end + 1 :])
        return image, tuple(head["original_size"])
    except InputError:
        raise
    except ValueError as error:  # it ended before it had answered
        raise InputError("photo.broke-off") from error


def _ask_child(data: bytes, template: Template) -> bytearray:
    """The child's reply; shorter if it ended too soon."""
    deadline = time.monotonic() + MAX_SECONDS
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            ticket = template.fork(theirs)
        reply, length = bytearray(_MAX_REPLY), 0
        try:
            with suppress(OSError):  # the child is gone, or has answered and is gone
                ours.settimeout(MAX_SECONDS)
                ours.sendall(NUMBER.pack(len(data)))
                ours.sendall(data)
            with suppress(OSError):  # the child is gone, or the time is over
                while length < _MAX_REPLY:
                    ours.settimeout(max(deadline - time.monotonic(), 0.001))
                    if not (received := ours.recv_into(memoryview(reply)[length:])):
                        break
                    length += received
        finally:
            template.end(*ticket)
    return reply[:length]


def decode_once(data: bytes) -> bytes:
    """The reply of a process that is started for this photo. Raises InputError."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", _PROGRAM],
            input=data,
            stdout=subprocess.PIPE,
            timeout=MAX_SECONDS,
            cwd=_ROOT,
            env=environment(),
        )
    except subprocess.TimeoutExpired:
        return b""
    except OSError as error:
        raise InputError("photo.no-process") from error
    return done.stdout


def environment() -> dict[str, str]:
    """Of the processes that decode."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return kept | _SET
