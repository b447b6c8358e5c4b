"""What a network is trained to lower, where some pixels have no label.

Logits (N, 3, H, W), targets (N, H, W) int64; pixels whose target is `ignored` carry no loss.
Cross-entropy over the labelled pixels alone is called partial cross-entropy.
"""

import torch.nn.functional as F
from torch import Tensor


def cross_entropy(
    logits: Tensor, targets: Tensor, ignored: int, weights: Tensor | None = None
) -> Tensor:
    """The lecture's loss: mean of -log p(true class) over the labelled pixels.

    weights: (3,) of the classes, or None for 1 each; the mean is weighted by them.
    """
    return F.cross_entropy(logits, targets, weight=weights, ignore_index=ignored)


def soft_dice(logits: Tensor, targets: Tensor, ignored: int) -> Tensor:
    """1 - Dice of the probabilities, per picture and class, then the mean.

    Source: Milletari, Navab, Ahmadi, *V-Net*, 2016, arXiv 1606.04797. One pixel is added to
    both sides of the fraction, so that an absent class that is not predicted costs nothing.
    """
    known = (targets != ignored).unsqueeze(1)
    probabilities = logits.softmax(1) * known
    truth = F.one_hot(targets.where(targets != ignored, 0), logits.shape[1]).movedim(-1, 1) * known
    overlap = (probabilities * truth).sum((2, 3))
    total = probabilities.sum((2, 3)) + truth.sum((2, 3))
    return 1 - ((2 * overlap + 1) / (total + 1)).mean()


def cross_entropy_dice(
    logits: Tensor, targets: Tensor, ignored: int, weights: Tensor | None = None
) -> Tensor:
    """Cross-entropy plus half the Dice loss, which weighs the thin border like the rest.

    The class weights are for the cross-entropy alone: Dice counts each class the same anyway.
    """
    return cross_entropy(logits, targets, ignored, weights) + 0.5 * soft_dice(
        logits, targets, ignored
    )
