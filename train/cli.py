"""Train a stage, or all of them in lecture order; evaluate what ships on the test split."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from torch import nn

from segdemo.data.oxford_pets import PetDataError, Pets
from segdemo.evaluation.shift_scores import ShiftScoresError
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings
from segdemo.models import checkpoints
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import NETWORKS, STAGES, Stage
from segdemo.paths import checkpoint_folder
from train.averaging import measure_averaging
from train.claims.claim import Evidence
from train.claims.document import document
from train.claims.registry import NAMES as CLAIM_NAMES
from train.claims.registry import measure_claims
from train.data import PetTensors
from train.evaluation import evaluate, extremes, kmeans_confusions, summarise
from train.hardware import mixed_precision
from train.loop import Interrupted, TrainingError, initial_network, train
from train.losses import LOSSES
from train.model_card import model_card
from train.pet_confidence import measure_pet_note
from train.publish import publish, record_agreement, write_card
from train.recipes import RECIPES, Recipe
from train.report import table
from train.shifts import measure_shifts, shift_table
from train.shrinking import shrinking_table
from train.storage import RunFolder

CHECKPOINTS = checkpoint_folder()
CLAIMS_DOCUMENT = CHECKPOINTS.with_name("docs") / "claims.md"
RUNS = CHECKPOINTS.with_name("runs")
STOPPED_BY_SIGNAL = 128 + 15


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--data", type=Path, required=True, help="the folder that holds oxford-iiit-pet"
    )
    shared.add_argument("--download", action="store_true", help="fetch the data set there first")
    shared.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help="where weights go")

    training = argparse.ArgumentParser(add_help=False, parents=[shared])
    training.add_argument("--loss", choices=LOSSES, help="instead of the recipe's")
    training.add_argument("--runs", type=Path, default=RUNS, help="where unfinished runs live")

    parser = argparse.ArgumentParser(prog="python -m train", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for key in (*NETWORKS, "all"):
        commands.add_parser(key, parents=[training], help=f"train {key}")
    measure = commands.add_parser(
        "measure", parents=[shared], help="write into the cards what the test split says"
    )
    measure.add_argument("stage", nargs="?", choices=(*STAGES, "all"), default="all")
    commands.add_parser("shifts", parents=[shared], help="score shifted test photos")
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


def select(key: str) -> list[Stage]:
    return list(NETWORKS.values()) if key == "all" else [NETWORKS[key]]


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        COMMANDS.get(options.command, run_training)(options)
    except (PetDataError, CheckpointError, ShiftScoresError, TrainingError) as error:
        print(error, file=sys.stderr)
        return 1
    except Interrupted as stop:
        print(stop, file=sys.stderr)
        return STOPPED_BY_SIGNAL
    return 0


def run_table(options: argparse.Namespace) -> None:
    print(table(options.checkpoints))


def run_card(options: argparse.Namespace) -> None:
    """Write down what was measured: the model card and what the page claims."""
    card = model_card(options.checkpoints)
    (options.checkpoints / "README.md").write_text(card, encoding="utf-8")
    CLAIMS_DOCUMENT.write_text(document(options.checkpoints), encoding="utf-8")


def run_claims(options: argparse.Namespace) -> None:
    """Measure every claim of the page; `card` writes them down."""
    measure_claims(Evidence(options.checkpoints, options.data, options.originals), options.only)


def run_training(options: argparse.Namespace) -> None:
    """Train the chosen stages and publish each, scored on the test split."""
    torch.backends.cudnn.benchmark = True  # every batch has the same size
    pets = PetTensors(Pets(options.data, "trainval", options.download))
    accelerator = Accelerator(mixed_precision=mixed_precision())
    for stage in select(options.command):
        recipe = RECIPES[stage.key]
        if options.loss:
            recipe = recipe.with_loss(options.loss)
        for number, run in missing_runs(stage, recipe, options.checkpoints):
            folder = RunFolder(options.runs / stage.key / str(number))
            network = initial_network(stage, run, options.checkpoints)
            trained = train(stage, run, pets, folder, accelerator, network)
            if accelerator.is_main_process:
                publish(stage, run, trained, pets, options.checkpoints)
                if run == recipe:  # the last: the test split is not looked at before
                    test = PetTensors(Pets(options.data, "test"))
                    record_agreement(stage, trained.network, test, options.checkpoints)
                    measure(stage, options.checkpoints, test)
            accelerator.wait_for_everyone()  # the next run starts from what was published


def missing_runs(stage: Stage, recipe: Recipe, folder: Path) -> list[tuple[int, Recipe]]:
    """The runs still to do, each with its number from 1.

    All of them, but for those which the published weights have behind them already.
    """
    runs = list(enumerate(recipe.runs, 1))
    try:
        published = Recipe.from_record(checkpoints.read_metadata(folder, stage)["recipe"])
    except CheckpointError:
        return runs
    done = [number for number, run in runs[:-1] if run == published]
    return runs[done[0] :] if done else runs


def run_measurement(options: argparse.Namespace) -> None:
    """Measure the chosen stages as they ship and write it into their cards."""
    test = PetTensors(Pets(options.data, "test", options.download))
    for stage in STAGES.values() if options.stage == "all" else [STAGES[options.stage]]:
        measure(stage, options.checkpoints, test)


def run_shifts(options: argparse.Namespace) -> None:
    """Measure what a shift costs every stage, keep it and print it."""
    test = PetTensors(Pets(options.data, "test", options.download))
    measure_shifts(Predictor(options.checkpoints), test, options.checkpoints)
    print(shift_table(options.checkpoints))


def measure(stage: Stage, folder: Path, test: PetTensors) -> None:
    """Write a stage's scores on the test split into its card."""
    if stage.network is None:
        settings = KMeansSettings()
        card = {"stage": stage.key, "settings": dataclasses.asdict(settings)}
        card["best_case"] = summarise(kmeans_confusions(test, settings))
    else:
        card = checkpoints.read_metadata(folder, stage)
        card["test"] = evaluate_stage(stage, folder, test)
    write_card(folder, stage, card)


