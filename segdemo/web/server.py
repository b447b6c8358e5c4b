"""From the built page to a server that stops when it is told to."""

import gc
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable

import gradio as gr

from segdemo.inference.memory import trim_malloc
from segdemo.web.examples import TestSplit
from segdemo.web.page import launch_options
from segdemo.web.security.limits import SHUTDOWN_TIMEOUT
from segdemo.web.security.uploads import upload_folder

# Seconds. glibc keeps what was freed below anything still in use: up to 0.1 GB a second. To return
# it takes 7 ms of processor time in mixed use, 1 while nobody is there.
TRIM_INTERVAL = 1


def serve(
    page: gr.Blocks, tests: TestSplit | None, warm_up: Callable[[], None], port: int | None
) -> None:
    """Serve the page until Ctrl-C or SIGTERM, then end the process within seconds.

    `warm_up` is run beside it, once the page is there. `port` is the only one tried; None is the
    first free one from 7860. Raises OSError if it is taken.

    Gradio's own way waits for every open page, without end, and by SIGTERM dies at once: either
    way the visitors' photos would stay on disk.
    """
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    page.launch(prevent_thread_lock=True, server_port=port, **launch_options(tests))
    gc.freeze()  # 400,000 objects that stay: to look through them again and again takes 0.2 s
    gc.enable()
    threading.Thread(target=warm_up, daemon=True).start()
    # A signal that another thread gets is handled when this one, which may be asleep, next runs.
    while not told.wait(TRIM_INTERVAL):
        trim_malloc()
    page.server.config.timeout_graceful_shutdown = SHUTDOWN_TIMEOUT
    closing = threading.Thread(target=page.close, daemon=True)
    closing.start()
    closing.join(2 * SHUTDOWN_TIMEOUT)  # it may wait for a network to answer
    shutil.rmtree(upload_folder(), ignore_errors=True)
    sys.stdout.flush()
    os._exit(0)  # what is still being computed writes nothing any more
