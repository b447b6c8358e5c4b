"""The one definition of how a photo becomes a network's input, and logits become labels."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

SIZE = 128  # pixels: height and width of what the networks were trained on
# Mean and standard deviation of ImageNet's photos, RGB in 0..1: the field's usual constants.
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def resize_photo(photo: Image.Image, size: int = SIZE) -> Image.Image:
    """Squash an RGB photo to size x size, bilinear with anti-aliasing."""
    return photo.resize((size, size), Image.Resampling.BILINEAR, reducing_gap=3.0)


def to_pixels(photo: Image.Image) -> Tensor:
    """RGB photo -> (3, H, W) uint8, 0..255."""
    return torch.from_numpy(np.array(photo, dtype=np.uint8)).permute(2, 0, 1)


def normalise(pixels: Tensor) -> Tensor:
    """(..., 3, H, W) uint8, 0..255 -> float32, about -2..3, what the networks read."""
    mean = torch.tensor(MEAN, device=pixels.device).view(3, 1, 1)
    std = torch.tensor(STD, device=pixels.device).view(3, 1, 1)
    return (pixels.float() / 255 - mean) / std


def to_input(photo: Image.Image, size: int = SIZE) -> Tensor:
    """RGB photo of any size -> (1, 3, size, size) float32, normalised."""
    return normalise(to_pixels(resize_photo(photo, size))).unsqueeze(0)


def to_labels(logits: Tensor, height: int, width: int) -> Tensor:
    """(N, 3, h, w) logits -> (N, height, width) uint8 labels.

    The logits are resized, not the labels, so that an edge falls where two classes draw
    level between pixels instead of following the 128-pixel grid.
    """
    if logits.shape[-2:] != (height, width):
        logits = F.interpolate(logits, (height, width), mode="bilinear", align_corners=False)
    return logits.argmax(1).to(torch.uint8)
