"""The rule by which the page doubts that there is a pet, and how often it is wrong."""

import numpy as np

FALSE_ALARMS = 0.02  # on the hold-out: one pet photo in fifty is wrongly doubted


def rule_of_doubt(holdout: np.ndarray, test: np.ndarray) -> dict:
    """The threshold that doubts 2 % of the hold-out, and the share of test photos it doubts.

    holdout, test: (pictures,) how sure the U-Net is of its pet, as by `pet_confidence`.
    """
    threshold = float(np.quantile(holdout, FALSE_ALARMS))
    return {
        "threshold": threshold,
        "false_alarms": float((test < threshold).mean()),
        "pictures": len(test),
        "data": "test",
    }
