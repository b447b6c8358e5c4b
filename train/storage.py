"""Files that are whole or not there: atomic writes, and a run's state with its predecessor."""

import hashlib
import io
import os
import tempfile
from pathlib import Path

import torch

DIGEST_BYTES = hashlib.sha256().digest_size


def write_atomically(path: Path, data: bytes | memoryview) -> None:
    """Write `data` to `path` so that a crash at any moment leaves the old file or the new one.

    Raises OSError (full disk, read-only folder) with the old file untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the file's new name last, too, where the system opens folders: Windows does not."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class RunFolder:
    """Where a run keeps its state: `state.pt` and, in case that is damaged, the one before.

    Each file starts with the SHA-256 of the rest.
    """

    def __init__(self, path: Path):
        self.path = path
        self.state = path / "state.pt"
        self.previous = path / "state.previous.pt"

    def save(self, state: dict) -> None:
        """Keep `state` (tensors and plain values) and turn the last one into the previous."""
        buffer = io.BytesIO(bytes(DIGEST_BYTES))
        buffer.seek(DIGEST_BYTES)
        torch.save(state, buffer)
        data = buffer.getbuffer()
        data[:DIGEST_BYTES] = hashlib.sha256(data[DIGEST_BYTES:]).digest()
        if self.state.exists():
            os.replace(self.state, self.previous)
        write_atomically(self.state, data)

    def load(self) -> dict | None:
        """The newest undamaged state, or None if the run has not started."""
        for path in (self.state, self.previous):
            if not path.exists():
                continue
            data = memoryview(path.read_bytes())
            if hashlib.sha256(data[DIGEST_BYTES:]).digest() == data[:DIGEST_BYTES]:
                return torch.load(
                    io.BytesIO(data[DIGEST_BYTES:]), map_location="cpu", weights_only=True
                )
            print(f"{path} is damaged; falling back to the state before it")
        return None
