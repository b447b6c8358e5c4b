"""The one seam between this project and what runs its networks."""

from collections.abc import Callable
from typing import Protocol

from torch import Tensor

from segdemo.checkpoints import Checkpoint

# A normalised photo, (1, 3, 128, 128) float32, to its logits, the same shape and kind; it may
# be called from any thread.
Run = Callable[[Tensor], Tensor]


class Runtime(Protocol):
    """A way to run networks."""

    def compile(self, checkpoint: Checkpoint) -> Run:
        """The network of the checkpoint, ready to answer."""
        ...
