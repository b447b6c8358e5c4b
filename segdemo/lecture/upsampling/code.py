"""The few lines of PyTorch that give what the upsampling playground shows."""

import numpy as np

from segdemo.lecture.upsampling.axis_weights import ALIGNABLE, bilinear_kernel

IMPORTS = "import torch\nimport torch.nn.functional as F\n\n"


def pytorch_code(matrix: np.ndarray, mode: str, size: tuple[int, int]) -> str:
    """Python that prints `upsample(matrix, mode, size, ...)`, both conventions where two exist.

    It defines `y`, or `half_pixel` (align_corners=False) and `aligned` (True): float64 tensors
    of `size`. The arguments are those of `interpolation.upsample`, already checked.
    """
    rows, columns = matrix.shape
    code = IMPORTS + (
        f"x = torch.tensor({matrix.tolist()}, dtype=torch.float64)\n"
        f"x = x[None, None]  # (N, C, H, W) = (1, 1, {rows}, {columns})\n"
    )
    if mode == "transposed":
        return code + _transposed(size[0] // rows)
    call = f'F.interpolate(x, size={size}, mode="{mode}"'
    if mode not in ALIGNABLE:
        return code + f"y = {call})[0, 0]\nprint(y)\n"
    return code + (
        f"half_pixel = {call}, align_corners=False)[0, 0]\n"
        f"aligned = {call}, align_corners=True)[0, 0]\n"
        "print(half_pixel)\nprint(aligned)\n"
    )


def _transposed(factor: int) -> str:
    return (
        f"tent = torch.tensor({bilinear_kernel(factor).tolist()}, dtype=torch.float64)\n"
        "kernel = torch.outer(tent, tent)[None, None]\n"
        f"y = F.conv_transpose2d(x, kernel, stride={factor}, padding={factor // 2})[0, 0]\n"
        "print(y)\n"
    )
