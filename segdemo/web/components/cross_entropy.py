"""For `explain.pixel_cards` alone, and to go with it: the macro of `probability_bars.html`."""

from collections.abc import Sequence

import numpy as np

from segdemo.web.components.probability_bars import class_bars
from segdemo.web.templates import _environment


def bars(probabilities: np.ndarray, names: Sequence[str], chosen: int) -> str:
    """(3,) probabilities as HTML."""
    module = _environment().get_template("components/probability_bars.html").module
    return module.bars(class_bars(probabilities, names, chosen))
