"""The lecture's two problems that are no images: a class and a number out of a number.

Source: slides *Discussion: Classification Problem*, *Regression Problem* and *One-Hot Encoding
and Cross-entropy*. The temperatures are ours; the slide draws them without numbers.
"""

from functools import cache

import numpy as np

from segdemo.lecture.loss.cross_entropy import one_hot, softmax

PETAL_LENGTHS = np.array([1.4, 1.3, 1.5, 4.5, 4.1, 4.6, 5.2, 5.6, 5.9])  # cm
PETAL_LABELS = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
TEMPERATURES = np.array([21.0, 22.5, 22.0, 24.0, 25.5, 25.0, 27.0])  # degrees Celsius, a day each
# Inverse of the penalty on the weights. 1 is usual; 10 is sure of itself in the middle of a class
# and torn between two of them, which is what there is to see.
FREEDOM = 10
NEWTON_STEPS = 10  # after eight of them nothing changes any more


@cache
def _petal_weights() -> np.ndarray:
    """(3, 2): of each class, what its score gains with a cm, and its score at 0 cm.

    Softmax regression: the smallest FREEDOM times the cross-entropy over the nine flowers plus
    half the square of what is gained with a cm, found by Newton's method.
    """
    inputs = np.stack([PETAL_LENGTHS, np.ones_like(PETAL_LENGTHS)])  # (2, 9)
    targets = one_hot(PETAL_LABELS)  # (3, 9)
    weights, penalty = np.zeros((3, 2)), np.array([1.0, 0.0])
    for _ in range(NEWTON_STEPS):
        outputs = softmax(weights @ inputs)
        gradient = FREEDOM * (outputs - targets) @ inputs.T + penalty * weights
        # Of softmax: the derivative of score i's probability by score j, for each flower.
        slopes = np.eye(3)[:, :, None] * outputs - outputs[:, None] * outputs
        curvature = FREEDOM * np.einsum("ijn,an,bn->iajb", slopes, inputs, inputs)
        curvature = curvature.reshape(6, 6) + np.diag(np.tile(penalty, 3))
        # Singular, as one number more on every score changes nothing: the shortest step.
        weights -= (np.linalg.pinv(curvature) @ gradient.ravel()).reshape(3, 2)
    return weights


def petal_probabilities(length: float) -> np.ndarray:
    """Petal length in cm -> (3,) probabilities, by softmax regression on the nine flowers."""
    return softmax(_petal_weights() @ [length, 1])


def temperature_line() -> tuple[float, float]:
    """(slope in degrees a day, temperature of day 0) of the least-squares line; days from 1."""
    days = np.arange(1, len(TEMPERATURES) + 1)
    slope, start = np.polyfit(days, TEMPERATURES, 1)
    return float(slope), float(start)


def next_temperature() -> float:
    """What the line says of the day after the last, in degrees Celsius."""
    slope, start = temperature_line()
    return slope * (len(TEMPERATURES) + 1) + start
