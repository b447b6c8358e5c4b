"""A gr.Blocks that takes nothing from other servers and answers every failure with a sentence."""

import logging
from collections.abc import Iterator
from copy import copy
from typing import Any

import gradio as gr
from gradio.blocks import Block, BlocksConfig
from gradio.caching import CacheMissError
from gradio.exceptions import InvalidPathError
from gradio.utils import get_upload_folder, is_in_or_equal, is_static_file
from gradio_client.utils import is_http_url_like

from segdemo.checkpoints import CheckpointError
from segdemo.errors import InputError
from segdemo.ui.security.refusal import sentence
from segdemo.ui.security.values import misfit

log = logging.getLogger(__name__)
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


class GuardedBlocks(gr.Blocks):
    """Whatever road a call came by, it is processed here.

    As gr.Blocks does it; what raises, raises a gr.Error, whose sentence Gradio passes on.
    """

    def __init__(self, *args: Any, **named: Any):
        super().__init__(*args, **named)
        self.default_config = PageConfig(self)

    async def process_api(self, *args: Any, **named: Any) -> dict[str, Any]:
        try:
            return await super().process_api(*args, **named)
        except (gr.Error, CacheMissError):
            raise
        except (InputError, CheckpointError) as error:
            raise _shown(str(error)) from error
        except Exception as error:
            log.exception("a call could not be answered")
            raise _shown(sentence("failed")) from error

    async def preprocess_data(
        self, block_fn: Any, inputs: Any, state: Any, *args: Any, **named: Any
    ) -> list:
        """Values of wrong kinds are found here, before the event's own function sees them."""
        try:
            _check_files(inputs)
            _check_values(block_fn, inputs, state or {})
            return await super().preprocess_data(block_fn, inputs, state, *args, **named)
        except gr.Error:  # a ValueError, whose sentence is good already
            raise
        except (InvalidPathError, OSError) as error:  # an OSError: gone, or no name for a file
            raise _shown(sentence("not-uploaded")) from error
        except (ValueError, TypeError, AttributeError) as error:
            raise _shown(sentence("values")) from error

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list:
        """Of {component: value}, components that are not named stay as they are at no cost.

        Gradio would make each of them anew: most of the time between two of a photo's answers.
        """
        if not (
            isinstance(predictions, dict) and any(isinstance(key, Block) for key in predictions)
        ):
            return await super().postprocess_data(block_fn, predictions, state)
        named = copy(block_fn)
        named.outputs = [block for block in block_fn.outputs if block in predictions]
        values = iter(await super().postprocess_data(named, predictions, state))
        return [next(values) if block in predictions else gr.skip() for block in block_fn.outputs]


def _shown(said: str) -> gr.Error:
    return gr.Error(said, print_exception=False)


def _check_values(block_fn: Any, inputs: list, state: Any) -> None:
    """Raise gr.Error for too few values, and for the first that its component cannot take."""
    arguments = list(zip(block_fn.input_parameter_names, block_fn.inputs))
    names = [name or component.label for name, component in arguments]
    if len(inputs) < len(arguments):
        raise _shown(sentence("too-few", names=", ".join(map(str, names))))
    for name, (_, component), value in zip(names, arguments, inputs):
        if component._id in state:
            component = state[component._id]  # as this session has seen it change
        if said := misfit(name, component, value):
            raise _shown(said)


def _check_files(inputs: object) -> None:
    """Raise gr.Error for a file elsewhere, InvalidPathError for one that nobody uploaded.

    Gradio looks at objects with a "meta" alone, and its image components take those without.
    """
    for path in _paths(inputs):
        if is_http_url_like(path):
            raise _shown(sentence("remote"))
        if not (is_in_or_equal(path, get_upload_folder()) or is_static_file(path)):
            raise InvalidPathError(path)


def _paths(value: object) -> Iterator[str]:
    """The "path" of every object in `value`, however deep."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(path := value.get("path"), str):
                yield path
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
