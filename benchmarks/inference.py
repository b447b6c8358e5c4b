"""How long each stage takes for one photo, by every runtime, and what the processor allows.

`python -m benchmarks.inference [--rounds 30]` prints a table: milliseconds for one 128x128 photo
on two threads, the median of rounds, each in another order. The limit is the stage's
multiply-adds at the rate at which the same processor multiplied large matrices in the same rounds.
"""

import argparse
import io
import os
import statistics
import time
from collections.abc import Callable
from random import Random

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as app.py does, before PyTorch is imported
import onnxruntime
import torch
from torch import Tensor, nn

from benchmarks.server import ROOT
from segdemo import checkpoints
from segdemo.checkpoints import Checkpoint
from segdemo.complexity import multiply_adds
from segdemo.inference import openvino
from segdemo.inference.choice import fastest
from segdemo.inference.preparation import prepared
from segdemo.inference.pytorch import PyTorch
from segdemo.preprocessing import SIZE
from segdemo.stages import NETWORKS
from train.report import markdown_table

THREADS = 2
MATRIX = 2048  # rows and columns of the products that set the limit
Run = Callable[[Tensor], Tensor]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    torch.set_num_threads(THREADS)
    rows = []
    for key, stage in NETWORKS.items():
        checkpoint = checkpoints.load(ROOT / "checkpoints", stage)
        with torch.device("meta"):
            work = multiply_adds(stage.build().eval())
        limited_by = "mm f32" if key in openvino.FULL_PRECISION else "mm bf16"
        rows.append([f"`{key}`", *row(measured(contenders(checkpoint), rounds), work, limited_by)])
    print(markdown_table(HEADER, rows))


HEADER = (
    "stage",
    "PyTorch, as in the lecture",
    "the same, bfloat16",
    "torch.compile",
    "PyTorch, prepared",
    "ONNX Runtime",
    "OpenVINO, float32",
    "OpenVINO, bfloat16",
    "**chosen**",
    "limit, float32",
    "limit, bfloat16",
    "chosen: share of its limit",
)


def contenders(checkpoint: Checkpoint) -> dict[str, Run]:
    """Every way to run the stage, in the table's order, and the two matrix products."""
    network = checkpoint.network().to(memory_format=torch.channels_last)
    ours = fastest()
    runs = {
        "eager": eager(network),
        "eager bf16": autocast(network),
        "compiled": eager(torch.compile(network)),
        "prepared": PyTorch().compile(checkpoint),
        "onnx": by_onnxruntime(prepared(checkpoint)),
        "openvino f32": openvino.compiled(prepared(checkpoint), "f32"),
        "openvino bf16": openvino.compiled(prepared(checkpoint), "bf16"),
        "chosen": ours.compile(checkpoint),
    }
    return runs | {"mm f32": product(torch.float32), "mm bf16": product(torch.bfloat16)}


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


def by_onnxruntime(network: nn.Module) -> Run:
    file = io.BytesIO()
    example = torch.zeros(1, 3, SIZE, SIZE)
    torch.onnx.export(network, (example,), file, dynamo=False, input_names=["photo"])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # fair to the next
    session = onnxruntime.InferenceSession(file.getvalue(), options)
    return lambda x: session.run(None, {"photo": x.numpy()})[0]


def product(kind: torch.dtype) -> Run:
    left, right = (torch.randn(MATRIX, MATRIX).to(kind) for _ in range(2))
    return lambda _: left @ right


def measured(runs: dict[str, Run], rounds: int) -> dict[str, float]:
    """Median milliseconds of each over the rounds, after one round that warms up."""
    durations = {name: [] for name in runs}
    photo = torch.randn(1, 3, SIZE, SIZE)
    order = Random(0)
    for _ in range(rounds + 1):
        for name, run in order.sample(list(runs.items()), len(runs)):
            started = time.perf_counter()
            run(photo)
            durations[name].append(1000 * (time.perf_counter() - started))
    return {name: statistics.median(values[1:]) for name, values in durations.items()}


def row(milliseconds: dict[str, float], work: int, limited_by: str) -> list[str]:
    """A stage's cells: its times, the limits, and how near the chosen runtime comes to its own."""
    limits = {name: work * milliseconds.pop(name) / MATRIX**3 for name in ("mm f32", "mm bf16")}
    cells = [f"{value:.1f}" for value in (*milliseconds.values(), *limits.values())]
    return [*cells, f"{limits[limited_by] / milliseconds['chosen']:.0%}"]


if __name__ == "__main__":
    main()
