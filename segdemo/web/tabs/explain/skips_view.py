"""Section *With and without skips*, what it shows: two networks, and one with skips zeroed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segdemo.analysis.skip_ablation import LEVELS, Effect, changed_fraction
from segdemo.data.classes import BORDER
from segdemo.data.ground_truth import GroundTruth
from segdemo.data.palette import ground_truth_image, label_image
from segdemo.inference.segmentation import SegmentationResult
from segdemo.locales import Translator
from segdemo.metrics import Score
from segdemo.web.components.pictures import Layer, label_layer
from segdemo.web.formatting import iou, percent, precise

DARK_AND_BRIGHT = np.array([(16, 16, 16), (255, 255, 255)], dtype=np.uint8)


@dataclass(frozen=True)
class IouTable:
    """Scores by row title; the caption says against what."""

    caption: str
    rows: list[tuple[str, Score]]


@dataclass(frozen=True)
class Comparison:
    """The encoder-decoder left of the slider, the U-Net right of it."""

    without: Layer
    with_skips: Layer
    claims: list[str]
    table: IouTable | None
    ground_truth: Layer | None


@dataclass(frozen=True)
class Zeroed:
    """The trained U-Net, the same with skips zeroed, and where their labels differ."""

    masks: list[Layer]
    table: IouTable


@dataclass(frozen=True)
class SkipButton:
    """A small mask that, pressed, sets the switches to the levels zeroed in it."""

    zeroed: list[int]
    mask: Layer | None  # None while it is computed
    title: str


@dataclass(frozen=True)
class Rows:
    """Each skip alone switched off, then each alone kept: (heading, buttons)."""

    note: str
    rows: list[tuple[str, list[SkipButton]]]


def comparison(
    without: SegmentationResult,
    with_skips: SegmentationResult,
    ground_truth: GroundTruth | None,
    t: Translator,
) -> Comparison:
    """Both networks' results for one photo; with a ground truth, which border is better."""
    left, right = (
        _mask(t(f"insight-skips.{name}"), result.labels, t, _border(result.score, t))
        for name, result in (("without", without), ("with", with_skips))
    )
    differ = precise(changed_fraction(without.labels, with_skips.labels))
    claims = [t("insight-skips.differ", percent=differ)]
    if ground_truth is None or without.score is None or with_skips.score is None:
        return Comparison(left, right, [*claims, t("insight-skips.no-truth")], None, None)
    rows = [
        (t("stages.encoder-decoder.title"), without.score),
        (t("stages.unet.title"), with_skips.score),
    ]
    has_border = bool((ground_truth.labels == BORDER).any())
    better = which_border_is_better(without.score, with_skips.score, has_border, t)
    if ground_truth.is_visitors:
        claims.append(t(f"ground-truth.source.{ground_truth.source}"))
    return Comparison(
        left,
        right,
        [better, *claims],
        IouTable(_against(ground_truth, t), rows),
        _drawn(ground_truth, t),
    )


def which_border_is_better(
    without: Score, with_skips: Score, has_border: bool, t: Translator
) -> str:
    """One sentence on the two border IoUs, as far as two decimals tell them apart.

    has_border: whether the ground truth has one; else there is nothing to compare.
    """
    before, after = without.iou["border"], with_skips.iou["border"]
    if not has_border or before is None or after is None:
        return t("insight-skips.border.none")
    if iou(before) == iou(after):
        return t("insight-skips.border.same", iou=iou(before))
    key = f"insight-skips.border.{'better' if after > before else 'worse'}"
    return t(key, without=iou(before), skips=iou(after))


def zeroed(
    intact: Effect, effect: Effect, ground_truth: GroundTruth | None, t: Translator
) -> Zeroed:
    """One choice of skips; scores are against a ground truth or the intact network's labels."""
    whole, less = t("insight-skips.intact"), _zeroed_title(effect, t)
    changed = precise(effect.changed)
    differing = Layer(
        t("insight-skips.changes"),
        t("insight-skips.changes.alt", percent=changed),
        label_image((effect.labels != intact.labels).astype(np.uint8), DARK_AND_BRIGHT),
        (t("insight-skips.changed", percent=changed),),
    )
    masks = [_mask(whole, intact.labels, t), _mask(less, effect.labels, t), differing]
    rows = [(whole, intact.score)] if ground_truth else []
    return Zeroed(masks, IouTable(_against(ground_truth, t), [*rows, (less, effect.score)]))


def rows(
    alone: Sequence[Effect] | None,
    only: Sequence[Effect] | None,
    ground_truth: GroundTruth | None,
    t: Translator,
) -> Rows:
    """An effect per level; None for what is still being computed."""
    note = t(f"insight-skips.rows.{'truth' if ground_truth else 'intact'}")
    named = (("alone", alone), ("only", only))
    listed = [
        (t(f"insight-skips.{name}"), [_button(name, level, found, t) for level in LEVELS])
        for name, found in named
    ]
    return Rows(note, listed)


def _button(name: str, level: int, effects: Sequence[Effect] | None, t: Translator) -> SkipButton:
    title = t(f"insight-skips.{name}.one", level=level)
    if effects is None:
        return SkipButton([], None, title)
    effect = effects[LEVELS.index(level)]
    changed = t("insight-skips.changed", percent=precise(effect.changed))
    mask = _mask(title, effect.labels, t, changed, _border(effect.score, t))
    return SkipButton(sorted(effect.zeroed), mask, title)


def _against(ground_truth: GroundTruth | None, t: Translator) -> str:
    """What a table's scores are measured against."""
    if ground_truth is None:
        return t("insight-skips.iou.intact")
    if ground_truth.is_visitors:
        return f"IoU, {t(f'ground-truth.against.{ground_truth.source}')}"
    return t("insight-skips.iou.truth")


def _drawn(ground_truth: GroundTruth, t: Translator) -> Layer:
    title = t("insight-skips.truth")
    if ground_truth.is_visitors:
        words = t(f"ground-truth.source.{ground_truth.source}")
        return Layer(title, words, ground_truth_image(ground_truth.labels))
    return _mask(title, ground_truth.labels, t)


def _mask(title: str, labels: np.ndarray, t: Translator, *lines: str) -> Layer:
    return label_layer(title, labels, t, *lines, written=percent)


def _border(score: Score | None, t: Translator) -> str:
    """ "border IoU 0.47"; nothing without a score."""
    return t("insight-skips.border", iou=iou(score.iou["border"])) if score else ""


def _zeroed_title(effect: Effect, t: Translator) -> str:
    if not effect.zeroed:
        return t("insight-skips.zeroed.none")
    levels = ", ".join(map(str, sorted(effect.zeroed)))
    return t("insight-skips.zeroed", levels=levels)
