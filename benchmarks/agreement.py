"""How many labels the runtimes give as the lecture's network does, by PyTorch in float32.

`python -m benchmarks.agreement --data PATH` prints, for each stage, the share of equal labels over
every nineteenth test photo: of the runtime that this machine chooses, and of PyTorch with the
network prepared as where bfloat16 is missing, large convolutions in the frequency domain.
"""

import argparse
from pathlib import Path

import torch

from benchmarks.server import ROOT
from segdemo.data.oxford_pets import Pets
from segdemo.data.preprocessing import to_input
from segdemo.inference.backends.pytorch import PyTorch
from segdemo.inference.backends.selection import select_backend
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS
from train.report import markdown_table

EVERY = 19


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    test = Pets(parser.parse_args().data, "test")
    inputs = [to_input(test[index][0]) for index in range(0, len(test), EVERY)]
    rows = []
    for key, stage in NETWORKS.items():
        checkpoint = checkpoints.load(ROOT / "checkpoints", stage)
        network = checkpoint.network()
        runs = [backend.compile(checkpoint) for backend in (select_backend(), PyTorch())]
        equal = torch.zeros(len(inputs), len(runs))
        with torch.inference_mode():
            for index, x in enumerate(inputs):
                labels = network(x).argmax(1)
                kept = [(run(x).argmax(1) == labels).float().mean() for run in runs]
                equal[index] = torch.stack(kept)
        rows.append((f"`{key}`", *(f"{share:.4%}" for share in equal.mean(0))))
    print(f"equal labels on {len(inputs)} photos")
    print(markdown_table(("stage", "chosen", "PyTorch, prepared"), rows))


if __name__ == "__main__":
    main()
