"""Claims read off what other commands measured: test scores and shifts."""

from segdemo.analysis.pet_confidence import STAGE, PetNote
from segdemo.evaluation.model_stats import model_stats
from segdemo.evaluation.shift_scores import ShiftScore
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS, STAGES
from train.claims.claim import CARDS, NOTED, SHIFTED, Evidence, Figure, claim

FAR = (32, 48)  # pixels of 128


def _at(evidence: Evidence, key: str, pixels: int) -> ShiftScore:
    return next(score for score in evidence.shifts.stages[key] if score.pixels == pixels)


def _points(score: ShiftScore, holds: bool, unit: str) -> Figure:
    low, high = score.change_interval
    return Figure(100 * score.change, holds, unit, (100 * low, 100 * high))


@claim(
    "“… and it does not follow when the pet moves” (of the reshape network, at 8 px)",
    on=SHIFTED,
)
def reshape_does_not_follow(evidence: Evidence) -> Figure:
    """If it did not follow, a shift by 8 px would cost much: 10 points at least."""
    score = _at(evidence, "fcn-reshape", 8)
    return _points(score, score.change_interval[1] < -0.1, "points of mIoU at 8 px")


@claim(
    "The further a photo is shifted, the worse the reshape network gets",
    "stages.fcn-reshape.wrong",
    "lesson.plan.reshape.show",
    on=SHIFTED,
)
def reshape_further_worse(evidence: Evidence) -> Figure:
    """Of the reshape stage at 48 px; it loses more with every further shift."""
    changes = [score.change for score in evidence.shifts.stages["fcn-reshape"]]
    falling = changes == sorted(changes, reverse=True)
    score = _at(evidence, "fcn-reshape", FAR[-1])
    return _points(score, falling and score.change_interval[1] < 0, "points of mIoU at 48 px")


@claim(
    "At 32 and 48 px the encoder-decoder, which shares its weights, loses less",
    "stages.fcn-reshape.wrong",
    "lesson.plan.reshape.ask",
    on=SHIFTED,
)
def convolutions_lose_less(evidence: Evidence) -> Figure:
    """Of the encoder-decoder at 48 px; its interval lies above the reshape stage's at 32, 48."""
    above = all(
        _at(evidence, "encoder-decoder", pixels).change_interval[0]
        > _at(evidence, "fcn-reshape", pixels).change_interval[1]
        for pixels in FAR
    )
    return _points(_at(evidence, "encoder-decoder", FAR[-1]), above, "points of mIoU at 48 px")


@claim(
    "“Eight ways to find the pet in one photo, from the worst idea to the best.”",
    on=CARDS,
)
def worst_to_best(evidence: Evidence) -> Figure:
    """Steps from one network to the next that lower the test mIoU."""
    cards = [checkpoints.read_metadata(evidence.folder, stage) for stage in NETWORKS.values()]
    mious = [card["test"]["miou"] for card in cards]
    down = sum(after < before for before, after in zip(mious, mious[1:]))
    return Figure(down, down == 0, "step down")


def _test(evidence: Evidence, key: str) -> dict:
    return checkpoints.read_metadata(evidence.folder, NETWORKS[key])["test"]


@claim(
    "From 5x5 to 11x11 kernels the test mIoU gains 0.05",
    "lesson.plan.kernels.expected",
    on=CARDS,
)
def larger_kernels_gain(evidence: Evidence) -> Figure:
    gain = _test(evidence, "cnn-11x11")["miou"] - _test(evidence, "cnn-5x5")["miou"]
    return Figure(gain, round(gain, 2) == 0.05, "mIoU")


@claim(
    "5x5 instead of 1x1: +0.29; encoder-decoder instead of reshape: +0.03 with an eighth of the "
    "parameters; skips: +0.08, on the border +0.15",
    "lesson.plan.results.expected",
    on=CARDS,
)
def gains_step_by_step(evidence: Evidence) -> Figure:
    """Of the largest step; all four round to what is said."""
    reshape, plain, unet = ("fcn-reshape", "encoder-decoder", "unet")
    mious = {key: _test(evidence, key)["miou"] for key in NETWORKS}
    borders = [_test(evidence, key)["iou"]["border"] for key in (plain, unet)]
    gains = [
        mious["cnn-5x5"] - mious["cnn-1x1"],
        mious[plain] - mious[reshape],
        mious[unet] - mious[plain],
        borders[1] - borders[0],
    ]
    times = model_stats(STAGES[reshape]).parameters / model_stats(STAGES[plain]).parameters
    holds = [round(gain, 2) for gain in gains] == [0.29, 0.03, 0.08, 0.15] and 8 <= times < 9
    return Figure(gains[0], holds, "mIoU, the first step")


@claim(
    "The U-Net was trained longer than the encoder-decoder",
    "insight-skips.fair",
    on=CARDS,
)
def trained_longer(evidence: Evidence) -> Figure:
    """Epochs of the U-Net over those of the encoder-decoder."""
    keys = ("unet", "encoder-decoder")
    cards = [checkpoints.read_metadata(evidence.folder, NETWORKS[key]) for key in keys]
    with_skips, without = (card["recipe"]["epochs"] for card in cards)
    return Figure(with_skips, with_skips > without, f"epochs, without skips {without}")


@claim(
    "The note appears on fewer photos of pets than of pictures without",
    "compare.doubt",
    on=NOTED,
)
def note_seldom_wrong(evidence: Evidence) -> Figure:
    """Of photos of pets at their own size, those with the note; pictures without get it more."""
    card = checkpoints.read_metadata(evidence.folder, NETWORKS[STAGE])
    note = PetNote.of(card)
    if note is None:
        raise ValueError("the note was not measured: run `python -m train pet-confidence`")
    wrong, found = note.own_size, note.without_pet
    rate, low, high = (100 * x for x in (wrong.noted / wrong.pictures, *wrong.interval))
    return Figure(rate, wrong.interval[1] < found.interval[0], "% of photos of pets", (low, high))
