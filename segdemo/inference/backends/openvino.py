"""Networks compiled by OpenVINO, which fuses their layers and multiplies in bfloat16.

bfloat16 has 8 bits of precision, and a label changes where two logits lie closer than that can
tell. Nearly all of the error is the first layer's: it sees the photo itself, whose values the
later ones only combine. So the photo and the first layer's weights are each given as a sum of
two bfloat16 numbers, of whose products three count. Source: Henry, Tang, Heinecke, *Leveraging
the bfloat16 Artificial Intelligence Datatype For Higher-Precision Computations*, 2019, arXiv
1904.06376.
"""

import sys
from functools import cache
from threading import Lock

import numpy as np
import torch
from torch import Tensor, nn

from segdemo.data.preprocessing import SIZE
from segdemo.inference.backends.base import CompiledNetwork
from segdemo.inference.backends.fusion import fuse_for_inference
from segdemo.inference.backends.pytorch import PyTorch
from segdemo.models.checkpoints import Checkpoint
from segdemo.models.registry import CONVERTERS

# Its logits lie close together over whole areas, where the rest of the error still changes more
# than one label in a thousand; and it is the fastest in any case.
FULL_PRECISION = "cnn-1x1"


class OpenVINO:
    """OpenVINO in bfloat16, FULL_PRECISION in float32.

    What answers with a picture, which has no label to hide rounding behind, goes to PyTorch: 2 to
    6 ms instead of 0.4 to 2, but 4 MB instead of 16, and 15 ms instead of 165 to be ready.
    """

    def compile(self, checkpoint: Checkpoint) -> CompiledNetwork:
        if checkpoint.stage.key in CONVERTERS:
            return PyTorch().compile(checkpoint)
        network = fuse_for_inference(checkpoint)
        if checkpoint.stage.key == FULL_PRECISION:
            return compiled(network, "f32")
        split_first_convolution(network)
        return compiled(network, "bf16", channels=9)


def installed() -> bool:
    """Whether this process can import it."""
    try:
        _core()
    except ModuleNotFoundError:
        return False
    return True


def has_bf16_multiplication() -> bool:
    """Whether the processor has instructions for it."""
    return "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def compiled(network: nn.Module, precision: str, channels: int = 3) -> CompiledNetwork:
    """The network, multiplied in "f32" or "bf16"; one of 9 channels gets the photo in halves."""
    core = _core()
    settings = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "PERFORMANCE_HINT": "LATENCY",
        # Else a network waits for the core that another job is at, though the other is idle.
        "ENABLE_CPU_PINNING": False,
    }
    model = _converted(network, channels)
    if precision == "bf16":
        _store_in_float16(model)
    compiled_model = core.compile_model(model, "CPU", settings)
    request = compiled_model.create_infer_request()
    # The request's own memory: handing over arrays costs 0.4 ms, a fifth of `cnn-1x1`.
    read, logits = request.get_input_tensor().data, request.get_output_tensor().data
    write = np.copyto if channels == 3 else split_bf16
    lock = Lock()  # a request keeps one photo's feature maps

    def run(inputs: Tensor) -> Tensor:
        with lock:
            write(read, inputs.numpy())
            request.infer()
            return torch.from_numpy(logits.copy())

    return run


def split_first_convolution(network: nn.Module) -> None:
    """Let the first convolution read what `split_bf16` wrote, (N, 9, H, W), for the photo."""
    name, whole = next(
        (name, module) for name, module in network.named_modules() if isinstance(module, nn.Conv2d)
    )
    shape = {"kernel_size": whole.kernel_size, "padding": whole.padding}
    split = nn.Conv2d(9, whole.out_channels, **shape)
    high = whole.weight.bfloat16().float()
    split.weight = nn.Parameter(torch.cat([high, high, whole.weight - high], dim=1))
    split.bias = whole.bias
    network.set_submodule(name, split.requires_grad_(False))


def split_bf16(halves: np.ndarray, whole: np.ndarray) -> None:
    """(N, 3, H, W) into (N, 9, H, W): cut off to bfloat16, what that leaves, cut off again."""
    high, low, again = np.split(halves, 3, axis=1)
    # The upper half of the bits.
    np.bitwise_and(whole.view(np.uint32), 0xFFFF0000, out=high.view(np.uint32))
    np.subtract(whole, high, out=low)
    np.copyto(again, high)


def _converted(network: nn.Module, channels: int):
    """The network as an openvino.Model."""
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
    return model


def _store_in_float16(model) -> None:
    """Keep the weights in float16: OpenVINO holds on to them, beside its own copy in bfloat16."""
    from openvino._offline_transformations import compress_model_transformation

    compress_model_transformation(model)


@cache
def _core():
    """The openvino.Core of this process; raises ModuleNotFoundError where there is none."""
    # Else OpenVINO imports its command line tools, which report their use to a server.
    sys.modules.setdefault("openvino.tools.ovc", None)  # pyright: ignore[reportArgumentType]
    import openvino

    return openvino.Core()
