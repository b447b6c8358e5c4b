"""The shipped networks, loaded once, and what they answer to a photo."""

import gc
import hashlib
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from segdemo.cache import NETWORKS_INSIDE, PREDICTIONS, LRUCache
from segdemo.data.preprocessing import to_input
from segdemo.inference.backends.base import Backend, CompiledNetwork
from segdemo.inference.backends.fusion import network_of_factors
from segdemo.inference.backends.selection import select_backend
from segdemo.inference.memory import trim_malloc
from segdemo.models import checkpoints
from segdemo.models.checkpoints import Checkpoint, CheckpointError
from segdemo.models.registry import CONVERTERS, FCN_STAGE, NETWORKS, Stage, get_stage


@dataclass(frozen=True)
class Prediction:
    """One network's answer to one photo: (3, 128, 128) float32 logits and what it took."""

    logits: Tensor
    milliseconds: float


class Predictor:
    """Every stage's network with its shipped weights, ready to answer, and those of other domains.

    `load_errors` holds, by stage key, the CheckpointError of each stage that could not be
    loaded; the others work. `metadata` holds the descriptions of those that could.
    `backend`: what runs them; that which suits this machine, unless one is named.
    """

    def __init__(self, folder: Path, backend: Backend | None = None):
        self.folder = folder
        self.backend = backend or select_backend()
        self.metadata: dict[str, dict] = {}
        self.load_errors: dict[str, CheckpointError] = {}
        self._networks: LRUCache[str, nn.Module] = LRUCache(NETWORKS_INSIDE)
        self._runs: dict[str, CompiledNetwork] = {}
        self._making = threading.Lock()  # of networks and runs
        self._answers: LRUCache[tuple[str, bytes], Prediction] = LRUCache(PREDICTIONS)
        for key, stage in NETWORKS.items():
            try:
                self.metadata[key] = checkpoints.load(folder, stage).card
            except CheckpointError as error:
                self.load_errors[key] = error
        try:  # few ask for it, who then wait for its weights
            self.metadata[FCN_STAGE.key] = checkpoints.read_metadata(folder, FCN_STAGE)
        except CheckpointError as error:
            self.load_errors[FCN_STAGE.key] = error

    def warm_up(self) -> None:
        """Make the lecture's stages ready to answer, which else happens at the first question."""
        for key in NETWORKS:
            if key in self.load_errors:
                continue
            self.run(key)
            gc.collect()  # PyTorch's tracing refers to itself, and to the network it traced
            trim_malloc()  # both together 300 MB

    def network(self, key: str) -> nn.Module:
        """The stage's network to look into: the lecture's layers, float32, evaluation mode.

        The reshape head is the two factors that are stored, one after the other.
        Raises UnknownStageError or the stage's CheckpointError.
        """
        with self._making:
            if network := self._networks.get(key):
                return network
            self._networks.make_room()
            network = network_of_factors(self._load(get_stage(key)))
            network = network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
            trim_malloc()  # what it was made from is as large again
            return self._networks.put(key, network)

    def run(self, key: str) -> CompiledNetwork:
        """The stage's network to get answers from, as fast as this machine can.

        (1, 3, 128, 128) float32 normalised photo -> its logits, the same shape and kind.
        Raises as `network` does.
        """
        return self._compiled(get_stage(key))

    def convert(self, key: str, inputs: Tensor) -> Tensor:
        """What the network `key` of CONVERTERS makes of (1, 3, size, size) float32, normalised.

        Raises CheckpointError.
        """
        return self._compiled(CONVERTERS[key])(inputs)

    def predict(self, key: str, photo: Image.Image) -> Prediction:
        """The stage's logits for an RGB photo. Raises as `network` does."""
        return self.predict_inputs(key, to_input(photo))

    def predict_inputs(self, key: str, inputs: Tensor) -> Prediction:
        """The stage's logits for what `to_input` made of a photo, (1, 3, 128, 128).

        The same photo again is answered from memory. Raises as `network` does.
        """
        question = key, hashlib.sha256(inputs.numpy().tobytes()).digest()
        known = self._answers.get(question)
        if known:
            return known
        run = self.run(key)
        started = time.perf_counter()
        logits = run(inputs)[0]
        duration = 1000 * (time.perf_counter() - started)
        return self._answers.put(question, Prediction(logits, duration))

    def _compiled(self, stage: Stage) -> CompiledNetwork:
        with self._making:
            if stage.key not in self._runs:
                self._runs[stage.key] = self.backend.compile(self._load(stage))
            return self._runs[stage.key]

    def _load(self, stage: Stage) -> Checkpoint:
        """From disk each time: its file would stay in memory for good."""
        if stage.key in self.load_errors:
            raise self.load_errors[stage.key]
        return checkpoints.load(self.folder, stage)
