"""What `python -m train` can be told."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from segdemo.data import domains
from segdemo.models.registry import CONVERTERS, EXTRAS, FCN_STAGE, NETWORKS, STAGES
from segdemo.paths import checkpoint_folder
from train.claims.registry import NAMES as CLAIM_NAMES
from train.losses import LOSSES

# By the name that the command line has for it: one network, a task's networks, or the ladder.
TRAINABLE = {key: [stage] for key, stage in (NETWORKS | EXTRAS).items()} | {
    task: [stage for stage in CONVERTERS.values() if stage.task.startswith(task)]
    for task in ("denoise", "super-resolve", "colourise")
}
MEASURABLE = STAGES | {FCN_STAGE.key: FCN_STAGE}
TRAINABLE["all"] = list(NETWORKS.values())
CHECKPOINTS = checkpoint_folder()
RUNS = CHECKPOINTS.with_name("runs")
COLOUR_BINS = Path(domains.__file__).with_name("colour_bins.json")
DESCRIPTION = "Train networks; evaluate what ships on the test split."


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    shared, training = _common()
    parser = argparse.ArgumentParser(prog="python -m train", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True)
    for key in TRAINABLE:
        commands.add_parser(key, parents=[training], help=f"train {key}")
    measure = commands.add_parser(
        "measure", parents=[shared], help="write into the cards what the test split says"
    )
    measure.add_argument("stage", nargs="?", choices=(*MEASURABLE, "all"), default="all")
    commands.add_parser("shifts", parents=[shared], help="score shifted test photos")
    conversions = commands.add_parser(
        "conversions", parents=[shared], help="score the networks of other domains"
    )
    conversions.add_argument("--limit", type=int, help="only N photos, spread evenly")
    bins = commands.add_parser("colour-bins", parents=[shared], help="choose colourise's colours")
    bins.add_argument("--out", type=Path, default=COLOUR_BINS, help="where the colours go")
    for name, says in (
        ("claims", "measure what the page says of the stages"),
        ("pet-confidence", "measure the note that a photo probably shows no pet"),
        ("averaging", "measure what it gains to ask the U-Net for the mirror image too"),
        ("shrinking", "compare filters that make a photo as small as the networks read it"),
    ):
        measured = commands.add_parser(name, parents=[shared], help=says)
        if name == "claims":
            measured.add_argument(
                "--only", nargs="+", choices=CLAIM_NAMES, default=(), help="keep the other figures"
            )
        measured.add_argument(
            "--originals", type=Path, required=True, help="test photos at their own size"
        )
    evaluate = commands.add_parser("evaluate", parents=[shared], help="score on the test split")
    for name, says in (
        ("table", "print the scores of what ships"),
        ("card", "write the model card and docs/claims.md from what was measured"),
    ):
        describe = commands.add_parser(name, help=says)
        describe.add_argument("--checkpoints", type=Path, default=CHECKPOINTS)
    evaluate.add_argument("stage", nargs="?", choices=(*NETWORKS, "all"), default="all")
    evaluate.add_argument("--limit", type=int, help="only the first N pictures")
    evaluate.add_argument("--json", action="store_true", help="JSON and nothing else on stdout")
    return parser.parse_args(arguments)


def _common() -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """What every command that reads photos takes, and what every training takes."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--data", type=Path, required=True, help="the folder that holds oxford-iiit-pet"
    )
    shared.add_argument("--download", action="store_true", help="fetch the data set there first")
    shared.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="where weights go")

    training = argparse.ArgumentParser(add_help=False, parents=[shared])
    training.add_argument("--loss", choices=LOSSES, help="instead of the recipe's")
    training.add_argument("--runs", type=Path, default=RUNS, help="where unfinished runs live")
    return shared, training
