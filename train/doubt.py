"""The rule by which the page doubts that there is a pet, and how often it is wrong."""

import numpy as np
import torch
from torch import nn

from segdemo.insight.doubt import pet_confidence
from segdemo.preprocessing import normalise
from train.data import PetTensors, split_holdout
from train.evaluation import BATCH

FALSE_ALARMS = 0.02  # on the hold-out: one pet photo in fifty is wrongly doubted


def measure_doubt(network: nn.Module, trainval: PetTensors, test: PetTensors) -> dict:
    """The threshold that doubts 2 % of the hold-out, and the share of test photos it doubts."""
    _, holdout = split_holdout(trainval.names)
    threshold = float(np.quantile(_confidences(network, trainval.photos[holdout]), FALSE_ALARMS))
    doubted = _confidences(network, test.photos) < threshold
    return {
        "threshold": threshold,
        "false_alarms": float(doubted.mean()),
        "pictures": len(doubted),
        "data": "test",
    }


@torch.inference_mode()
def _confidences(network: nn.Module, photos: torch.Tensor) -> np.ndarray:
    batches = (
        network(normalise(batch).contiguous(memory_format=torch.channels_last))
        for batch in photos.split(BATCH)
    )
    return np.array([pet_confidence(logits) for batch in batches for logits in batch])
