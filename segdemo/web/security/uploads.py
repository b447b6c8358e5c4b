"""How long photos and results stay on disk, and how much room they may take there.

Gradio's `delete_cache` deletes what the running app has been given. This looks at the folders, and
so finds also what an upload that broke off or a server that was killed has left in them.
"""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Set
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

from anyio.to_thread import run_sync
from gradio.routes import App
from gradio.utils import get_upload_folder

from segdemo.web.security.limits import MIN_FREE_DISK

FOLDERS = "segdemo-*"  # app.py makes one for each server; a killed one's stays


def has_free_disk(folder: str) -> bool:
    """Whether the disk that holds `folder` may take another upload."""
    # Cleaners of temporary files take empty folders away, and so does `delete_expired`.
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return shutil.disk_usage(folder).free >= MIN_FREE_DISK


def cleanup_lifespan(age: float, every: float) -> Callable[[App], AbstractAsyncContextManager]:
    """A lifespan for the server in which files older than `age` go, `every` so many seconds."""

    @asynccontextmanager
    async def lifespan(app: App) -> AsyncIterator[None]:
        async def sweep_regularly() -> None:
            while True:
                kept = {path for block in app.get_blocks().blocks.values() for path in _kept(block)}
                for folder in Path(get_upload_folder()).parent.glob(FOLDERS):
                    await run_sync(delete_expired, folder, age, kept)
                await asyncio.sleep(every)

        task = asyncio.create_task(sweep_regularly())
        try:
            yield
        finally:
            task.cancel()

    return lifespan


def _kept(block: object) -> Set[str]:
    """The files a component shows from the start."""
    return getattr(block, "keep_in_cache", set())


def delete_expired(folder: Path, age: float, kept: Set[str] = frozenset()) -> None:
    """Delete what has not been touched for `age` seconds, but `kept`; the `folder` too if empty."""
    latest = time.time() - age
    for path in sorted([folder, *folder.rglob("*")], reverse=True):  # a folder after its files
        with suppress(OSError):  # gone already, or a folder with something in it
            if str(path) in kept or path.lstat().st_ctime > latest:
                continue
            path.rmdir() if path.is_dir() else path.unlink()
