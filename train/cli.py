"""Train a stage, or all of them in lecture order; evaluate what ships on the test split."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from accelerate import Accelerator
from torch import nn

from segdemo.data.oxford_pets import PetDataError, Pets
from segdemo.evaluation.measurements import MeasurementError
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings
from segdemo.models import FCN, checkpoints
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.fcn import STRIDES
from segdemo.models.registry import STAGES, Stage
from train.arguments import CHECKPOINTS, MEASURABLE, TRAINABLE, parse
from train.averaging import measure_averaging
from train.claims.claim import Evidence
from train.claims.document import document
from train.claims.registry import measure_claims
from train.colour_bins import write_colour_bins
from train.conversions import measure_conversions
from train.data import PetTensors
from train.evaluation import evaluate, evaluate_strides, extremes, kmeans_confusions, summarise
from train.hardware import mixed_precision
from train.loop import Interrupted, TrainingError, initial_network, train
from train.model_card import model_card
from train.pet_confidence import measure_pet_note
from train.photos import PhotoDataError, Photos
from train.publish import publish, record_agreement, write_card
from train.recipes import RECIPES, Recipe
from train.report import table
from train.shifts import measure_shifts, shift_table
from train.shrinking import shrinking_table
from train.storage import RunFolder
from train.tasks import TASKS

CLAIMS_DOCUMENT = CHECKPOINTS.with_name("docs") / "claims.md"
REFUSALS = (PetDataError, PhotoDataError, CheckpointError, MeasurementError, TrainingError)
STOPPED_BY_SIGNAL = 128 + 15


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        COMMANDS.get(options.command, run_training)(options)
    except REFUSALS as error:
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
    accelerator = Accelerator(mixed_precision=mixed_precision())
    stages = TRAINABLE[options.command]
    pets = TASKS[stages[0].task].read(options.data, "trainval", options.download)
    for stage in stages:
        recipe = RECIPES[stage.key]
        if options.loss:
            recipe = recipe.with_loss(options.loss)
        for number, run in missing_runs(stage, recipe, options.checkpoints):
            folder = RunFolder(options.runs / stage.key / str(number))
            network = initial_network(stage, run, options.checkpoints)
            trained = train(stage, run, pets, folder, accelerator, network)
            if accelerator.is_main_process:
                publish(stage, run, trained, pets, options.checkpoints)
                # The last: the test split is not looked at before.
                if run == recipe and stage.task == "fcn":
                    measure(stage, options.checkpoints, PetTensors(Pets(options.data, "test")))
                elif run == recipe and stage.task == "segment":
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
    for stage in STAGES.values() if options.stage == "all" else [MEASURABLE[options.stage]]:
        measure(stage, options.checkpoints, test)


def run_shifts(options: argparse.Namespace) -> None:
    """Measure what a shift costs every stage, keep it and print it."""
    test = PetTensors(Pets(options.data, "test", options.download))
    measure_shifts(Predictor(options.checkpoints), test, options.checkpoints)
    print(shift_table(options.checkpoints))


def run_conversions(options: argparse.Namespace) -> None:
    """Score what ships of the other domains on the test photos, keep it and print it."""
    photos = Photos(options.data, "test", options.download)
    print(json.dumps(measure_conversions(photos, options.checkpoints, options.limit), indent=2))


def run_colour_bins(options: argparse.Namespace) -> None:
    """Write the colours of the training photos that colourise chooses from."""
    fraction = write_colour_bins(Photos(options.data, "trainval", options.download), options.out)
    print(f"{fraction:.1%} of the pixels have one of these colours")


def measure(stage: Stage, folder: Path, test: PetTensors) -> None:
    """Write a stage's scores on the test split into its card."""
    if stage.network is None:
        settings = KMeansSettings()
        card = {"stage": stage.key, "settings": dataclasses.asdict(settings)}
        card["best_case"] = summarise(kmeans_confusions(test, settings))
    elif stage.task == "fcn":
        card = checkpoints.read_metadata(folder, stage)
        matrices = evaluate_strides(cast(FCN, shipped(stage, folder)), test)
        card["strides"] = {stride: summarise(found) for stride, found in matrices.items()}
        card["test"] = scores(matrices[STRIDES[-1]], test.names)
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
        for stage in TRAINABLE[options.stage]
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
    "conversions": run_conversions,
    "colour-bins": run_colour_bins,
    "claims": run_claims,
    "pet-confidence": run_pet_note,
    "shrinking": run_shrinking,
    "averaging": run_averaging,
}
