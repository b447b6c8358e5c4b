"""Networks compiled by OpenVINO, which fuses their layers and multiplies in bfloat16.

bfloat16 has 8 bits of precision, and a label changes where two logits lie closer than that can
tell. Nearly all of the error is the first layer's: it sees the photo itself, whose values the
later ones only combine. So the photo and the first layer's weights are each given as a sum of
two bfloat16 numbers, of whose products three count. Source: Henry, Tang, Heinecke, *Leveraging
the bfloat16 Artificial Intelligence Datatype For Higher-Precision Computations*, 2019, arXiv
1904.06376.
"""

from __future__ import annotations

import sys
from functools import cache
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from segdemo.checkpoints import Checkpoint
from segdemo.inference.preparation import prepared
from segdemo.inference.runtime import JOBS_AT_ONCE, Run
from segdemo.preprocessing import SIZE

if TYPE_CHECKING:
    from openvino import Core, Model

# Its logits lie close together over whole areas, where the rest of the error still changes more
# than one label in a thousand; and it is the fastest in any case.
FULL_PRECISION = ("cnn-1x1",)


class OpenVINO:
    """OpenVINO, in bfloat16 where the processor multiplies it, but for FULL_PRECISION's stages.

    A question that comes alone gets all threads; of those that come together each gets its share,
    so that what one visitor's photo needs besides its networks keeps no core waiting.
    """

    def __init__(self):
        self._running = Gauge()  # over all stages

    def compile(self, checkpoint: Checkpoint) -> Run:
        network, kind = prepared(checkpoint), precision(checkpoint.stage.key)
        halves = kind == "bf16"
        if halves:
            split_first_convolution(network)
        model = converted(network, kind, channels=9 if halves else 3)
        alone, making = compiled(model, kind), Lock()

        @cache
        def among_others() -> Run:  # 10 to 40 MB, where visitors come together
            return compiled(model, kind, JOBS_AT_ONCE)

        def run(inputs: Tensor) -> Tensor:
            with self._running as others:
                with making:
                    answer = among_others() if others else alone
                return answer(in_halves(inputs) if halves else inputs)

        return run


class Gauge:
    """Tells who comes into its `with` how many are inside already."""

    def __init__(self):
        self._inside, self._lock = 0, Lock()

    def __enter__(self) -> int:
        with self._lock:
            self._inside += 1
            return self._inside - 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1


def installed() -> bool:
    """Whether this process can import it."""
    try:
        _core()
    except ModuleNotFoundError:
        return False
    return True


def precision(key: str) -> str:
    """What a stage is multiplied in on this machine: "bf16" or "f32"."""
    return "bf16" if key not in FULL_PRECISION and multiplies_bfloat16() else "f32"


def multiplies_bfloat16() -> bool:
    """Whether the processor has instructions for it."""
    return "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def compiled(model: Model, precision: str, at_once: int = 1) -> Run:
    """The model as a Run, multiplied in "f32" or "bf16", for so many callers at once.

    Each of them gets its share of PyTorch's number of threads.
    """
    settings = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "NUM_STREAMS": at_once,
        "ENABLE_CPU_PINNING": at_once == 1,  # or two stages' threads could share one core
    }
    network = _core().compile_model(model, "CPU", settings)
    free = SimpleQueue()  # of requests: each keeps one photo's feature maps
    for _ in range(at_once):
        free.put(network.create_infer_request())

    def run(inputs: Tensor) -> Tensor:
        request = free.get()
        try:
            [logits] = request.infer([inputs.numpy()]).values()
            return torch.from_numpy(logits.copy())
        finally:
            free.put(request)

    return run


def split_first_convolution(network: nn.Module) -> None:
    """Let the first convolution read `in_halves`, (N, 9, H, W), instead of the photo."""
    name, whole = next(
        (name, module) for name, module in network.named_modules() if isinstance(module, nn.Conv2d)
    )
    split = nn.Conv2d(9, whole.out_channels, whole.kernel_size, padding=whole.padding)
    high = whole.weight.bfloat16().float()
    split.weight = nn.Parameter(torch.cat([high, high, whole.weight - high], dim=1))
    split.bias = whole.bias
    network.set_submodule(name, split.requires_grad_(False))


def in_halves(inputs: Tensor) -> Tensor:
    """(N, 3, H, W) -> (N, 9, H, W): cut off to bfloat16, what that leaves, cut off again."""
    whole = inputs.numpy()
    high = (whole.view(np.uint32) & 0xFFFF0000).view(np.float32)  # the upper half of the bits
    return torch.from_numpy(np.concatenate([high, whole - high, high], axis=1))


def converted(network: nn.Module, precision: str, channels: int = 3) -> Model:
    """The network for (1, channels, 128, 128) inputs, in OpenVINO's own form.

    For "bf16" with weights in float16, which OpenVINO holds on to beside its own copy of them.
    """
    from openvino._offline_transformations import compress_model_transformation
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    example = torch.zeros(1, channels, SIZE, SIZE)
    with torch.no_grad():
        traced = torch.jit.trace(network, example, check_trace=False)
    decoder = TorchScriptPythonDecoder(traced, example_input=example)
    frontend = FrontEndManager().load_by_framework("pytorch")
    graph = frontend.load(decoder)  # lives as long as it is being converted
    model = frontend.convert(graph)
    model.reshape(list(example.shape))
    if precision == "bf16":
        compress_model_transformation(model)
    return model


@cache
def _core() -> Core:
    """Raises ModuleNotFoundError where there is none."""
    # Else OpenVINO imports its command line tools, which report their use to a server.
    sys.modules.setdefault("openvino.tools.ovc", None)
    import openvino

    return openvino.Core()
