"""How long each stage takes for one photo, by every runtime, and what the processor allows.

`python -m benchmarks.inference [--rounds 30] [--stages cnn-11x11 ...]` prints a table:
milliseconds for one 128x128 photo on two threads, the median of rounds, each in another order. The
limit is that of direct convolutions: the stage's multiply-adds at the rate at which the same
processor multiplied large matrices in the same rounds. In the frequency domain there are fewer.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from random import Random

import torch
from torch import Tensor, nn

from benchmarks.server import ROOT
from segdemo.data.preprocessing import SIZE
from segdemo.evaluation.model_stats import model_stats
from segdemo.inference.backends import onnxruntime, openvino
from segdemo.inference.backends.fusion import fuse_for_inference
from segdemo.inference.backends.pytorch import PyTorch
from segdemo.inference.backends.selection import select_backend
from segdemo.models import checkpoints
from segdemo.models.checkpoints import Checkpoint
from segdemo.models.registry import NETWORKS
from train.report import markdown_table

THREADS = 2
MATRIX = 2048  # rows and columns of the products that set the limit
PRODUCTS = {"float32": torch.float32, "bfloat16": torch.bfloat16}
Run = Callable[[Tensor], Tensor]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--stages", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    runs = {key: contenders(shipped(key)) for key in options.stages}
    rows = [[f"`{key}`", *row(key, measured(ways, options.rounds))] for key, ways in runs.items()]
    names = [name for name in next(iter(runs.values())) if name not in PRODUCTS]
    print(markdown_table(["stage", *names, "direct limit", "limit / chosen"], rows))


def shipped(key: str) -> Checkpoint:
    return checkpoints.load(ROOT / "checkpoints", NETWORKS[key])


def contenders(checkpoint: Checkpoint) -> dict[str, Run]:
    """Every way to run the stage, in the table's order, and the matrix products.

    Without the one in bfloat16 where the processor has no instructions for it: PyTorch's
    stand-in for them took minutes for one photo.
    """
    network = checkpoint.network().to(memory_format=torch.channels_last)
    bfloat16 = openvino.has_bf16_multiplication()
    runs = {"PyTorch, as in the lecture": eager(network)}
    if bfloat16:
        runs["the same, bfloat16"] = autocast(network)
    runs["torch.compile"] = eager(torch.compile(network))
    runs["PyTorch, prepared"] = PyTorch().compile(checkpoint)
    runs["ONNX Runtime"] = onnxruntime.compiled(fuse_for_inference(checkpoint))
    runs["OpenVINO, float32"] = openvino.compiled(fuse_for_inference(checkpoint), "f32")
    if bfloat16:
        runs["OpenVINO, bfloat16"] = openvino.compiled(fuse_for_inference(checkpoint), "bf16")
    runs["**chosen**"] = select_backend().compile(checkpoint)
    products = {
        name: product(kind) for name, kind in PRODUCTS.items() if bfloat16 or name == "float32"
    }
    return runs | products


def eager(network: nn.Module) -> Run:
    @torch.inference_mode()
    def run(x: Tensor) -> Tensor:
        return network(x.contiguous(memory_format=torch.channels_last))

    return run


def autocast(network: nn.Module) -> Run:
    @torch.inference_mode()
    def run(x: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return network(x.contiguous(memory_format=torch.channels_last))

    return run


def product(kind: torch.dtype) -> Run:
    left, right = (torch.randn(MATRIX, MATRIX).to(kind) for _ in range(2))
    return lambda _: left @ right


def measured(runs: dict[str, Run], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each, round by round, after one round that warms up."""
    durations = {name: [] for name in runs}
    photo = torch.randn(1, 3, SIZE, SIZE)
    order = Random(0)
    for _ in range(rounds + 1):
        for name, run in order.sample(list(runs.items()), len(runs)):
            started = time.perf_counter()
            run(photo)
            durations[name].append(1000 * (time.perf_counter() - started))
    return {name: values[1:] for name, values in durations.items()}


def row(key: str, milliseconds: dict[str, list[float]]) -> list[str]:
    """A stage's cells: its times, the limit, and how near the chosen runtime comes to it.

    How near is the median of the rounds' own shares: the machine's speed changes between rounds.
    """
    work = model_stats(NETWORKS[key]).multiply_adds
    bfloat16 = openvino.has_bf16_multiplication() and key != openvino.FULL_PRECISION
    product = "bfloat16" if bfloat16 else "float32"
    limits = [work * duration / MATRIX**3 for duration in milliseconds[product]]
    ways = [values for name, values in milliseconds.items() if name not in PRODUCTS]
    shares = [limit / chosen for limit, chosen in zip(limits, milliseconds["**chosen**"])]
    times = [f"{statistics.median(values):.1f}" for values in (*ways, limits)]
    return [*times, f"{statistics.median(shares):.0%}"]


if __name__ == "__main__":
    main()