def shipped(stage: Stage, folder: Path) -> nn.Module:
    """The published network, as fast as PyTorch has it."""
    return checkpoints.load(folder, stage).network().to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


def scores(matrices: np.ndarray, names: Sequence[str]) -> dict:
    """What a card says of (pictures, 3, 3) confusion matrices, and in what they were computed."""
    precision = "bf16" if mixed_precision() == "bf16" else "fp32"
    return summarise(matrices) | {"precision": precision} | extremes(matrices, names)


def evaluate_stage(stage: Stage, folder: Path, pets: PetTensors) -> dict:
    """Score the shipped checkpoint on every picture of `pets`."""
    return scores(evaluate(shipped(stage, folder), pets), pets.names)


def run_pet_note(options: argparse.Namespace) -> None:
    """Measure when the page says that there is probably no pet, keep it and print it."""
    pets = PetTensors(Pets(options.data, "trainval", options.download))
    test = PetTensors(Pets(options.data, "test"))
    predictor = Predictor(options.checkpoints)
    print(json.dumps(measure_pet_note(predictor, pets, test, options.originals), indent=2))


def run_evaluation(options: argparse.Namespace) -> None:
    """Print the scores of the chosen stages; one record each, by key, for `all`."""
    pets = PetTensors(Pets(options.data, "test", options.download), options.limit)
    found = {
        stage.key: evaluate_stage(stage, options.checkpoints, pets)
        for stage in select(options.stage)
    }
    if options.json:
        print(json.dumps(found if options.stage == "all" else found[options.stage]))
        return
    for key, result in found.items():
        classes = "  ".join(f"{name} {value:.3f}" for name, value in result["iou"].items())
        print(
            f"{key:16} mIoU {result['miou']:.3f}  pixels {result['pixel_accuracy']:.3f}  {classes}"
            f"  foreground IoU {result['foreground_iou']['value']:.3f}"
            f"  pet Dice {result['pet_dice']['value']:.3f}"
        )


def run_averaging(options: argparse.Namespace) -> None:
    """Measure what averaging gains, keep it and print what else was tried."""
    test = PetTensors(Pets(options.data, "test", options.download))
    print(measure_averaging(Predictor(options.checkpoints), test, options.originals))


def run_shrinking(options: argparse.Namespace) -> None:
    test = Pets(options.data, "test", options.download)
    print(shrinking_table(Predictor(options.checkpoints), test, options.originals))


COMMANDS = {
    "table": run_table,
    "card": run_card,
    "evaluate": run_evaluation,
    "measure": run_measurement,
    "shifts": run_shifts,
    "claims": run_claims,
    "pet-confidence": run_pet_note,
    "shrinking": run_shrinking,
    "averaging": run_averaging,
}
