"""The networks of other domains, each made when it is first asked."""

import threading
from pathlib import Path

from torch import Tensor

from segdemo.inference.backends.base import Backend, CompiledNetwork
from segdemo.inference.backends.selection import select_backend
from segdemo.models import checkpoints
from segdemo.models.registry import CONVERTERS


class Converter:
    """What turns a picture into another: denoise, super-resolve, colourise.

    `backend`: that which suits this machine, unless one is named.
    """

    def __init__(self, folder: Path, backend: Backend | None = None):
        self.folder = folder
        self._backend = backend or select_backend()
        self._runs: dict[str, CompiledNetwork] = {}
        self._making = threading.Lock()

    def outputs(self, key: str, inputs: Tensor) -> Tensor:
        """What the network `key` of CONVERTERS makes of (1, 3, size, size) float32, normalised.

        Raises CheckpointError.
        """
        with self._making:
            if key not in self._runs:
                checkpoint = checkpoints.load(self.folder, CONVERTERS[key])
                self._runs[key] = self._backend.compile(checkpoint)
        return self._runs[key](inputs)
