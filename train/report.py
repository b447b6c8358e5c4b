"""What the checkpoints say of themselves, as tables."""

from collections.abc import Sequence
from pathlib import Path

from segdemo.data.classes import CLASSES
from segdemo.evaluation.model_stats import model_stats
from segdemo.evaluation.published import PUBLISHED
from segdemo.models import checkpoints
from segdemo.models.registry import STAGES, Stage

HEADINGS = ("stage", "slide", "mIoU (95% interval)", "pixel accuracy", *CLASSES)
SIZES = ("parameters", "multiply-adds", "receptive field")
AVERAGED_ON = {"split": "the test split at 128x128", "own-size": "at their own size"}
TWO_CLASSES = {
    "foreground_iou": "IoU of pet and border against background",
    "pet_dice": "Dice of the pet alone",
}


def table(folder: Path) -> str:
    """Every stage's test scores and size in Markdown. Raises CheckpointError."""
    cards = ((stage, checkpoints.read_metadata(folder, stage)) for stage in STAGES.values())
    rows = [_row(stage, card["test" if stage.network else "best_case"]) for stage, card in cards]
    return markdown_table((*HEADINGS, *SIZES), rows)


def two_class_table(folder: Path) -> str:
    """The scores that others publish, for every stage, in Markdown. Raises CheckpointError."""
    rows = []
    for stage in STAGES.values():
        card = checkpoints.read_metadata(folder, stage)
        test = card["test" if stage.network else "best_case"]
        cells = (_estimate(test[name]) for name in TWO_CLASSES)
        rows.append((_name(stage), *cells))
    return markdown_table(("stage", *TWO_CLASSES.values()), rows)


def published_table() -> str:
    """What others published, in Markdown, from scratch before pretrained."""
    counted = {"miou": "mIoU, three classes", **TWO_CLASSES}
    rows = [
        (
            counted[one.measure],
            one.source,
            one.network,
            "pretrained" if one.pretrained else "from scratch",
            one.split,
            f"{one.score:.3f}",
        )
        for measure in counted
        for one in sorted(PUBLISHED, key=lambda one: one.pretrained)
        if one.measure == measure
    ]
    return markdown_table(("counted", "source", "network", "weights", "split", "score"), rows)


def markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(stage: Stage, test: dict) -> tuple[str, ...]:
    known = model_stats(stage)
    side = known.receptive_field
    return (
        _name(stage),
        stage.slide,
        _with_interval(test["miou"], test["miou_interval"]),
        f"{test['pixel_accuracy']:.3f}",
        *(f"{test['iou'][name]:.3f}" for name in CLASSES),
        f"{known.parameters:,}" if stage.network else "–",
        f"{known.multiply_adds / 1e9:.2f} G" if stage.network else "–",
        "whole photo" if known.sees_whole_photo else f"{side}×{side} px",
    )


def _name(stage: Stage) -> str:
    return f"`{stage.key}`" if stage.network else f"`{stage.key}`, best case"


def averaging_table(folder: Path) -> str:
    """The U-Net plain and averaged, on the same photos, in Markdown. Raises CheckpointError."""
    card = checkpoints.read_metadata(folder, STAGES["unet"])
    rows = [
        (
            f"{found['pictures']:,}, {AVERAGED_ON[found['data']]}",
            _estimate(found["plain"]),
            _estimate(found["averaged"]),
            _estimate(found["gain"], "+.3f"),
        )
        for found in card["averaged"]
    ]
    return markdown_table(("photos", "plain mIoU", "averaged", "gain, paired"), rows)


def _estimate(found: dict, form: str = ".3f") -> str:
    return _with_interval(found["value"], found["interval"], form)


def _with_interval(value: float, interval: Sequence[float], form: str = ".3f") -> str:
    low, high = interval
    return f"**{value:{form}}** ({low:{form}} to {high:{form}})"
