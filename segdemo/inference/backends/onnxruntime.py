"""Networks compiled by ONNX Runtime, the fastest in float32 and the one that keeps the least."""

from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor, nn

from segdemo.data.preprocessing import SIZE
from segdemo.inference.backends.base import CompiledNetwork
from segdemo.inference.backends.frequency import has_large_convolutions
from segdemo.inference.backends.fusion import fuse_for_inference
from segdemo.inference.backends.pytorch import PyTorch
from segdemo.models.checkpoints import Checkpoint
from segdemo.models.registry import CONVERTERS


class ONNXRuntime:
    """ONNX Runtime, in float32.

    To PyTorch go large convolutions, which it makes directly, and what answers with a picture: 2 to
    6 ms instead of 0.6 to 3.5, but 15 ms instead of 80, and less memory, to be ready.
    """

    def compile(self, checkpoint: Checkpoint) -> CompiledNetwork:
        if checkpoint.stage.key in CONVERTERS:
            return PyTorch().compile(checkpoint)
        network = fuse_for_inference(checkpoint)
        if has_large_convolutions(network):
            return PyTorch().compile(checkpoint)
        return compiled(network)


def installed() -> bool:
    """Whether this process can import it, and write networks for it."""
    return all(find_spec(package) for package in ("onnxruntime", "onnx"))


def compiled(network: nn.Module) -> CompiledNetwork:
    """The network for (1, 3, 128, 128) inputs."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    # A thread that waits sleeps: it would take the core from what decodes and draws.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False  # 130 MB of feature maps, kept for no gain in speed
    with TemporaryDirectory() as folder:  # a session made from bytes would hold on to them
        session = onnxruntime.InferenceSession(
            _export(network, Path(folder) / "network.onnx"), options
        )

    def run(inputs: Tensor) -> Tensor:
        [logits] = session.run(None, {"photo": inputs.numpy()})
        return torch.from_numpy(logits)

    return run


def _export(network: nn.Module, path: Path) -> Path:
    """Write the network to `path` as ONNX, and give the path."""
    example = torch.zeros(1, 3, SIZE, SIZE)
    # The exporter with "dynamo" takes ten times as long.
    torch.onnx.export(network, (example,), path, dynamo=False, input_names=["photo"])
    return path
