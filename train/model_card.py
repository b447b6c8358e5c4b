"""The model card, `checkpoints/README.md`: a text around what the JSON files say."""

import json
from importlib.resources import files
from pathlib import Path

from segdemo.evaluation.shift_scores import ShiftScores
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS
from train.augmentation import DEGREES
from train.domain_report import domain_report
from train.losses import LOSS_NAMES
from train.publish import HEAD_RANK
from train.report import (
    averaging_table,
    markdown_table,
    published_table,
    table,
    two_class_table,
)
from train.shifts import shift_table


def model_card(folder: Path) -> str:
    """The card of the checkpoints in `folder`, in Markdown.

    Raises CheckpointError or MeasurementError."""
    cards = {key: checkpoints.read_metadata(folder, stage) for key, stage in NETWORKS.items()}
    one = cards["unet"]
    tried = json.loads(_beside("trials.json"))
    return _beside("model_card.md").format(
        rank=HEAD_RANK,
        training=f"{one['data']['training_pictures']:,}",
        holdout=one["data"]["holdout_pictures"],
        dropped=", ".join(one["data"]["dropped"]) or "none",
        warm_up=f"{one['recipe']['warm_up']:.0%}",
        weight_decay=one["recipe"]["weight_decay"],
        batch_size=one["recipe"]["batch_size"],
        loss=LOSS_NAMES[one["recipe"]["loss"]],
        degrees=DEGREES,
        recipes=_recipes(cards),
        trial_stage=tried["stage"],
        trial_epochs=tried["epochs"],
        trial_device=tried["device"],
        averaging=tried["averaging"],
        trials=_trials(tried["trials"]),
        pictures=f"{one['test']['pictures']:,}",
        scores=table(folder),
        two_classes=two_class_table(folder),
        published=published_table(),
        averaged=averaging_table(folder),
        shifted=f"{ShiftScores.read(folder).pictures:,}",
        shifts=shift_table(folder),
        agreement=_agreement(cards),
        **domain_report(folder),
    )


def _beside(name: str) -> str:
    """A text file of this package."""
    return files("train").joinpath(name).read_text(encoding="utf-8")


def _recipes(cards: dict[str, dict]) -> str:
    headings = (
        "stage",
        "epochs",
        "learning rate",
        "hours",
        "on",
        "validation mIoU gained by the last tenth",
    )
    rows = [
        (
            f"`{key}`",
            _in_turn(card, "epochs"),
            _in_turn(card, "learning_rate"),
            f"{card['history'][-1]['seconds'] / 3600:.2f}",
            card["device"],
            f"{_last_gain(card):+.3f}",
        )
        for key, card in cards.items()
    ]
    return markdown_table(headings, rows)


def _trials(trials: list[dict]) -> str:
    headings = ("what differs", "mIoU", "border IoU", "mIoU of averaged weights")
    figures = ("miou", "border_iou", "averaged_miou")
    rows = [(one["differs"], *(f"{one[name]:.4f}" for name in figures)) for one in trials]
    return markdown_table(headings, rows)


def _in_turn(card: dict, setting: str) -> str:
    return ", then ".join(f"{run[setting]:g}" for run in checkpoints.runs(card))


def _last_gain(card: dict) -> float:
    """How much better the last tenth of the last run, an epoch at the least, made the hold-out."""
    history, last = card["history"], max(1, round(card["recipe"]["epochs"] / 10))
    return history[-1]["holdout_miou"] - history[-1 - last]["holdout_miou"]


def _agreement(cards: dict[str, dict]) -> str:
    headings = ("stage", "labels kept", "counted on")
    rows = [
        (f"`{key}`", f"{found['share']:.3%}", found["data"])
        for key, card in cards.items()
        for found in (card["label_agreement"],)
    ]
    return markdown_table(headings, rows)
