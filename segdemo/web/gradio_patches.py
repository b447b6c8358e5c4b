"""Work of Gradio's that this page has no use for, left out: two cores are for the networks.

One function per patch. They were tried with one version of Gradio; with any other, and where the
environment sets SEGDEMO_NO_GRADIO_PATCHES, nothing is patched. The page works without them, and
nothing that protects visitors is among them.

What they save together, in seconds of processor time on two cores, medians of runs that took turns:
the start takes 7 instead of 9, 60 visitors with a photo each 15 instead of 21, 60 with the same
photo 0.8 instead of 3.7. After 120 sessions the process holds 1.23 instead of 1.30 GB.
"""

import inspect
import logging
import os
from copy import copy
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gradio as gr

VERSION = "6.31.0"
SWITCH = "SEGDEMO_NO_GRADIO_PATCHES"
POLL_INTERVAL = 0.005  # seconds
log = logging.getLogger(__name__)


@cache
def enabled() -> bool:
    """Whether Gradio is patched at all; says once why not."""
    if os.environ.get(SWITCH):
        log.warning("Gradio is not patched: %s is set", SWITCH)
        return False
    if (installed := version("gradio")) != VERSION:
        log.warning("Gradio is not patched: it is %s, the patches are for %s", installed, VERSION)
        return False
    return True


def import_gradio() -> None:
    """Import Gradio without its stub files: 1.5 s of processor time less at every start.

    For each of its 80 components it parses the source, and the `.pyi` beside it, to write there
    for editors what events the component has. A component that is in no file is left alone.
    """
    if not enabled():
        return
    getfile = inspect.getfile

    def no_file_of_components(thing: Any) -> str:
        if isinstance(thing, type) and thing.__module__.startswith("gradio."):
            raise OSError("in no file")
        return getfile(thing)

    inspect.getfile = no_file_of_components
    try:
        import gradio  # noqa: F401
    finally:
        inspect.getfile = getfile


def patch(page: "gr.Blocks") -> None:
    """Apply the patches of a page, before it is launched."""
    if enabled():
        poll_less(page)
        describe_no_session(page)
        leave_alone(page)


def poll_less(page: "gr.Blocks") -> None:
    """Look for new calls every 5 ms: the 1 ms of Gradio takes 6 % of a core, by night too."""
    page._queue.sleep_when_free = POLL_INTERVAL
    page._queue.progress_update_sleep_when_free = 1  # for progress bars, of which there are none


def describe_no_session(page: "gr.Blocks") -> None:
    """Let visitors' sessions begin without a description of every component.

    It is for links to a page's state, which do not exist here, takes 40 ms in which nobody else is
    served, and 0.6 MB a session.
    """
    from gradio.blocks import BlocksConfig

    nothing: dict = {}  # one for all components of all visitors

    class Undescribed(BlocksConfig):
        def __copy__(self) -> BlocksConfig:
            copied = super().__copy__()
            copied.config_for_block = lambda *_, **__: nothing
            return copied

    page.default_config.__class__ = Undescribed


def leave_alone(page: "gr.Blocks") -> None:
    """Where an event names the components that change, do not make the others anew.

    That is most of the time between two of a photo's answers: 10 of 11 components are left as
    they are.
    """
    import gradio as gr

    postprocess = page.postprocess_data

    async def postprocess_changes(block_fn: Any, predictions: Any, state: Any) -> list:
        outputs = block_fn.outputs
        names = predictions.keys() if isinstance(predictions, dict) else set()
        if not names or not names < set(outputs):
            return await postprocess(block_fn, predictions, state)
        changing = copy(block_fn)
        changing.outputs = list(predictions)
        changed = await postprocess(changing, predictions, state)
        values = {block: None if block.stateful else gr.skip() for block in outputs}
        return list((values | dict(zip(changing.outputs, changed))).values())

    page.postprocess_data = postprocess_changes
