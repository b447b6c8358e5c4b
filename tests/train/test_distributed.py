"""Training shared out over two processes (DDP, gloo), of one launcher or of two, as on machines."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from support.drawn_pets import write_dataset
from support.training import assert_same

from train.storage import RunFolder

# What a process runs, alone or one of two.
SCRIPT = """
import os, signal, sys
from pathlib import Path
import torch
from train import tasks
from train.loop import Interrupted
from support.training import train_here
folder, name, stop_at, kinds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:]
torch.set_num_threads(1)
draw, drawn = tasks.draw, []
def interrupted(*of):
    drawn.append(of)
    if len(drawn) == stop_at and os.environ["LOCAL_RANK"] != "0":
        os.kill(os.getpid(), signal.SIGTERM)
    return draw(*of)
tasks.draw = interrupted
try:
    for kind in kinds:
        train_here(folder, name, kind)
except Interrupted as stop:
    print(stop)
"""
LAUNCHER = ["-m", "torch.distributed.run"]
ONE_MACHINE = [*LAUNCHER, "--standalone", "--nproc-per-node=2"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("distributed")
    write_dataset(folder / "data")
    (folder / "script.py").write_text(SCRIPT)
    return folder


@pytest.fixture(scope="module")
def launch(folder):
    def launched(name: str, *kinds: str, stop_at: int = 0, launcher: Sequence[str] = ONE_MACHINE):
        """What the processes print that train these networks one after the other."""
        script = [str(folder / "script.py"), str(folder), name, str(stop_at), *kinds]
        result = subprocess.run(
            [sys.executable, *launcher, *script],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    return launched


@pytest.fixture(scope="module")
def shared_out(folder, launch):
    """A function of the kind of network: the state that two processes leave."""
    launch("two", "plain", "batchnorm")
    return lambda kind: RunFolder(folder / f"two-{kind}").load()


@pytest.fixture(scope="module")
def alone(folder, launch):
    """The same of one process, on its own because Accelerate settles once what it computes on."""
    launch("one", "plain", "batchnorm", launcher=[])
    return lambda kind: RunFolder(folder / f"one-{kind}").load()


def test_without_batchnorm_two_processes_train_as_one(alone, shared_out):
    one, two = alone("plain"), shared_out("plain")
    moved = 8 * 1e-2  # at most, in 8 steps of Adam at the highest rate
    for name, weight in one["network"].items():
        torch.testing.assert_close(two["network"][name], weight, atol=moved / 100, rtol=0)
    for before, after in zip(one["history"], two["history"]):
        assert after["training_loss"] == pytest.approx(before["training_loss"], rel=1e-2)


def test_with_batchnorm_they_train_nearly_as_one(alone, shared_out):
    for before, after in zip(alone("batchnorm")["history"], shared_out("batchnorm")["history"]):
        assert after["training_loss"] == pytest.approx(before["training_loss"], rel=0.05)


def test_two_machines_train_as_two_processes_of_one(folder, launch, shared_out):
    """Each from a launcher of its own that has to find the other."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        meeting_point = f"127.0.0.1:{free.getsockname()[1]}"
    options = ["--nnodes=2", "--nproc-per-node=1", "--rdzv-backend=c10d"]
    launcher = [*LAUNCHER, *options, f"--rdzv-endpoint={meeting_point}"]
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: launch("machines", "batchnorm", launcher=launcher), "ab"))
    assert_same(shared_out("batchnorm"), RunFolder(folder / "machines-batchnorm").load())


def test_a_signal_to_one_process_stops_both_and_they_resume_bit_for_bit(folder, launch, shared_out):
    printed = launch("broken", "batchnorm", stop_at=10)  # in the third step of four each
    assert printed.count("stopped at step 3") == 2
    launch("broken", "batchnorm")
    assert_same(shared_out("batchnorm"), RunFolder(folder / "broken-batchnorm").load())
