"""Random changes of photos and their masks together, for a whole batch at a time.

torchvision's transforms draw once a call, which makes one call a picture; that takes longer than
a GPU needs to learn from it. Here a whole batch is turned, zoomed and moved in one interpolation,
wherever the network is.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from segdemo.data.preprocessing import normalise

IGNORED = 255  # label of pixels that came in from outside the photo
GREY = (0.299, 0.587, 0.114)  # share of red, green and blue in brightness, ITU-R BT.601

DEGREES = 20.0  # turned by up to this, to either side
SHIFT = 0.15  # moved by up to this share of the side, each way
ZOOM = 1.2  # enlarged or shrunk by up to this factor
STRETCH = 1.1  # the width by up to this factor more or less than the height
COLOUR = 0.4  # brightness, contrast and saturation are scaled by 1 - COLOUR to 1 + COLOUR
WITHOUT_COLOUR = 0.1  # share of the photos that become grey
DRAWS = 10  # random numbers a picture


def draw(seed: int, epoch: int, index: int) -> Tensor:
    """The random numbers of one picture in one epoch: (DRAWS,) float32 in 0..1.

    They follow from (seed, epoch, index) alone, so that order, resuming and the number of
    processes change nothing.
    """
    return torch.from_numpy(np.random.default_rng((seed, epoch, index)).random(DRAWS, np.float32))


def augment(photos: Tensor, masks: Tensor, draws: Tensor) -> tuple[Tensor, Tensor]:
    """Flip, turn, zoom, move and colour each picture.

    photos (N, 3, H, W) uint8, masks (N, H, W) uint8, draws (N, DRAWS) in 0..1
    -> inputs (N, 3, H, W) float32, normalised; targets (N, H, W) int64, IGNORED where the photo
    ends. Inputs are bicubic, which keeps them about as sharp as the photos that the network
    will meet; targets are nearest. Around a photo lies MEAN, the mean colour.
    """
    flip, turn, right, down, zoom, stretch, brightness, contrast, saturation, grey = draws.unbind(1)
    origin = inverse_affine(
        mirrored=flip < 0.5,
        radians=torch.deg2rad(_between(turn, -DEGREES, DEGREES)),
        zoom=ZOOM ** _between(zoom, -1, 1),
        stretch=STRETCH ** _between(stretch, -1, 1),
        right=_between(right, -SHIFT, SHIFT),
        down=_between(down, -SHIFT, SHIFT),
    )
    grid = F.affine_grid(origin, list(photos.shape), align_corners=False)
    factors = [_between(u, 1 - COLOUR, 1 + COLOUR) for u in (brightness, contrast, saturation)]
    factors[-1] = factors[-1].where(grey >= WITHOUT_COLOUR, 0)
    coloured = normalise(255 * change_colours(photos, *factors))
    inputs = F.grid_sample(coloured, grid, mode="bicubic", align_corners=False)
    known = masks[:, None].float() + 1  # 0 is left for what lies outside
    targets = F.grid_sample(known, grid, mode="nearest", align_corners=False)[:, 0].long() - 1
    return inputs, targets.where(targets >= 0, IGNORED)


def _between(draw: Tensor, low: float, high: float) -> Tensor:
    return low + (high - low) * draw


def inverse_affine(
    *,
    mirrored: Tensor,
    radians: Tensor,
    zoom: Tensor,
    stretch: Tensor,
    right: Tensor,
    down: Tensor,
) -> Tensor:
    """Where each point of the changed pictures comes from: (N, 2, 3), x and y in -1..1.

    Each argument is (N,). A picture is mirrored, turned clockwise around its middle, zoomed, its
    width by `stretch` times as much as its height, and moved `right` and `down`, in shares of
    its side.
    """
    cos, sin = torch.cos(radians), torch.sin(radians)
    mirror = torch.where(mirrored, -1.0, 1.0)
    wide, high = zoom * stretch.sqrt(), zoom / stretch.sqrt()
    back = torch.stack([mirror * cos / wide, mirror * sin / high, -sin / wide, cos / high], dim=1)
    back = back.view(-1, 2, 2)
    moved = 2 * torch.stack([right, down], dim=1)[:, :, None]  # a side is 2 long
    return torch.cat([back, -back @ moved], dim=2)


def change_colours(
    photos: Tensor, brightness: Tensor, contrast: Tensor, saturation: Tensor
) -> Tensor:
    """photos (N, 3, H, W) uint8 with each factor (N,) applied in this order -> float32, 0..1.

    As in torchvision: brightness scales, contrast moves away from the photo's mean grey,
    saturation from each pixel's grey, and what leaves 0..1 is cut off.
    """
    weights = torch.tensor(GREY, device=photos.device).view(3, 1, 1)
    x = photos.float() / 255
    x = (x * brightness[:, None, None, None]).clamp(0, 1)
    mean_grey = (x * weights).sum(1, keepdim=True).mean((2, 3), keepdim=True)
    x = torch.lerp(mean_grey, x, contrast[:, None, None, None]).clamp(0, 1)
    grey = (x * weights).sum(1, keepdim=True)
    return torch.lerp(grey, x, saturation[:, None, None, None]).clamp(0, 1)
