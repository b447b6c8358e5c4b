"""Networks run by PyTorch itself, operation by operation."""

import torch
from torch import Tensor

from segdemo.inference.backends.base import CompiledNetwork
from segdemo.inference.backends.frequency import transform_large_convolutions
from segdemo.inference.backends.fusion import fuse_for_inference
from segdemo.models.checkpoints import Checkpoint


class PyTorch:
    """PyTorch in float32: runs everywhere."""

    def compile(self, checkpoint: Checkpoint) -> CompiledNetwork:
        network = fuse_for_inference(checkpoint)
        transform_large_convolutions(network)
        network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]

        @torch.inference_mode()
        def run(inputs: Tensor) -> Tensor:
            return network(inputs.contiguous(memory_format=torch.channels_last)).contiguous()

        return run
