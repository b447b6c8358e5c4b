"""The one seam between this project and what runs its networks."""

from collections.abc import Callable
from typing import Protocol

from torch import Tensor

from segdemo.models.checkpoints import Checkpoint

# A normalised photo, (1, 3, 128, 128) float32, to its logits, the same shape and kind; it may
# be called from any thread.
CompiledNetwork = Callable[[Tensor], Tensor]


class Backend(Protocol):
    """A way to run networks."""

    def compile(self, checkpoint: Checkpoint) -> CompiledNetwork:
        """The network of the checkpoint, ready to answer."""
        ...
