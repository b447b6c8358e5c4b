"""Training shared out over two processes (DDP, gloo), of one launcher or of two, as on machines."""

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from support.drawn_pets import write_dataset
from support.training import assert_same

from train.storage import RunFolder

# A network with BatchNorm, whose statistics each process takes from its own share of the batch,
# and one without, where sharing out changes nothing but the order of additions.
SCRIPT = """
import os, signal, sys
from pathlib import Path
import torch
from accelerate import Accelerator
from segdemo.data.oxford_pets import Pets
from segdemo.models.registry import NETWORKS
from train import loop, tasks
from train.data import PetTensors
from train.recipes import Recipe
from train.storage import RunFolder
pictures, run, kind, stop_at = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
torch.set_num_threads(1)
stage = NETWORKS["cnn-1x1"]
recipe = Recipe(epochs=4, batch_size=8, learning_rate=1e-2)
network = loop.initial_network(stage, recipe, Path("."))
if kind == "plain":
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.Conv2d(8, 3, 1))
accelerator = Accelerator(mixed_precision="no", cpu=True)
draw, drawn = tasks.draw, []
def interrupted(*of):
    drawn.append(of)
    if len(drawn) == stop_at and accelerator.is_local_main_process is False:
        os.kill(os.getpid(), signal.SIGTERM)
    return draw(*of)
tasks.draw = interrupted
pets = PetTensors(Pets(pictures, "trainval"))
try:
    loop.train(stage, recipe, pets, RunFolder(run), accelerator, network)
except loop.Interrupted as stop:
    print(stop)
"""


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    folder = tmp_path_factory.mktemp("distributed")
    script = folder / "script.py"
    script.write_text(SCRIPT)
    data = write_dataset(folder / "data")

    def run(
        name: str, processes: int, kind: str, stop_at: int = 0, launcher: list[str] | None = None
    ) -> tuple[dict, str]:
        """The state that a training leaves, and what it printed."""
        if launcher is None:
            one = ["--standalone", f"--nproc-per-node={processes}"]
            launcher = ["-m", "torch.distributed.run", *one]
        result = subprocess.run(
            [
                sys.executable,
                *(launcher if processes > 1 else []),
                *(str(script), str(data), str(folder / name), kind, str(stop_at)),
            ],
            env=os.environ | {"PYTHONPATH": os.getcwd(), "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert result.returncode == 0, result.stderr
        return RunFolder(folder / name).load(), result.stdout

    return run


@pytest.fixture(scope="module")
def start_on_two_machines(start):
    """As `start` with two processes, each from a launcher of its own that has to find the other."""

    def run(name: str) -> dict:
        with socket.create_server(("127.0.0.1", 0)) as free:
            meeting_point = f"127.0.0.1:{free.getsockname()[1]}"
        options = ["--nnodes=2", "--nproc-per-node=1", "--rdzv-backend=c10d"]
        launcher = ["-m", "torch.distributed.run", *options, f"--rdzv-endpoint={meeting_point}"]
        with ThreadPoolExecutor(2) as both:
            states = list(both.map(lambda _: start(name, 2, "batchnorm", launcher=launcher), "ab"))
        return states[0][0]

    return run


@pytest.fixture(scope="module")
def shared_out(start):
    return start("two", 2, "batchnorm")[0]


def test_without_batchnorm_two_processes_train_as_one(start):
    one, two = (start(f"plain-{n}", n, "plain")[0] for n in (1, 2))
    moved = 8 * 1e-2  # at most, in 8 steps of Adam at the highest rate
    for name, weight in one["network"].items():
        torch.testing.assert_close(two["network"][name], weight, atol=moved / 100, rtol=0)
    for before, after in zip(one["history"], two["history"]):
        assert after["training_loss"] == pytest.approx(before["training_loss"], rel=1e-2)


def test_with_batchnorm_they_train_nearly_as_one(start, shared_out):
    alone, _ = start("one", 1, "batchnorm")
    for before, after in zip(alone["history"], shared_out["history"]):
        assert after["training_loss"] == pytest.approx(before["training_loss"], rel=0.05)


def test_two_machines_train_as_two_processes_of_one(start_on_two_machines, shared_out):
    assert_same(shared_out, start_on_two_machines("machines"))


def test_a_signal_to_one_process_stops_both_and_they_resume_bit_for_bit(start, shared_out):
    _, printed = start("broken", 2, "batchnorm", stop_at=10)  # in the third step of four each
    assert printed.count("stopped at step 3") == 2
    resumed, _ = start("broken", 2, "batchnorm")
    assert_same(shared_out, resumed)
