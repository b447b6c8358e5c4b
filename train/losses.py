"""What the shipped networks were trained to lower. Logits (N, 3, H, W), targets (N, H, W) int64.

Every loss is the mean of the losses of the batch's pictures, so that a batch shared out
over several processes trains as it would in one.
"""

from functools import partial

from segdemo.lecture.loss import segmentation_losses
from train.augmentation import IGNORED

cross_entropy = partial(segmentation_losses.cross_entropy, ignored=IGNORED)
cross_entropy_dice = partial(segmentation_losses.cross_entropy_dice, ignored=IGNORED)

LOSSES = {"ce": cross_entropy, "ce-dice": cross_entropy_dice}
LOSS_NAMES = {"ce": "cross-entropy", "ce-dice": "cross-entropy plus half a soft Dice loss"}
