"""Claims about what the networks do with photos, measured on test photos."""

from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from scipy.ndimage import binary_opening
from skimage.measure import label
from skimage.morphology import disk

from segdemo.analysis.pixel import Box
from segdemo.analysis.receptive_field import box, receptive_field
from segdemo.analysis.robustness import OUT_OF_FRAME, Perturbation
from segdemo.analysis.saliency import measure as measure_saliency
from segdemo.analysis.skip_ablation import ALL, Ablation
from segdemo.data.classes import BACKGROUND, BORDER, PET
from segdemo.data.preprocessing import SIZE, to_input, to_labels
from segdemo.evaluation.model_stats import model_stats
from segdemo.inference.kmeans import KMeansSettings, best_assignment, cluster
from segdemo.metrics import bootstrap, confusion_matrix, intersection_over_union, mean_iou
from segdemo.models.registry import STAGES
from train.claims.claim import ORIGINALS, SPLIT, TEST_PHOTOS, Claim, Evidence, Figure
from train.originals import originals

FEW = 100  # of the photos, where every photo takes several passes or a gradient
FEW_PHOTOS = f"{FEW} test photos"
RADIUS = 4  # pixels of 128: a part of a pet is thin where no disc of this radius fits in


def _counts(labels: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """(photos, H, W) twice -> (photos, 3, 3)."""
    return np.stack([*map(confusion_matrix, labels, truth)])


def _figure(
    statistic: Callable[..., np.ndarray],
    *counts: np.ndarray,
    unit: str,
    holds: Callable[[float, tuple[float, float]], bool],
) -> Figure:
    """`statistic` of the sums of each of `counts` over the photos, with its interval."""
    value = float(statistic(*(np.asarray(count).sum(0) for count in counts)))
    interval = bootstrap(statistic, *counts)
    return Figure(value, bool(holds(value, interval)), unit, interval)


def _mean(values: np.ndarray, unit: str, holds: Callable[[float, tuple], bool]) -> Figure:
    """The mean of one number per photo."""
    values = np.asarray(values, float)
    return _figure(lambda a, n: a / n, values, np.ones(len(values)), unit=unit, holds=holds)


def _above_zero(_: float, interval: tuple[float, float]) -> bool:
    return interval[0] > 0


def _none_at_all(value: float, _: tuple[float, float]) -> bool:
    return value == 0


# ---- k-means and the networks without pooling ----


def _no_name(evidence: Evidence) -> Figure:
    """How often the commonest of the three ranks (dark to light) is the pet's cluster."""
    ranks = np.zeros(3)
    for photo, truth in zip(evidence.photos[:FEW], evidence.truth):
        clustering = cluster(Image.fromarray(photo), KMeansSettings())
        pet = best_assignment(clustering.labels, truth, len(clustering.centres)) == PET
        ranks[: len(pet)] += pet
    return Figure(100 * ranks.max() / FEW, ranks.max() < 0.6 * FEW, "% of photos")


def _learnt(evidence: Evidence) -> Figure:
    """mIoU above that of background everywhere."""
    counts = _counts(evidence.labels("cnn-1x1"), evidence.truth)
    blank = _counts(np.full_like(evidence.truth, BACKGROUND), evidence.truth)
    return _figure(
        lambda a, b: mean_iou(a) - mean_iou(b), counts, blank, unit="mIoU", holds=_above_zero
    )


def _pet_fits(key: str):
    def measure(evidence: Evidence) -> Figure:
        """Photos whose pet fits into the network's receptive field."""
        side = model_stats(STAGES[key]).receptive_field
        fits = [
            max(np.ptp(axis) for axis in np.nonzero(truth == PET)) < side
            for truth in evidence.truth
        ]
        return _mean(100 * np.array(fits), "% of photos", lambda value, _: value < 10)

    return measure


def _fewer_regions(evidence: Evidence) -> Figure:
    """Connected regions of pet in a mask, 11x11 less 5x5."""
    small, large = (
        [label(mask == PET).max() for mask in evidence.labels(key)]
        for key in ("cnn-5x5", "cnn-11x11")
    )
    difference = np.subtract(large, small)
    return _mean(difference, "regions per photo", lambda _, interval: interval[1] < 0)


def _shuffled_away(key: str, holds: Callable[[float, tuple], bool]):
    def measure(evidence: Evidence) -> Figure:
        """Labels that change when the pixels are shuffled, each compared with its own pixel."""
        test = Perturbation("shuffle")
        before = evidence.labels(key)[:FEW]
        photos = [np.asarray(test.photo(Image.fromarray(p))) for p in evidence.photos[:FEW]]
        after = np.stack([test.invert(labels) for labels in evidence.predict(key, photos)])
        return _mean(100 * (before != after).mean((1, 2)), "% of labels", holds)

    return measure


def _changed_beyond(keys: tuple[str, ...], holds: Callable[[float, tuple], bool]):
    def measure(evidence: Evidence) -> Figure:
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
        return _mean(100 * np.mean(changed, 0), "% of labels", holds)

    return measure


# ---- Networks with pooling ----


def _two_changes_per_row(evidence: Evidence) -> Figure:
    labels = evidence.labels("upsample-only").astype(int)
    most = int((np.diff(labels, axis=2) != 0).sum(2).max())
    return Figure(most, most <= 2, "changes at most")


def _background_corners(evidence: Evidence) -> Figure:
    """Pixels that are not background in masks whose four corners are."""
    labels = evidence.labels("upsample-only")
    masks = labels[(labels[:, [0, 0, -1, -1], [0, -1, 0, -1]] == BACKGROUND).all(1)]
    other = int((masks != BACKGROUND).sum())
    return Figure(other, len(masks) > 0 and other == 0, f"pixels in {len(masks)} such masks")


def _border(evidence: Evidence) -> Figure:
    """Border IoU, U-Net less encoder-decoder."""
    unet, plain = (
        _counts(evidence.labels(key), evidence.truth) for key in ("unet", "encoder-decoder")
    )
    return _figure(
        lambda a, b: (intersection_over_union(a) - intersection_over_union(b))[..., BORDER],
        unet,
        plain,
        unit="border IoU",
        holds=_above_zero,
    )


def _leaning(evidence: Evidence) -> Figure:
    """mIoU, encoder-decoder less the U-Net with all its skips zeroed."""
    network = evidence.network("unet")
    zeroed = []
    for photo in evidence.photos[:FEW]:
        ablation = Ablation(network, to_input(Image.fromarray(photo)))
        zeroed.append(to_labels(ablation.logits([ALL]), SIZE, SIZE)[0].numpy())
    trained = evidence.labels("encoder-decoder")[:FEW]
    counts = (_counts(labels, evidence.truth) for labels in (trained, np.stack(zeroed)))
    return _figure(lambda a, b: mean_iou(a) - mean_iou(b), *counts, unit="mIoU", holds=_above_zero)


def _gathered(evidence: Evidence) -> Figure:
    """Side of the square with half the gradient of the middle pixel, encoder-decoder less U-Net."""
    sides = []
    for key in ("encoder-decoder", "unet"):
        network = evidence.network(key)
        theory: Box = box(receptive_field(network, SIZE), SIZE // 2, SIZE // 2)
        inputs = [to_input(Image.fromarray(photo)) for photo in evidence.photos[: FEW // 2]]
        found = [measure_saliency(network, x, SIZE // 2, SIZE // 2, theory) for x in inputs]
        sides.append([one.half for one in found])
    return _mean(np.subtract(*sides), "px", _above_zero)


def _thin_parts(evidence: Evidence) -> Figure:
    """Of the pet's pixels found, those of thick parts less those of thin ones."""
    found = []
    for labels, truth in zip(evidence.labels("unet"), evidence.truth):
        pet = truth == PET
        body = np.pad(pet | (truth == BORDER), RADIUS, mode="edge")  # half of its rim is pet
        thick = binary_opening(body, disk(RADIUS))[RADIUS:-RADIUS, RADIUS:-RADIUS]
        hit = labels == PET
        parts = (pet & thick, pet & ~thick)
        found.append([(part.sum(), (part & hit).sum()) for part in parts])
    return _figure(
        lambda n: 100 * (n[..., 0, 1] / n[..., 0, 0] - n[..., 1, 1] / n[..., 1, 0]),
        np.array(found),
        unit="points",
        holds=_above_zero,
    )


def _larger_is_no_better(evidence: Evidence) -> Figure:
    """mIoU of the U-Net on photos at their own size, read at 256 px less at 128 px."""
    network = evidence.network("unet")
    counts = []
    for one in originals(evidence.originals):
        pair = []
        for size in (256, 128):
            with torch.inference_mode():
                logits = network(to_input(one.photo, size))
            labels = to_labels(logits, *one.truth.shape)[0].numpy()
            pair.append(confusion_matrix(labels, one.truth))
        counts.append(pair)
    large, small = np.array(counts).swapaxes(0, 1)
    return _figure(
        lambda a, b: mean_iou(a) - mean_iou(b),
        large,
        small,
        unit="mIoU",
        holds=lambda _, interval: interval[1] < 0,
    )


def _unseen(evidence: Evidence) -> Figure:
    """Test photos that are also in the split for training."""
    both = set(evidence.test.names) & set(evidence.trainval)
    return Figure(len(both), not both, "photos")


def claims() -> tuple[Claim, ...]:
    """In the order of the lecture."""
    return (
        Claim(
            "kmeans-no-name",
            "No rank of brightness is the pet's: the commonest is so on less than 60 % of photos",
            ("stages.kmeans.wrong",),
            _no_name,
            FEW_PHOTOS,
        ),
        Claim(
            "cnn-1x1-learnt",
            "The 1x1 network's classes are better than background everywhere",
            ("stages.cnn-1x1.fixes",),
            _learnt,
            TEST_PHOTOS,
        ),
        Claim(
            "shuffle-unnoticed",
            "The 1x1 network does not notice that pixels were shuffled",
            ("insight-perturb.intro", "stages.cnn-1x1.wrong"),
            _shuffled_away("cnn-1x1", _none_at_all),
            FEW_PHOTOS,
        ),
        Claim(
            "shuffle-noticed-5x5",
            "The 5x5 network does: it uses edges and textures",
            ("insight-perturb.intro", "stages.cnn-5x5.fixes"),
            _shuffled_away("cnn-5x5", lambda _, interval: interval[0] > 5),
            FEW_PHOTOS,
        ),
        Claim(
            "shuffle-noticed-unet",
            "The U-Net does",
            ("insight-perturb.intro",),
            _shuffled_away("unet", lambda _, interval: interval[0] > 5),
            FEW_PHOTOS,
        ),
        Claim(
            "pet-in-17",
            "17x17 px rarely hold a whole pet (less than 10 % of photos)",
            ("stages.cnn-5x5.wrong",),
            _pet_fits("cnn-5x5"),
            TEST_PHOTOS,
        ),
        Claim(
            "pet-in-41",
            "41x41 px rarely hold a whole pet (less than 10 % of photos)",
            ("stages.cnn-11x11.wrong",),
            _pet_fits("cnn-11x11"),
            TEST_PHOTOS,
        ),
        Claim(
            "fewer-regions",
            "With 11x11 kernels a mask has fewer separate regions of pet than with 5x5",
            ("stages.cnn-11x11.fixes",),
            _fewer_regions,
            TEST_PHOTOS,
        ),
        Claim(
            "changes-near-edges",
            "Without pooling a shift changes labels at most half a receptive field from the edges",
            ("insight-perturb.what.shift",),
            _changed_beyond(("cnn-5x5", "cnn-11x11"), _none_at_all),
            FEW_PHOTOS,
        ),
        Claim(
            "changes-everywhere",
            "With pooling it changes some labels further inside",
            ("insight-perturb.what.shift",),
            _changed_beyond(
                ("fcn-reshape", "upsample-only", "encoder-decoder", "unet"), _above_zero
            ),
            FEW_PHOTOS,
        ),
        Claim(
            "two-changes-per-row",
            "Along a row the labels of upsampling alone change at most twice",
            ("insight-pixel.look.upsample-only",),
            _two_changes_per_row,
            TEST_PHOTOS,
        ),
        Claim(
            "background-corners",
            "Where upsampling alone says background in all four corners, it does so everywhere",
            ("stages.upsample-only.wrong",),
            _background_corners,
            TEST_PHOTOS,
        ),
        Claim(
            "sharper-borders",
            "With skip connections the border is found better than without",
            (
                "stages.encoder-decoder.wrong",
                "stages.unet.fixes",
                "insight-layers.look.decoder",
                "insight-layers.look.decoder.skip",
                "upsampling.features.intro",
                "lesson.plan.skips.ask",
            ),
            _border,
            TEST_PHOTOS,
        ),
        Claim(
            "zeroed-is-not-trained-without",
            "The U-Net with its skips zeroed scores less than a network trained without any",
            ("insight-skips.ablation",),
            _leaning,
            FEW_PHOTOS,
        ),
        Claim(
            "gathered-around-the-pixel",
            "Half of a pixel's gradient lies closer to it in the U-Net than in the encoder-decoder",
            ("insight-pixel.look.unet", "insight-pixel.look.encoder-decoder"),
            _gathered,
            f"{FEW // 2} test photos",
        ),
        Claim(
            "thin-parts",
            "The U-Net misses more of thin parts than of thick ones",
            ("stages.unet.wrong",),
            _thin_parts,
            TEST_PHOTOS,
        ),
        Claim(
            "larger-is-not-better",
            "Read at 256x256 px the U-Net scores less than at 128x128",
            ("insight-sizes.intro",),
            _larger_is_no_better,
            ORIGINALS,
        ),
        Claim(
            "unseen",
            "No test photo is among those for training",
            ("results.intro", "lesson.plan.results.show"),
            _unseen,
            SPLIT,
        ),
    )
