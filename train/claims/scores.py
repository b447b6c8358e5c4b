"""Claims read off what other commands measured: test scores and shifts."""

from segdemo.evaluation.shift_scores import ShiftScore
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS
from train.claims.claim import CARDS, SHIFTED, Claim, Evidence, Figure

FAR = (32, 48)  # pixels of 128


def _at(evidence: Evidence, key: str, pixels: int) -> ShiftScore:
    return next(score for score in evidence.shifts.stages[key] if score.pixels == pixels)


def _points(score: ShiftScore, holds: bool, unit: str) -> Figure:
    low, high = score.change_interval
    return Figure(100 * score.change, holds, unit, (100 * low, 100 * high))


def _does_not_follow(evidence: Evidence) -> Figure:
    """If it did not follow, a shift by 8 px would cost much: 10 points at least."""
    score = _at(evidence, "fcn-reshape", 8)
    return _points(score, score.change_interval[1] < -0.1, "points of mIoU at 8 px")


def _the_further_the_worse(evidence: Evidence) -> Figure:
    """Of the reshape stage at 48 px; it loses more with every further shift."""
    changes = [score.change for score in evidence.shifts.stages["fcn-reshape"]]
    falling = changes == sorted(changes, reverse=True)
    score = _at(evidence, "fcn-reshape", FAR[-1])
    return _points(score, falling and score.change_interval[1] < 0, "points of mIoU at 48 px")


def _convolutions_lose_less(evidence: Evidence) -> Figure:
    """Of the encoder-decoder at 48 px; its interval lies above the reshape stage's at 32, 48."""
    above = all(
        _at(evidence, "encoder-decoder", pixels).change_interval[0]
        > _at(evidence, "fcn-reshape", pixels).change_interval[1]
        for pixels in FAR
    )
    return _points(_at(evidence, "encoder-decoder", FAR[-1]), above, "points of mIoU at 48 px")


def _worst_to_best(evidence: Evidence) -> Figure:
    """Steps from one network to the next that lower the test mIoU."""
    cards = [checkpoints.read_metadata(evidence.folder, stage) for stage in NETWORKS.values()]
    mious = [card["test"]["miou"] for card in cards]
    down = sum(after < before for before, after in zip(mious, mious[1:]))
    return Figure(down, down == 0, "step down")


def claims() -> tuple[Claim, ...]:
    return (
        Claim(
            "reshape-further-worse",
            "The further a photo is shifted, the worse the reshape network gets",
            ("stages.fcn-reshape.wrong", "lesson.plan.reshape.show"),
            _the_further_the_worse,
            SHIFTED,
        ),
        Claim(
            "convolutions-lose-less",
            "At 32 and 48 px the encoder-decoder, which shares its weights, loses less",
            ("stages.fcn-reshape.wrong", "lesson.plan.reshape.ask"),
            _convolutions_lose_less,
            SHIFTED,
        ),
        Claim(
            "reshape-does-not-follow",
            "“… and it does not follow when the pet moves” (of the reshape network, at 8 px)",
            (),
            _does_not_follow,
            SHIFTED,
        ),
        Claim(
            "worst-to-best",
            "“Eight ways to find the pet in one photo, from the worst idea to the best.”",
            (),
            _worst_to_best,
            CARDS,
        ),
    )
