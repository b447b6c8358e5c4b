"""Section *What if the photo changes?*, what it shows: a stage's labels before and after."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from segdemo.analysis.prediction_change import LabelChange, mask_shift
from segdemo.analysis.robustness import DIRECTIONS, Perturbation
from segdemo.data.palette import label_image
from segdemo.data.preprocessing import SIZE
from segdemo.locales import Translator
from segdemo.models.registry import STAGES

FULL_BARS = (0.05, 0.1, 0.25, 0.5, 1.0)  # what a full bar may be, as a fraction of the labels
NO_CHANGE, CHANGED, NOT_KEPT = range(3)
# Magenta and grey: neither a class nor, on the pale photo below, a colour of fur.
CHANGE_PALETTE = np.array([(255, 255, 255, 0), (204, 0, 122, 255), (110, 110, 110, 255)], np.uint8)

Result = LabelChange | str | None  # a stage's change, why there is none, or not computed yet


@dataclass(frozen=True)
class Photos:
    """The photo in a test: the visitor's (its shape counts), as it is read, and changed."""

    shown: Image.Image
    read: Image.Image  # 128x128
    changed: Image.Image  # 128x128
    offset: tuple[float, float]  # by which it is shifted, right and down, percent of its sides


@dataclass(frozen=True)
class StageChange:
    """One stage's card."""

    key: str
    problem: str = ""
    fraction: str = ""  # of the labels that changed, as text; "" while it is computed
    bar: float = 0.0  # 0..1 of a full bar
    moved: str = ""  # by how much the mask moved
    before: Image.Image | None = None
    after: Image.Image | None = None
    where: Image.Image | None = None


@dataclass(frozen=True)
class Robustness:
    """Everything the view shows."""

    photos: Photos
    headline: list[str]
    explanation: str
    cards: list[StageChange]
    legend: list[tuple[str, str, str]]
    full_bar: str
    draggable: bool


def photos(image: Image.Image, read: Image.Image, perturbation: Perturbation) -> Photos:
    """An RGB photo and how the networks read it, 128x128, before and in the test."""
    down, right = DIRECTIONS[perturbation.direction]
    percent = 100 * perturbation.strength / SIZE if perturbation.test == "shift" else 0
    return Photos(image, read, perturbation.photo(read), (right * percent, down * percent))


def robustness(
    shown: Photos, perturbation: Perturbation, results: Mapping[str, Result], t: Translator
) -> Robustness:
    """`results` has what is known so far, by stage key."""
    changes = {key: one for key, one in results.items() if isinstance(one, LabelChange)}
    largest = max((change.fraction for change in changes.values()), default=0)
    full = next(full for full in FULL_BARS if full >= largest)
    shifts = _mask_shifts(changes, perturbation)
    amount = f"{perturbation.amount:g}"
    complete = len(results) == len(STAGES)
    shifted = perturbation.test == "shift"
    return Robustness(
        shown,
        _headline(changes, shifts, perturbation, t) if complete else [t("insight-perturb.waiting")],
        t(f"insight-perturb.what.{perturbation.test}", amount=amount),
        [_card(key, results.get(key), full, shifts, t) for key in STAGES],
        _legend(shifted, t),
        t("insight-perturb.scale", percent=f"{100 * full:.0f}"),
        draggable=shifted,
    )


def written(fraction: float, t: Translator) -> str:
    """0 -> "0%", 0.0003 -> "< 0.1%", 0.0312 -> "3.1%"."""
    if 0 < fraction < 0.0005:
        return t("insight-perturb.below")
    percent = f"{100 * fraction:.1f}" if fraction else "0"
    return t("insight-perturb.percent", percent=percent)


def _mask_shifts(
    changes: dict[str, LabelChange], perturbation: Perturbation
) -> dict[str, int | None]:
    """By how many pixels each mask moved; of no stage where the photo is not shifted."""
    if perturbation.test != "shift":
        return {}
    asked = perturbation.direction, perturbation.strength
    return {key: mask_shift(change, *asked) for key, change in changes.items()}


def _card(
    key: str, result: Result, full: float, shifts: dict[str, int | None], t: Translator
) -> StageChange:
    if not isinstance(result, LabelChange):
        return StageChange(key, problem=result or "")
    before, after = (
        label_image(labels.astype(np.uint8), result.palette)
        for labels in (result.before, result.after)
    )
    return StageChange(
        key,
        fraction=written(result.fraction, t),
        bar=result.fraction / full,
        moved=t("insight-perturb.mask-shift", shift=_pixels(shifts[key], t)) if shifts else "",
        before=before,
        after=after,
        where=_where(result),
    )


def _where(change: LabelChange) -> Image.Image:
    """The pixels that changed and those that left, transparent elsewhere."""
    places = np.full(change.before.shape, NO_CHANGE, np.uint8)
    places[change.changed] = CHANGED
    places[~change.kept] = NOT_KEPT
    return label_image(places, CHANGE_PALETTE)


def _legend(shifted: bool, t: Translator) -> list[tuple[str, str, str]]:
    """What the colours over the pale photos mean; where it is shifted, pixels can leave."""
    entries = [("changed", CHANGED), ("gone", NOT_KEPT)][: 2 if shifted else 1]
    colours = CHANGE_PALETTE[:, :3].tolist()
    return [
        (t(f"insight-perturb.legend.{name}"), f"rgb{tuple(colours[change])}", "")
        for name, change in entries
    ]


def _headline(
    changes: dict[str, LabelChange],
    shifts: dict[str, int | None],
    perturbation: Perturbation,
    t: Translator,
) -> list[str]:
    """What the results say, once all stages are done."""
    sentences = [_extremes(changes, t)]
    if perturbation.test == "shift":
        sentences.append(_moved(perturbation.strength, shifts, t))
    return sentences


def _extremes(changes: dict[str, LabelChange], t: Translator) -> str:
    """Which stages changed least and which most, as far as the written numbers tell them apart."""
    fractions = {key: written(change.fraction, t) for key, change in changes.items()}
    ranked = sorted(changes, key=lambda key: changes[key].fraction)
    low, high = fractions[ranked[0]], fractions[ranked[-1]]
    if low == high:
        return t("insight-perturb.equal", low=low)
    least, most = (
        _titles([key for key, fraction in fractions.items() if fraction == extreme], t)
        for extreme in (low, high)
    )
    return t("insight-perturb.extremes", least=least, low=low, most=most, high=high)


def _moved(pixels: int, shifts: dict[str, int | None], t: Translator) -> str:
    """Which masks moved as far as the photo, and how far the others did."""
    others = [
        f"{_titles([key], t)} ({_pixels(shift, t)})"
        for key, shift in shifts.items()
        if shift not in (pixels, None)
    ]
    if not others:
        return t("insight-perturb.moved.all", pixels=pixels)
    return t("insight-perturb.moved.others", pixels=pixels, stages="; ".join(others))


def _pixels(shift: int | None, t: Translator) -> str:
    return t("insight-perturb.no-telling") if shift is None else f"{shift} px"


def _titles(keys: list[str], t: Translator) -> str:
    return "; ".join(t(f"stages.{key}.title") for key in keys)
