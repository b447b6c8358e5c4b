"""A gr.Blocks that takes nothing from other servers and answers every failure with a sentence."""

import logging
from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.caching import CacheMissError
from gradio.exceptions import InvalidPathError
from gradio.utils import get_upload_folder, is_in_or_equal, is_static_file
from gradio_client.utils import is_http_url_like

from segdemo.errors import InputError
from segdemo.models.checkpoints import CheckpointError
from segdemo.web.gradio_patches import ThriftyBlocks
from segdemo.web.security.refusal import sentence
from segdemo.web.security.values import misfit

log = logging.getLogger(__name__)


class GuardedBlocks(ThriftyBlocks):
    """Whatever road a call came by, it is processed here.

    As gr.Blocks does it; what raises, raises a gr.Error, whose sentence Gradio passes on.
    """

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
