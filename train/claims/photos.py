"""Claims about k-means and the networks without pooling, measured on test photos."""

from collections.abc import Callable

import numpy as np
from PIL import Image
from skimage.measure import label

from segdemo.analysis.robustness import OUT_OF_FRAME, Perturbation
from segdemo.data.classes import BACKGROUND, PET
from segdemo.data.preprocessing import SIZE
from segdemo.evaluation.model_stats import model_stats
from segdemo.inference.kmeans import KMeansSettings, best_assignment, cluster
from segdemo.metrics import mean_iou
from segdemo.models.registry import STAGES
from train.claims.claim import SPLIT, TEST_PHOTOS, Evidence, Figure, claim
from train.claims.statistics import (
    FEW,
    FEW_PHOTOS,
    above_zero,
    confusions,
    figure,
    mean,
    none_at_all,
)


@claim(
    "Neither the dark, the middle nor the light cluster is always the pet's (on 90 % of photos)",
    "stages.kmeans.wrong",
    "lesson.plan.baseline.expected",
    on=FEW_PHOTOS,
)
def kmeans_no_name(evidence: Evidence) -> Figure:
    """How often the commonest of the three ranks (dark to light) is the pet's cluster."""
    ranks = np.zeros(3)
    for photo, truth in zip(evidence.photos[:FEW], evidence.truth):
        clustering = cluster(Image.fromarray(photo), KMeansSettings())
        pet = best_assignment(clustering.labels, truth, len(clustering.centres)) == PET
        ranks[: len(pet)] += pet
    return Figure(100 * ranks.max() / FEW, ranks.max() < 0.9 * FEW, "% of photos")


@claim(
    "The 1x1 network's classes are better than background everywhere",
    "stages.cnn-1x1.fixes",
    on=TEST_PHOTOS,
)
def cnn_1x1_learnt(evidence: Evidence) -> Figure:
    """mIoU above that of background everywhere."""
    learnt = confusions(evidence.labels("cnn-1x1"), evidence.truth)
    blank = confusions(np.full_like(evidence.truth, BACKGROUND), evidence.truth)
    return figure(
        lambda a, b: mean_iou(a) - mean_iou(b), learnt, blank, unit="mIoU", holds=above_zero
    )


def _pet_fits(evidence: Evidence, key: str) -> Figure:
    """Photos whose pet fits into the network's receptive field."""
    side = model_stats(STAGES[key]).receptive_field
    fits = [
        max(np.ptp(axis) for axis in np.nonzero(truth == PET)) < side for truth in evidence.truth
    ]
    return mean(100 * np.array(fits), "% of photos", lambda value, _: value < 10)


@claim(
    "17x17 px rarely hold a whole pet (less than 10 % of photos)",
    "stages.cnn-5x5.wrong",
    on=TEST_PHOTOS,
)
def pet_in_17(evidence: Evidence) -> Figure:
    return _pet_fits(evidence, "cnn-5x5")


@claim(
    "41x41 px rarely hold a whole pet (less than 10 % of photos)",
    "stages.cnn-11x11.wrong",
    on=TEST_PHOTOS,
)
def pet_in_41(evidence: Evidence) -> Figure:
    return _pet_fits(evidence, "cnn-11x11")


@claim(
    "With 11x11 kernels a mask has fewer separate regions of pet than with 5x5",
    "stages.cnn-11x11.fixes",
    on=TEST_PHOTOS,
)
def fewer_regions(evidence: Evidence) -> Figure:
    """Connected regions of pet in a mask, 11x11 less 5x5."""
    small, large = (
        [np.asarray(label(mask == PET)).max() for mask in evidence.labels(key)]
        for key in ("cnn-5x5", "cnn-11x11")
    )
    difference = np.subtract(large, small)
    return mean(difference, "regions per photo", lambda _, interval: interval[1] < 0)


def _shuffled_away(evidence: Evidence, key: str, holds: Callable[[float, tuple], bool]) -> Figure:
    """Labels that change when the pixels are shuffled, each compared with its own pixel."""
    test = Perturbation("shuffle")
    before = evidence.labels(key)[:FEW]
    photos = [np.asarray(test.photo(Image.fromarray(p))) for p in evidence.photos[:FEW]]
    after = np.stack([test.invert(labels) for labels in evidence.predict(key, photos)])
    return mean(100 * (before != after).mean((1, 2)), "% of labels", holds)


@claim(
    "The 1x1 network does not notice that pixels were shuffled",
    "insight-perturb.intro",
    "stages.cnn-1x1.wrong",
    on=FEW_PHOTOS,
)
def shuffle_unnoticed(evidence: Evidence) -> Figure:
    return _shuffled_away(evidence, "cnn-1x1", none_at_all)


@claim(
    "The 5x5 network does: it uses edges and textures",
    "insight-perturb.intro",
    "stages.cnn-5x5.fixes",
    on=FEW_PHOTOS,
)
def shuffle_noticed_5x5(evidence: Evidence) -> Figure:
    return _shuffled_away(evidence, "cnn-5x5", lambda _, interval: interval[0] > 5)


@claim(
    "The U-Net does",
    "insight-perturb.intro",
    "insight.perturb.claim",
    on=FEW_PHOTOS,
)
def shuffle_noticed_unet(evidence: Evidence) -> Figure:
    return _shuffled_away(evidence, "unet", lambda _, interval: interval[0] > 5)


def _changed_beyond(
    evidence: Evidence, keys: tuple[str, ...], holds: Callable[[float, tuple], bool]
) -> Figure:
    """Labels changed by a shift of 8 px beyond half a receptive field, 20 px, of any edge."""
    test = Perturbation("shift", 8)
    changed = []
    for key in keys:
        reach = min(model_stats(STAGES[key]).receptive_field // 2, 20)
        before = evidence.labels(key)[:FEW]
        photos = [np.asarray(test.photo(Image.fromarray(p))) for p in evidence.photos[:FEW]]
        after = evidence.predict(key, photos).astype(int)
        back = np.stack([test.invert(labels) for labels in after])
        inside = np.zeros((SIZE, SIZE), bool)
        inside[reach:-reach, reach : -reach - 8] = True
        other = (back != before) & (back != OUT_OF_FRAME) & inside
        changed.append(other.sum((1, 2)) / inside.sum())
    return mean(100 * np.mean(changed, 0), "% of labels", holds)


@claim(
    "Without pooling a shift changes labels at most half a receptive field from the edges",
    "insight-perturb.what.shift",
    on=FEW_PHOTOS,
)
def changes_near_edges(evidence: Evidence) -> Figure:
    return _changed_beyond(evidence, ("cnn-5x5", "cnn-11x11"), none_at_all)


@claim(
    "With pooling it changes some labels further inside",
    "insight-perturb.what.shift",
    on=FEW_PHOTOS,
)
def changes_everywhere(evidence: Evidence) -> Figure:
    return _changed_beyond(
        evidence, ("fcn-reshape", "upsample-only", "encoder-decoder", "unet"), above_zero
    )


@claim(
    "No breed of the data set is a cheetah or a lion",
    "compare.example.cheetah",
    "compare.example.lion",
    on=SPLIT,
)
def never_taught(evidence: Evidence) -> Figure:
    """Photos for training whose name says so."""
    names = [name.lower() for name in evidence.trainval]
    wild = sum("cheetah" in name or "lion" in name for name in names)
    return Figure(wild, wild == 0, "photos")
