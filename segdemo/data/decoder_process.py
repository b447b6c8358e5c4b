"""The processes that photos are decoded in: `python -m segdemo.data.decoder_process`.

With a socket as standard input it is the template: it has imported the codecs and never sees a
photo; for each one it forks a child, which decodes that photo under limits and ends. With
anything else it decodes the one file in standard input, for systems without a safe fork.
"""

import gc
import json
import logging
import os
import signal
import socket
import stat
import sys
import warnings
from contextlib import suppress

try:
    import resource
except ImportError:  # Windows
    resource = None

from segdemo.data.decoder_client import NUMBER
from segdemo.data.image_decoding import decode
from segdemo.data.photo_limits import MAX_CPU_SECONDS, MAX_MEMORY
from segdemo.errors import InputError

_STDERR = 2  # where the codecs, which are no Python, complain
_NOBODY = 65534


def serve(control: socket.socket) -> None:
    """Fork a child for each connection that comes with a message, until `control` is closed.

    A message of 0 brings a connection and is answered by the child's id, or 0 if there can be
    none; any other is the id of a child that has to end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the server too, which closes
    gc.disable()  # a search for garbage would copy every page that holds an object
    while True:
        message, connections, _, _ = socket.recv_fds(control, NUMBER.size, 1)
        if not message:
            return
        (child,) = NUMBER.unpack(message)
        if child:
            os.kill(child, signal.SIGKILL)  # its id is its own until it is waited for
            os.waitpid(child, 0)
            continue
        with socket.socket(fileno=connections[0]) as connection:
            control.send(NUMBER.pack(_fork(control, connection)))


def _fork(control: socket.socket, connection: socket.socket) -> int:
    try:
        child = os.fork()
    except OSError:  # no more processes, or no memory
        return 0
    if child:
        return child
    try:
        control.close()
        _answer_connection(connection)
    finally:
        os._exit(0)  # nothing of the template's is to be done again here


def _answer_connection(connection: socket.socket) -> None:
    (length,) = NUMBER.unpack(connection.recv(NUMBER.size, socket.MSG_WAITALL))
    data = connection.recv(length, socket.MSG_WAITALL)
    if len(data) == length:
        for part in _answer(data):
            connection.sendall(part)


def limit(data: bytes) -> int:
    """Bind this process to decoding `data`; returns where to read what codecs complain of."""
    complaints, writing = os.pipe()
    if sys.platform != "win32":  # whoever complains more than a pipe holds need not wait
        os.set_blocking(complaints, False)
        os.set_blocking(writing, False)
    os.dup2(writing, _STDERR)
    logging.disable()
    warnings.simplefilter("ignore")
    if resource is None:
        return complaints
    limits = {
        "AS": MAX_MEMORY,
        "CPU": MAX_CPU_SECONDS,
        "FSIZE": 0,
        "CORE": 0,
        "NPROC": 0,
        "NOFILE": 0,  # nothing more can be opened: no file, no socket
    }
    if data[4:8] == b"ftyp":  # HEIC, AVIF: libheif starts a thread, which counts like a process
        del limits["NPROC"]
    for name, value in limits.items():
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
        except (ValueError, OSError):
            if sys.platform == "linux":  # macOS does not know all of them
                raise
    return complaints


def _answer(data: bytes) -> tuple[bytes, bytes]:
    """A line of JSON that says what there is, then the pixels."""
    complaints = limit(data)
    try:
        image, original_size = decode(data)
        if _has_errors(complaints):
            raise InputError("photo.damaged")
        head = {"size": image.size, "original_size": original_size}
        pixels = image.tobytes()
    except InputError as error:
        head, pixels = {"key": error.key, "values": error.values}, b""
    except MemoryError:
        head, pixels = {"key": "photo.broke-off", "values": {}}, b""
    return json.dumps(head).encode() + b"\n", pixels


def _has_errors(complaints: int) -> bool:
    """Whether libtiff told of an error; it goes on then, and leaves pixels as they were."""
    os.write(_STDERR, b"\n")  # there is something to read, whatever the system
    told = os.read(complaints, 1 << 16)
    return any(b": Warning, " not in line for line in told.splitlines() if line)


def _leave_root() -> None:
    """Root could lift the limits, and the one on processes does not hold for it."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        with suppress(OSError):  # a container may have root without the right to become another
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)


def main() -> None:
    _leave_root()
    if stat.S_ISSOCK(os.fstat(sys.stdin.fileno()).st_mode):
        serve(socket.socket(fileno=sys.stdin.fileno()))
        return
    sys.stdout.buffer.writelines(_answer(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
