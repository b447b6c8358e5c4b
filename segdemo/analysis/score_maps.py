"""Further reading: what each score map of FCN adds to a photo's labels."""

import threading
from pathlib import Path
from typing import cast

import torch
from PIL import Image

from segdemo.data.preprocessing import to_input
from segdemo.models import checkpoints
from segdemo.models.fcn import FCN, STRIDES
from segdemo.models.registry import FCN_STAGE


class ScoreMaps:
    """FCN with its shipped weights, read when it is first asked."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._network: FCN | None = None
        self._reading = threading.Lock()

    @torch.inference_mode()
    def logits(self, photo: Image.Image) -> dict[int, torch.Tensor]:
        """An RGB photo's (1, 3, 128, 128) logits by stride: 64 alone, then with 32, 16 and 8.

        Raises CheckpointError.
        """
        with self._reading:
            if self._network is None:
                self._network = cast(FCN, checkpoints.load(self._folder, FCN_STAGE).network())
        return dict(zip(STRIDES, self._network.every_stride(to_input(photo))))
