"""What the shipped networks were trained to lower. Logits (N, 3, H, W), targets (N, H, W) int64.

Every loss is the mean of the losses of the batch's pictures, so that a batch shared out
over several processes trains as it would in one.
"""

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from segdemo.lecture.loss import segmentation_losses
from train.augmentation import IGNORED

cross_entropy = partial(segmentation_losses.cross_entropy, ignored=IGNORED)
cross_entropy_dice = partial(segmentation_losses.cross_entropy_dice, ignored=IGNORED)


def absolute_error(outputs: Tensor, targets: Tensor) -> Tensor:
    """L1: mean of |output - target| over pixels and channels, (N, C, H, W) each."""
    return F.l1_loss(outputs.float(), targets)


def mean_over_scales(
    loss: Callable[[Tensor, Tensor], Tensor],
) -> Callable[[list[Tensor], Tensor], Tensor]:
    """`loss` of each of several logits of the same targets, averaged."""
    return lambda logits, targets: torch.stack([loss(one, targets) for one in logits]).mean()


LOSSES = {"ce": cross_entropy, "ce-dice": cross_entropy_dice}
LOSS_NAMES = {
    "ce": "cross-entropy",
    "ce-dice": "cross-entropy plus half a soft Dice loss",
    "l1": "mean absolute error",
}
