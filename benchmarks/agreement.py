"""How many labels the chosen runtime gives otherwise than the lecture's network in float32.

`python -m benchmarks.agreement --data PATH` prints, for each stage, the share of equal labels over
every nineteenth test photo.
"""

import argparse
from pathlib import Path

import torch

from benchmarks.server import ROOT
from segdemo.data.oxford_pets import Pets
from segdemo.data.preprocessing import to_input
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
        run, network = select_backend().compile(checkpoint), checkpoint.network()
        with torch.inference_mode():
            equal = [(run(x).argmax(1) == network(x).argmax(1)).float().mean() for x in inputs]
        rows.append((f"`{key}`", f"{torch.stack(equal).mean():.4%}"))
    print(markdown_table(("stage", f"equal labels on {len(inputs)} photos"), rows))


if __name__ == "__main__":
    main()
