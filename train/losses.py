"""What a network is trained to lower. Logits (N, 3, H, W), targets (N, H, W) int64.

Every loss is the mean of the losses of the batch's pictures, so that a batch shared out
over several processes trains as it would in one.
"""

import torch.nn.functional as F
from torch import Tensor

from train.augmentation import IGNORED


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """The lecture's loss: mean of -log p(true class) over the pixels."""
    return F.cross_entropy(logits, targets, ignore_index=IGNORED)


def soft_dice(logits: Tensor, targets: Tensor) -> Tensor:
    """1 - Dice of the probabilities, per picture and class, then the mean.

    Source: Milletari, Navab, Ahmadi, *V-Net*, 2016, arXiv 1606.04797. One pixel is added to
    both sides of the fraction, so that an absent class that is not predicted costs nothing.
    """
    known = (targets != IGNORED).unsqueeze(1)
    probabilities = logits.softmax(1) * known
    truth = F.one_hot(targets.where(targets != IGNORED, 0), logits.shape[1]).movedim(-1, 1) * known
    overlap = (probabilities * truth).sum((2, 3))
    total = probabilities.sum((2, 3)) + truth.sum((2, 3))
    return 1 - ((2 * overlap + 1) / (total + 1)).mean()


def cross_entropy_dice(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy plus half the Dice loss, which weighs the thin border like the rest."""
    return cross_entropy(logits, targets) + 0.5 * soft_dice(logits, targets)


LOSSES = {"ce": cross_entropy, "ce-dice": cross_entropy_dice}
LOSS_NAMES = {"ce": "cross-entropy", "ce-dice": "cross-entropy plus half a soft Dice loss"}
