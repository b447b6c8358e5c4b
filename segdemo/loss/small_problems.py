"""The lecture's two problems that are no images: a class and a number out of a number.

Source: slides *Discussion: Classification Problem*, *Regression Problem* and *One-Hot Encoding
and Cross-entropy*. The temperatures are ours; the slide draws them without numbers.
"""

from functools import cache

import numpy as np
from sklearn.linear_model import LogisticRegression

PETAL_LENGTHS = np.array([1.4, 1.3, 1.5, 4.5, 4.1, 4.6, 5.2, 5.6, 5.9])  # cm
PETAL_LABELS = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
TEMPERATURES = np.array([21.0, 22.5, 22.0, 24.0, 25.5, 25.0, 27.0])  # degrees Celsius, a day each
# Inverse of the penalty on the weights. 1 is scikit-learn's; 10 is sure of itself in the middle
# of a class and torn between two of them, which is what there is to see.
FREEDOM = 10


@cache
def _petal_model() -> LogisticRegression:
    return LogisticRegression(C=FREEDOM).fit(PETAL_LENGTHS[:, None], PETAL_LABELS)


def petal_probabilities(length: float) -> np.ndarray:
    """Petal length in cm -> (3,) probabilities, by softmax regression on the nine flowers."""
    return _petal_model().predict_proba([[length]])[0]


def temperature_line() -> tuple[float, float]:
    """(slope in degrees a day, temperature of day 0) of the least-squares line; days from 1."""
    days = np.arange(1, len(TEMPERATURES) + 1)
    slope, start = np.polyfit(days, TEMPERATURES, 1)
    return float(slope), float(start)


def next_temperature() -> float:
    """What the line says of the day after the last, in degrees Celsius."""
    slope, start = temperature_line()
    return slope * (len(TEMPERATURES) + 1) + start
