"""How long photos and results stay on disk, and how much room they may take there.

Gradio's `delete_cache` deletes what the running app has been given. This looks at the folders, and
so finds also what an upload that broke off or a server that was killed has left in them.
"""

import asyncio
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path

from anyio.to_thread import run_sync

from segdemo.errors import InputError
from segdemo.web.security.limits import MIN_FREE_DISK

FOLDERS = "segdemo-*"  # app.py makes one for each server; a killed one's stays


def upload_folder() -> str:
    """Where Gradio keeps what visitors send and get, links followed."""
    return os.path.realpath(os.environ["GRADIO_TEMP_DIR"])


def has_free_disk(folder: str) -> bool:
    """Whether the disk that holds `folder` may take another upload."""
    # Cleaners of temporary files take empty folders away, and so does `delete_expired`.
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return shutil.disk_usage(folder).free >= MIN_FREE_DISK


def save_file(name: str, data: bytes) -> str:
    """Where a file lies that was made for one visitor: as uploads do, and it goes as they go.

    Raises InputError where the disk has no room.
    """
    if not has_free_disk(upload_folder()):
        raise InputError("server.no-room")
    path = Path(upload_folder(), sha256(data).hexdigest(), name)
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(secrets.token_hex(8))  # nobody reads half of it
    part.write_bytes(data)
    part.replace(path)
    return str(path)


def cleanup_lifespan(
    folder: Path, age: float, every: float
) -> Callable[[object], AbstractAsyncContextManager]:
    """A lifespan for the server in which files older than `age` go, `every` so many seconds.

    In the `folder` of its uploads, and in those that killed servers have left beside it.
    """

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        async def delete_regularly() -> None:
            while True:
                for one in (folder, *folder.parent.glob(FOLDERS)):
                    await run_sync(delete_expired, one, age)
                await asyncio.sleep(every)

        task = asyncio.create_task(delete_regularly())
        try:
            yield
        finally:
            task.cancel()

    return lifespan


def delete_expired(folder: Path, age: float) -> None:
    """Delete what has not been touched for `age` seconds; the `folder` too if it is empty."""
    latest = time.time() - age
    for path in sorted([folder, *folder.rglob("*")], reverse=True):  # a folder after its files
        with suppress(OSError):  # gone already, or a folder with something in it
            if path.lstat().st_ctime <= latest:
                path.rmdir() if path.is_dir() else path.unlink()
