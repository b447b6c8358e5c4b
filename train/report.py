"""What the checkpoints say of themselves, as a table for the README."""

from pathlib import Path

from segdemo import checkpoints
from segdemo.classes import CLASSES
from segdemo.facts import facts
from segdemo.stages import NETWORKS, Stage

HEADINGS = ("stage", "slide", "mIoU (95 % interval)", "pixels", *CLASSES)
SIZES = ("parameters", "multiply-adds", "sees")


def table(folder: Path) -> str:
    """Every network's test scores and size in Markdown. Raises CheckpointError."""
    columns = (*HEADINGS, *SIZES)
    rows = [columns, ("---",) * len(columns)]
    rows += [
        _row(stage, checkpoints.read_card(folder, stage)["test"]) for stage in NETWORKS.values()
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(stage: Stage, test: dict) -> tuple[str, ...]:
    known = facts(stage)
    low, high = test["miou_interval"]
    return (
        f"`{stage.key}`",
        stage.slide,
        f"**{test['miou']:.3f}** ({low:.3f} to {high:.3f})",
        f"{test['pixel_accuracy']:.3f}",
        *(f"{test['iou'][name]:.3f}" for name in CLASSES),
        f"{known.parameters:,}",
        f"{known.multiply_adds / 1e9:.2f} G",
        "whole photo" if known.sees_everything else f"{known.receptive_field} px",
    )
