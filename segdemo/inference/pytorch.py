"""Networks run by PyTorch itself, operation by operation."""

import torch
from torch import Tensor

from segdemo.checkpoints import Checkpoint
from segdemo.inference.preparation import prepared
from segdemo.inference.runtime import Run


class PyTorch:
    """PyTorch in float32: runs everywhere."""

    def compile(self, checkpoint: Checkpoint) -> Run:
        network = prepared(checkpoint).to(memory_format=torch.channels_last)

        @torch.inference_mode()
        def run(inputs: Tensor) -> Tensor:
            return network(inputs.contiguous(memory_format=torch.channels_last)).contiguous()

        return run
