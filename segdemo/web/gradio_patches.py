"""A gr.Blocks without the work that nobody here has any use for: two cores are for the networks."""

from copy import copy
from typing import Any

import gradio as gr
from gradio.blocks import BlocksConfig

# Seconds between two looks into the queue. Gradio's own 1 ms takes 6 % of a core, by night too.
LOOKS = 0.005
PROGRESS_LOOKS = 1.0  # for progress bars, of which the page has none
NOTHING: dict = {}  # one for all components of all visitors


class PageConfig(BlocksConfig):
    """What the page consists of. A visitor's copy describes none of it.

    For links to a page's state, which do not exist here, each session would begin with a
    description of every component, 40 ms in which nobody else is served, and would keep the last
    value of every input and output: up to 26 MB, 1,000 times.
    """

    def __copy__(self) -> BlocksConfig:
        copied = super().__copy__()
        copied.config_for_block = lambda *_: NOTHING
        return copied


class ThriftyBlocks(gr.Blocks):
    """As gr.Blocks to the page that is built with it."""

    def __init__(self, *args: Any, **named: Any):
        super().__init__(*args, **named)
        self.default_config = PageConfig(self)

    def queue(self, *args: Any, **named: Any) -> "ThriftyBlocks":
        super().queue(*args, **named)
        self._queue.sleep_when_free = LOOKS
        self._queue.progress_update_sleep_when_free = PROGRESS_LOOKS
        return self

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list:
        """Only what has to be converted is given to Gradio.

        It would make every component anew that is left as it is, and send each text of HTML
        through a thread and a search for files: most of the time between two of a photo's answers.
        """
        outputs = block_fn.outputs
        if isinstance(predictions, list | tuple) and len(predictions) == len(outputs) > 1:
            predictions = dict(zip(outputs, predictions))
        named = isinstance(predictions, dict) and predictions and predictions.keys() <= set(outputs)
        if not named:
            return await super().postprocess_data(block_fn, predictions, state)
        values = {block: None if block.stateful else gr.skip() for block in outputs}
        others = {}
        for block, value in predictions.items():
            if isinstance(block, gr.HTML) and isinstance(value, str):
                values[block] = value
            elif not (isinstance(value, dict) and value == gr.skip()):
                others[block] = value
        if others:
            converting = copy(block_fn)
            converting.outputs = list(others)
            values |= zip(others, await super().postprocess_data(converting, others, state))
        return [values[block] for block in outputs]
