"""Further reading: what each score map of FCN adds to a photo's labels."""

import threading
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from segdemo.data.preprocessing import to_input, to_labels
from segdemo.models import checkpoints
from segdemo.models.fcn import STRIDES
from segdemo.models.registry import FCN_STAGE


class ScoreMaps:
    """FCN with its shipped weights, read when it is first asked."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._network: torch.nn.Module | None = None
        self._reading = threading.Lock()

    @torch.inference_mode()
    def labels(self, photo: Image.Image, height: int, width: int) -> dict[int, np.ndarray]:
        """An RGB photo's (height, width) uint8 labels by stride: 64 alone, then with 32, 16, 8.

        Raises CheckpointError.
        """
        with self._reading:
            if self._network is None:
                self._network = checkpoints.load(self._folder, FCN_STAGE).network()
        outputs = self._network(to_input(photo), every_stride=True)
        return {
            stride: to_labels(logits, height, width)[0].numpy()
            for stride, logits in zip(STRIDES, outputs)
        }
