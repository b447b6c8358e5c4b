"""What a mask says in words."""

from collections.abc import Callable

import numpy as np

from segdemo.locales import Translator
from segdemo.metrics import class_fractions
from segdemo.web.formatting import precise


def fractions_in_words(
    labels: np.ndarray, t: Translator, written: Callable[[float], str] = precise
) -> str:
    """(H, W) labels as "pet 31.2%, background 57.1%, border 11.7%"; others go unmentioned."""
    return ", ".join(
        t("compare.alt.share", name=t(f"page.class.{name}"), percent=written(fraction))
        for name, fraction in class_fractions(labels).items()
    )
