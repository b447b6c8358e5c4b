"""Whether a photo is probably one without a pet, told from how sure the U-Net is of its pet.

The threshold was set on the hold-out and is kept, with how often it is wrong on the test photos,
in the U-Net's card (`python -m train measure unet`).
"""

from torch import Tensor

from segdemo.data.preprocessing import to_labels

STAGE = "unet"  # whose answer is asked


def pet_confidence(logits: Tensor) -> float:
    """Mean probability of pet, in 0..1, over the pixels labelled pet; 0 where there are none.

    logits: (3, H, W).
    """
    pet = to_labels(logits[None], *logits.shape[-2:])[0] == 0
    return float(logits.softmax(0)[0][pet].mean()) if pet.any() else 0.0
