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
# Of the filters that do not alias, the one by which a photo comes nearest to the data set's own
# picture of it, which the networks were trained on (`python -m train shrinking`).
SHRINKING = Image.Resampling.HAMMING
BAND_PIXELS = 2**19  # of the enlarged logits held at a time: 4 MB in float32


def resize_photo(photo: Image.Image, size: int = SIZE) -> Image.Image:
    """Squash an RGB photo to size x size, with anti-aliasing."""
    return photo.resize((size, size), SHRINKING, reducing_gap=3.0)


def resize_labels(labels: np.ndarray, height: int, width: int) -> np.ndarray:
    """(H, W) uint8 labels at another size, each the nearest pixel's."""
    return np.array(Image.fromarray(labels).resize((width, height), Image.Resampling.NEAREST))


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

    The logits are resized (bilinear, half-pixel centres), not the labels, so that an edge
    falls where two classes draw level between pixels instead of following the coarse grid.
    Rows are resized a band at a time: a photo of 40 megapixels takes no more memory than its
    labels and one band.
    """
    leads = logits[:, 1:] - logits[:, :1]  # one less to resize
    if leads.shape[-2:] == (height, width):
        return _strongest(leads)
    if height * width <= BAND_PIXELS:
        size = height, width
        return _strongest(F.interpolate(leads, size, mode="bilinear", align_corners=False))
    wide = F.interpolate(leads, (leads.shape[-2], width), mode="bilinear", align_corners=False)
    last = wide.shape[-2] - 1
    centres = ((torch.arange(height) + 0.5) * ((last + 1) / height) - 0.5).clamp(0, last)
    above = centres.floor().long()
    below = (above + 1).clamp(max=last)
    labels = torch.empty((len(wide), height, width), dtype=torch.uint8)
    rows = max(1, BAND_PIXELS // width)
    for first in range(0, height, rows):
        band = slice(first, first + rows)
        share = (centres[band] - above[band])[:, None].to(wide)
        resized = torch.lerp(wide[:, :, above[band]], wide[:, :, below[band]], share)
        labels[:, band] = _strongest(resized)
    return labels


def _strongest(leads: Tensor) -> Tensor:
    """What classes 1, 2, ... lead class 0 by, (N, classes - 1, H, W) -> (N, H, W) uint8 labels.

    As argmax over the classes' logits would have it, 40 times as fast.
    """
    first, *others = leads.movedim(1, 0).cpu().numpy()
    labels = (first > 0).view(np.uint8)
    best = np.maximum(first, 0)
    for label, lead in enumerate(others, start=2):
        np.copyto(labels, label, where=lead > best)
        best = np.maximum(best, lead)
    return torch.from_numpy(labels)
