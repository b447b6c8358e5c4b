"""Claims about the networks with pooling, measured on test photos."""

import numpy as np
import torch
from PIL import Image
from scipy.ndimage import binary_opening
from skimage.morphology import disk

from segdemo.analysis.pixel import Box
from segdemo.analysis.receptive_field import box, receptive_field
from segdemo.analysis.saliency import measure as measure_saliency
from segdemo.analysis.skip_ablation import ALL, Ablation
from segdemo.analysis.vision_tasks import MIN_PET_FRACTION
from segdemo.data.classes import BACKGROUND, BORDER, PET
from segdemo.data.preprocessing import SIZE, resize_photo, to_input, to_labels
from segdemo.metrics import confusion_matrix, intersection_over_union, mean_iou
from train.claims.claim import ORIGINALS, SPLIT, TEST_PHOTOS, Evidence, Figure, claim
from train.claims.statistics import FEW, FEW_PHOTOS, above_zero, confusions, figure, mean
from train.originals import originals
from train.pet_confidence import pictures_without_pet

RADIUS = 4  # pixels of 128: a part of a pet is thin where no disc of this radius fits in


@claim(
    "Along a row the labels of upsampling alone change at most twice",
    "insight-pixel.look.upsample-only",
    on=TEST_PHOTOS,
)
def two_changes_per_row(evidence: Evidence) -> Figure:
    labels = evidence.labels("upsample-only").astype(int)
    most = int((np.diff(labels, axis=2) != 0).sum(2).max())
    return Figure(most, most <= 2, "changes at most")


@claim(
    "Where upsampling alone says background in all four corners, it does so everywhere",
    "stages.upsample-only.wrong",
    on=TEST_PHOTOS,
)
def background_corners(evidence: Evidence) -> Figure:
    """Pixels that are not background in masks whose four corners are."""
    labels = evidence.labels("upsample-only")
    masks = labels[(labels[:, [0, 0, -1, -1], [0, -1, 0, -1]] == BACKGROUND).all(1)]
    other = int((masks != BACKGROUND).sum())
    return Figure(other, len(masks) > 0 and other == 0, f"pixels in {len(masks)} such masks")


@claim(
    "With skip connections the border is found better than without",
    "stages.encoder-decoder.wrong",
    "stages.unet.fixes",
    "insight-layers.look.decoder",
    "insight-layers.look.decoder.skip",
    "upsampling.features.note",
    "insight.skips.claim",
    "lesson.plan.skips.ask",
    "lesson.plan.skips.expected",
    on=TEST_PHOTOS,
)
def sharper_borders(evidence: Evidence) -> Figure:
    """Border IoU, U-Net less encoder-decoder."""
    unet, plain = (
        confusions(evidence.labels(key), evidence.truth) for key in ("unet", "encoder-decoder")
    )
    return figure(
        lambda a, b: (intersection_over_union(a) - intersection_over_union(b))[..., BORDER],
        unet,
        plain,
        unit="border IoU",
        holds=above_zero,
    )


@claim(
    "The U-Net with its skips zeroed scores less than a network trained without any",
    "insight-skips.ablation",
    on=FEW_PHOTOS,
)
def zeroed_is_not_trained_without(evidence: Evidence) -> Figure:
    """mIoU, encoder-decoder less the U-Net with all its skips zeroed."""
    network = evidence.network("unet")
    zeroed = []
    for photo in evidence.photos[:FEW]:
        ablation = Ablation(network, to_input(Image.fromarray(photo)))
        zeroed.append(to_labels(ablation.logits([ALL]), SIZE, SIZE)[0].numpy())
    trained = evidence.labels("encoder-decoder")[:FEW]
    counts = (confusions(labels, evidence.truth) for labels in (trained, np.stack(zeroed)))
    return figure(lambda a, b: mean_iou(a) - mean_iou(b), *counts, unit="mIoU", holds=above_zero)


@claim(
    "Half of a pixel's gradient lies closer to it in the U-Net than in the encoder-decoder",
    "insight-pixel.look.unet",
    "insight-pixel.look.encoder-decoder",
    on=f"{FEW // 2} test photos",
)
def gathered_around_the_pixel(evidence: Evidence) -> Figure:
    """Side of the square with half the gradient of the middle pixel, encoder-decoder less U-Net."""
    sides = []
    for key in ("encoder-decoder", "unet"):
        network = evidence.network(key)
        theory: Box = box(receptive_field(network, SIZE), SIZE // 2, SIZE // 2)
        inputs = [to_input(Image.fromarray(photo)) for photo in evidence.photos[: FEW // 2]]
        found = [measure_saliency(network, x, SIZE // 2, SIZE // 2, theory) for x in inputs]
        sides.append([one.half for one in found])
    return mean(np.subtract(*sides), "px", above_zero)


@claim(
    "The U-Net misses more of thin parts than of thick ones",
    "stages.unet.wrong",
    on=TEST_PHOTOS,
)
def thin_parts(evidence: Evidence) -> Figure:
    """Of the pet's pixels found, those of thick parts less those of thin ones."""
    found = []
    for labels, truth in zip(evidence.labels("unet"), evidence.truth):
        pet = truth == PET
        body = np.pad(pet | (truth == BORDER), RADIUS, mode="edge")  # half of its rim is pet
        thick = binary_opening(body, disk(RADIUS))[RADIUS:-RADIUS, RADIUS:-RADIUS]
        hit = labels == PET
        parts = (pet & thick, pet & np.logical_not(thick))
        found.append([(part.sum(), (part & hit).sum()) for part in parts])
    return figure(
        lambda n: 100 * (n[..., 0, 1] / n[..., 0, 0] - n[..., 1, 1] / n[..., 1, 0]),
        np.array(found),
        unit="points",
        holds=above_zero,
    )


@claim(
    "In many pictures without a pet the U-Net labels pet (1 % of the pixels or more)",
    "stages.unet.wrong",
    on="pictures of scikit-image and scikit-learn",
)
def pets_without_pet(evidence: Evidence) -> Figure:
    """Pictures without a pet of which the U-Net labels 1 % or more as pet."""
    photos = [np.asarray(resize_photo(picture)) for picture in pictures_without_pet()]
    found = (evidence.predict("unet", photos) == PET).mean((1, 2)) >= MIN_PET_FRACTION
    return mean(100 * found, "% of pictures", lambda _, interval: interval[0] > 25)


@claim(
    "Read at 256x256 px the U-Net scores less than at 128x128",
    "insight-sizes.larger",
    on=ORIGINALS,
)
def larger_is_not_better(evidence: Evidence) -> Figure:
    """mIoU of the U-Net on photos at their own size, read at 256 px less at 128 px."""
    network = evidence.network("unet")
    counts = []
    for one in originals(evidence.originals_folder):
        pair = []
        for size in (256, 128):
            with torch.inference_mode():
                logits = network(to_input(one.photo, size))
            labels = to_labels(logits, *one.truth.shape)[0].numpy()
            pair.append(confusion_matrix(labels, one.truth))
        counts.append(pair)
    large, small = np.array(counts).swapaxes(0, 1)
    return figure(
        lambda a, b: mean_iou(a) - mean_iou(b),
        large,
        small,
        unit="mIoU",
        holds=lambda _, interval: interval[1] < 0,
    )


@claim(
    "No test photo is among those for training",
    "results.intro",
    "lesson.plan.results.show",
    on=SPLIT,
)
def unseen(evidence: Evidence) -> Figure:
    """Test photos that are also in the split for training."""
    both = set(evidence.test.names) & set(evidence.trainval)
    return Figure(len(both), not both, "photos")
