"""The shipped networks, loaded once, and what they answer to a photo."""

import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from segdemo import checkpoints
from segdemo.checkpoints import CheckpointError
from segdemo.preprocessing import SIZE, to_input
from segdemo.stages import NETWORKS, Stage, get_stage

KEPT_ANSWERS = 512  # of the most recent (stage, photo) pairs: 192 KiB each


@dataclass(frozen=True)
class Prediction:
    """One network's answer to one photo: (3, 128, 128) float32 logits and what it took."""

    logits: Tensor
    milliseconds: float


class Networks:
    """Every stage's network with its shipped weights, ready to answer.

    `problems` holds, by stage key, the CheckpointError of each stage that could not be
    loaded; the others work. `cards` holds the descriptions of those that could.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._networks: dict[str, nn.Module] = {}
        self.cards: dict[str, dict] = {}
        self.problems: dict[str, CheckpointError] = {}
        self._answers: OrderedDict[tuple[str, bytes], Prediction] = OrderedDict()
        self._lock = threading.Lock()
        for key, stage in NETWORKS.items():
            try:
                checkpoint = checkpoints.load(folder, stage)
            except CheckpointError as error:
                self.problems[key] = error
                continue
            self._networks[key] = checkpoint.network.to(memory_format=torch.channels_last)
            self.cards[key] = checkpoint.card

    def network(self, key: str) -> nn.Module:
        """The stage's network in evaluation mode.

        Raises UnknownStageError, or the CheckpointError found when it was to be loaded.
        """
        stage: Stage = get_stage(key)
        if stage.key in self.problems:
            raise self.problems[stage.key]
        return self._networks[stage.key]

    def predict(self, key: str, photo: Image.Image) -> Prediction:
        """The stage's logits for an RGB photo; the same photo again is answered from memory.

        Raises as `network` does.
        """
        inputs = to_input(photo, SIZE)
        question = key, hashlib.sha256(inputs.numpy().tobytes()).digest()
        with self._lock:
            if question in self._answers:
                self._answers.move_to_end(question)
                return self._answers[question]
        network = self.network(key)
        started = time.perf_counter()
        with torch.inference_mode():
            logits = network(inputs.contiguous(memory_format=torch.channels_last))[0]
        prediction = Prediction(logits.contiguous(), 1000 * (time.perf_counter() - started))
        with self._lock:
            self._answers[question] = prediction
            if len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return prediction
