"""What the checkpoints say of themselves, as tables."""

from collections.abc import Sequence
from pathlib import Path

from segdemo.data.classes import CLASSES
from segdemo.evaluation.model_stats import model_stats
from segdemo.models import checkpoints
from segdemo.models.registry import STAGES, Stage

HEADINGS = ("stage", "slide", "mIoU (95 % interval)", "pixels", *CLASSES)
SIZES = ("parameters", "multiply-adds", "sees")


def table(folder: Path) -> str:
    """Every stage's test scores and size in Markdown. Raises CheckpointError."""
    cards = ((stage, checkpoints.read_metadata(folder, stage)) for stage in STAGES.values())
    rows = [_row(stage, card["test" if stage.network else "best_case"]) for stage, card in cards]
    return markdown_table((*HEADINGS, *SIZES), rows)


def markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(stage: Stage, test: dict) -> tuple[str, ...]:
    known = model_stats(stage)
    low, high = test["miou_interval"]
    return (
        f"`{stage.key}`" if stage.network else f"`{stage.key}`, best case",
        stage.slide,
        f"**{test['miou']:.3f}** ({low:.3f} to {high:.3f})",
        f"{test['pixel_accuracy']:.3f}",
        *(f"{test['iou'][name]:.3f}" for name in CLASSES),
        f"{known.parameters:,}" if stage.network else "–",
        f"{known.multiply_adds / 1e9:.2f} G" if stage.network else "–",
        "whole photo" if known.sees_whole_photo else f"{known.receptive_field} px",
    )
