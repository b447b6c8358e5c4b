"""Upsampling along one axis: which input cells each output cell takes, and how much of each.

Every mode is a table of weights, (outputs, inputs), one row per output cell. The numbers are
those of `torch.nn.functional.interpolate(x, size=..., mode=..., align_corners=...)`.
Source: slides *Segmentation (5): upsampling*. Bicubic: R. Keys, 1981, with PyTorch's a = -0.75.
Transposed: Long, Shelhamer, Darrell, arXiv 1411.4038, whose upsampling starts from this kernel.
"""

import numpy as np

MODES = ("nearest", "bilinear", "bicubic", "transposed")
ALIGNABLE = ("bilinear", "bicubic")  # the modes that align_corners changes
BICUBIC_A = -0.75  # slope at distance 1; PyTorch's constant


def centres(inputs: int, outputs: int, align_corners: bool) -> tuple[np.ndarray, np.ndarray]:
    """Where the output cells' centres fall on the input axis, cell 0's own centre being 0.

    Returns the whole part, (outputs,) int64, and the rest, (outputs,) float64 in 0..1. Both
    axes are as long as each other from edge to edge of the outer cells (align_corners=False)
    or from centre to centre of them (True). Counted in whole numbers, so that a centre that
    falls on a cell falls on it exactly.

    >>> whole, rest = centres(2, 4, align_corners=False)
    >>> (whole + rest).tolist()
    [-0.25, 0.25, 0.75, 1.25]
    """
    i = np.arange(outputs)
    if align_corners:
        above, below = i * (inputs - 1), max(outputs - 1, 1)
    else:
        above, below = (2 * i + 1) * inputs - outputs, 2 * outputs
    whole, rest = np.divmod(above, below)
    return whole, rest / below


def gather(inputs: int, first: np.ndarray, taps: list[np.ndarray]) -> np.ndarray:
    """Weight table: output i takes cell first[i] times taps[0][i], the next times taps[1][i] ...

    A cell beyond the border is the border cell. Returns (outputs, inputs) float64.
    """
    weights = np.zeros((len(first), inputs))
    for k, tap in enumerate(taps):
        cell = np.clip(first + k, 0, inputs - 1)
        weights[np.arange(len(first)), cell] += tap
    return weights


def nearest_weights(inputs: int, outputs: int) -> np.ndarray:
    """PyTorch's rule: output cell i takes input cell floor(i * inputs / outputs).

    That is the cell under the output cell's first edge. It is the one whose centre is nearest
    for whole factors, not always for others (mode "nearest-exact" is).

    >>> nearest_weights(2, 4).tolist()
    [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
    """
    return np.eye(inputs)[np.arange(outputs) * inputs // outputs]


def bilinear_weights(inputs: int, outputs: int, align_corners: bool) -> np.ndarray:
    """The two cells on either side of the centre, the closer one weighing more.

    >>> bilinear_weights(2, 4, align_corners=False).tolist()
    [[1.0, 0.0], [0.75, 0.25], [0.25, 0.75], [0.0, 1.0]]
    """
    whole, t = centres(inputs, outputs, align_corners)
    return gather(inputs, whole, [1 - t, t])


def bicubic_weights(inputs: int, outputs: int, align_corners: bool) -> np.ndarray:
    """The two cells on either side of the centre, on smooth curves; the outer ones below zero.

    >>> bicubic_weights(4, 8, align_corners=False)[3].tolist()
    [-0.10546875, 0.87890625, 0.26171875, -0.03515625]
    """
    whole, t = centres(inputs, outputs, align_corners)
    distances = (1 + t, t, 1 - t, 2 - t)
    return gather(inputs, whole - 1, [cubic(d) for d in distances])


def cubic(distance: np.ndarray) -> np.ndarray:
    """Keys' curve at a distance of 0..2 cells: 1 at 0, 0 at 1 and at 2."""
    a, d = BICUBIC_A, distance
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return np.where(d <= 1, near, far)


def bilinear_kernel(factor: int) -> np.ndarray:
    """The tent that a transposed convolution of this stride spreads: (2 factor - factor % 2,).

    >>> bilinear_kernel(2).tolist()
    [0.25, 0.75, 0.75, 0.25]
    """
    length = 2 * factor - factor % 2
    from_middle = np.abs(np.arange(length) - (length - 1) / 2)
    return (factor - from_middle) / factor


def transposed_weights(inputs: int, outputs: int) -> np.ndarray:
    """Every input cell spreads its kernel over the output, `factor` cells further each time.

    Where two kernels overlap, the weights are bilinear's. At the border only one arrives, for
    there is no cell beyond it, so the weights sum to less than 1 and the border fades.

    >>> transposed_weights(2, 4).tolist()
    [[0.75, 0.0], [0.75, 0.25], [0.25, 0.75], [0.0, 0.75]]
    """
    factor = outputs // inputs
    kernel = bilinear_kernel(factor)
    padding = factor // 2  # cells cut off at either end
    weights = np.zeros((outputs + 2 * padding, inputs))
    for cell in range(inputs):
        weights[cell * factor : cell * factor + len(kernel), cell] = kernel
    return weights[padding : padding + outputs]


def axis_weights(mode: str, inputs: int, outputs: int, align_corners: bool) -> np.ndarray:
    """(outputs, inputs) weights of one of MODES."""
    match mode:
        case "nearest":
            return nearest_weights(inputs, outputs)
        case "bilinear":
            return bilinear_weights(inputs, outputs, align_corners)
        case "bicubic":
            return bicubic_weights(inputs, outputs, align_corners)
        case "transposed":
            return transposed_weights(inputs, outputs)
    raise ValueError(f"no mode {mode!r}; there are {MODES}")
