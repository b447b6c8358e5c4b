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

from segdemo.analysis import pet_confidence
from segdemo.data.oxford_pets import PetDataError, Pets
from segdemo.evaluation.shift_scores import ShiftScoresError
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings
from segdemo.models import checkpoints
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import NETWORKS, STAGES, Stage
from train.data import PetTensors, split_holdout
from train.doubt import rule_of_doubt
from train.evaluation import evaluate_with_confidence, extremes, kmeans_confusions, summarise
from train.hardware import mixed_precision
from train.loop import Interrupted, TrainingError, initial_network, train
from train.losses import LOSSES
from train.model_card import model_card
from train.publish import publish, record_agreement, write_card
from train.recipes import RECIPES, Recipe
from train.report import table
from train.shifts import measure_shifts, shift_table
from train.storage import RunFolder

CHECKPOINTS = Path(__file__).parent.parent / "checkpoints"
RUNS = Path(__file__).parent.parent / "runs"
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
    evaluate = commands.add_parser("evaluate", parents=[shared], help="score on the test split")
    for name, says in (("table", "print the scores of what ships"), ("card", "write model card")):
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
        if options.command == "table":
            print(table(options.checkpoints))
        elif options.command == "card":
            (options.checkpoints / "README.md").write_text(
                model_card(options.checkpoints), encoding="utf-8"
            )
        elif options.command == "evaluate":
            run_evaluation(options)
        elif options.command == "measure":
            run_measurement(options)
        elif options.command == "shifts":
            run_shifts(options)
        else:
            run_training(options)
    except (PetDataError, CheckpointError, ShiftScoresError, TrainingError) as error:
        print(error, file=sys.stderr)
        return 1
    except Interrupted as stop:
        print(stop, file=sys.stderr)
        return STOPPED_BY_SIGNAL
    return 0


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
                    measure(stage, options.checkpoints, pets, test)
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
    pets = PetTensors(Pets(options.data, "trainval", options.download))
    test = PetTensors(Pets(options.data, "test"))
    for stage in STAGES.values() if options.stage == "all" else [STAGES[options.stage]]:
        measure(stage, options.checkpoints, pets, test)


def run_shifts(options: argparse.Namespace) -> None:
    """Measure what a shift costs every stage, keep it and print it."""
    test = PetTensors(Pets(options.data, "test", options.download))
    measure_shifts(Predictor(options.checkpoints), test, options.checkpoints)
    print(shift_table(options.checkpoints))


def measure(stage: Stage, folder: Path, pets: PetTensors, test: PetTensors) -> None:
    """Write a stage's scores on the test split into its card, and the page's rule of doubt."""
    if stage.network is None:
        settings = KMeansSettings()
        card = {"stage": stage.key, "settings": dataclasses.asdict(settings)}
        card["best_case"] = summarise(kmeans_confusions(test, settings))
    else:
        card = checkpoints.read_metadata(folder, stage)
        network = shipped(stage, folder)
        matrices, confidences = evaluate_with_confidence(network, test, range(len(test.names)))
        card["test"] = scores(matrices, test.names)
        if stage.key == pet_confidence.STAGE:
            _, holdout = split_holdout(pets.names)
            _, holdout_confidences = evaluate_with_confidence(network, pets, holdout)
            card["doubt"] = rule_of_doubt(holdout_confidences, confidences)
    write_card(folder, stage, card)


def shipped(stage: Stage, folder: Path) -> nn.Module:
    """The published network, as fast as PyTorch has it."""
    return checkpoints.load(folder, stage).network().to(memory_format=torch.channels_last)


def scores(matrices: np.ndarray, names: Sequence[str]) -> dict:
    """What a card says of (pictures, 3, 3) confusion matrices, and in what they were computed."""
    precision = "bf16" if mixed_precision() == "bf16" else "fp32"
    return summarise(matrices) | {"precision": precision} | extremes(matrices, names)


def evaluate(stage: Stage, folder: Path, pets: PetTensors) -> dict:
    """Score the shipped checkpoint on every picture of `pets`."""
    matrices, _ = evaluate_with_confidence(shipped(stage, folder), pets, range(len(pets.names)))
    return scores(matrices, pets.names)


def run_evaluation(options: argparse.Namespace) -> None:
    """Print the scores of the chosen stages; one record each, by key, for `all`."""
    pets = PetTensors(Pets(options.data, "test", options.download), options.limit)
    found = {
        stage.key: evaluate(stage, options.checkpoints, pets) for stage in select(options.stage)
    }
    if options.json:
        print(json.dumps(found if options.stage == "all" else found[options.stage]))
        return
    for key, result in found.items():
        classes = "  ".join(f"{name} {value:.3f}" for name, value in result["iou"].items())
        print(
            f"{key:16} mIoU {result['miou']:.3f}  pixels {result['pixel_accuracy']:.3f}  {classes}"
        )
