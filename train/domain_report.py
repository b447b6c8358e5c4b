"""What the model card says of the other domains and of FCN."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from segdemo.analysis.conversion import TASKS
from segdemo.evaluation.conversion_scores import TaskScores, read_scores
from segdemo.evaluation.scores import Estimate
from segdemo.models import checkpoints
from segdemo.models.registry import CONVERTERS, FCN_STAGE
from train.report import markdown_table


def domain_report(folder: Path) -> dict[str, str]:
    """The card's tables, by their placeholders.

    Raises CheckpointError or MeasurementError.
    """
    measured = read_scores(folder)
    measured_strides = checkpoints.read_metadata(folder, FCN_STAGE)["strides"]
    strides = [
        (stride, _with_interval(one["miou"], one["miou_interval"], 3))
        for stride, one in measured_strides.items()
    ]
    return {
        "domain_recipes": _recipes(
            folder, [key for task in measured for key in TASKS[task].networks]
        ),
        "domain_photos": f"{max(task.photos for task in measured.values()):,}",
        "domain_scores": _scores(measured),
        "domain_accuracies": _accuracies(measured),
        "fcn_scores": markdown_table(("stride", "mIoU (95% interval)"), strides),
    }


def _recipes(folder: Path, networks: Sequence[str]) -> str:
    headings = ("network", "epochs", "hours", "on", "validation PSNR, dB")
    cards = {key: checkpoints.read_metadata(folder, CONVERTERS[key]) for key in networks}
    rows = [
        (
            f"`{key}`",
            ", then ".join(f"{run['epochs']}" for run in checkpoints.runs(card)),
            f"{card['history'][-1]['seconds'] / 3600:.2f}",
            card["device"],
            f"{card['history'][-1]['holdout_psnr']:.2f}",
        )
        for key, card in cards.items()
    ]
    return markdown_table(headings, rows)


def _scores(measured: Mapping[str, TaskScores]) -> str:
    headings = ("task", "picture", "PSNR, dB", "SSIM", "the last network's gain, dB")
    rows = [
        (
            task,
            name,
            _with_interval(one.psnr.value, one.psnr.interval, 2),
            f"{one.ssim.value:.3f}",
            _gain(scores.gains.get(name)),
        )
        for task, scores in measured.items()
        for name, one in scores.scores.items()
    ]
    return markdown_table(headings, rows)


def _accuracies(measured: Mapping[str, TaskScores]) -> str:
    headings = ("task", "choices", "top-1, %", "top-5, %")
    rows = [
        (task, name, *(_percent(one) for one in found.values()))
        for task, scores in measured.items()
        for name, found in scores.accuracies.items()
    ]
    return markdown_table(headings, rows)


def _percent(one: Estimate) -> str:
    return _with_interval(100 * one.value, [100 * end for end in one.interval], 1)


def _gain(gain: Estimate | None) -> str:
    return _with_interval(gain.value, gain.interval, 2) if gain else "–"


def _with_interval(value: float, interval: Sequence[float], digits: int) -> str:
    low, high = interval
    return f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
