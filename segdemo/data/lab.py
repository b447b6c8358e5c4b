"""Colours as lightness and two colour axes: CIE Lab, in which colourising is asked.

L is what a grey photo keeps, 0 (black) to 100 (white); a runs from green to red, b from blue to
yellow, 0 is grey. Source: CIE 15, with sRGB's primaries and white point D65 (IEC 61966-2-1).
"""

import torch
from torch import Tensor

TO_XYZ = (  # linear red, green, blue -> X, Y, Z
    (0.412453, 0.357580, 0.180423),
    (0.212671, 0.715160, 0.072169),
    (0.019334, 0.119193, 0.950227),
)
WHITE = (0.95047, 1.0, 1.08883)  # D65
LINEAR_BELOW = 0.008856  # of Lab's cube root, which is a straight line near black


def to_lab(rgb: Tensor) -> Tensor:
    """(..., 3, H, W) sRGB in 0..1 -> L 0..100, a and b about -110..110, the same shape."""
    linear = torch.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    xyz = _mix(rgb.new_tensor(TO_XYZ), linear) / _axis(rgb, WHITE)
    f = torch.where(xyz > LINEAR_BELOW, xyz.clamp(min=0) ** (1 / 3), 7.787 * xyz + 16 / 116)
    x, y, z = f.unbind(-3)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], dim=-3)


def to_rgb(lab: Tensor) -> Tensor:
    """The inverse of `to_lab`; colours that no screen has are cut off at 0 and 1."""
    lightness, a, b = lab.unbind(-3)
    y = (lightness + 16) / 116
    f = torch.stack([y + a / 500, y, y - b / 200], dim=-3).clamp(min=0)
    xyz = torch.where(f > LINEAR_BELOW ** (1 / 3), f**3, (f - 16 / 116) / 7.787)
    linear = _mix(torch.linalg.inv(lab.new_tensor(TO_XYZ)), xyz * _axis(lab, WHITE)).clamp(0, 1)
    return torch.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)


def _mix(matrix: Tensor, colours: Tensor) -> Tensor:
    return torch.einsum("ij,...jhw->...ihw", matrix, colours)


def _axis(like: Tensor, values: tuple[float, ...]) -> Tensor:
    return like.new_tensor(values).view(3, 1, 1)
