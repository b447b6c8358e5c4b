"""The lecture's training loop, run on a painted photo by several networks side by side.

Source: slides *Segmentation (1)* to *(3)*. Differs in the batch being one photo, of which most
pixels may have no label, and in plain gradient descent as the optimizer, which the slides leave
open: weight - rate * gradient. Batch normalisation uses the statistics of the photo at hand
throughout, also where a network only answers: a running mean over one photo says nothing more.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from segdemo.data.classes import UNKNOWN
from segdemo.errors import InputError
from segdemo.lecture.gradient_descent import GradientDescent
from segdemo.lecture.loss.cross_entropy import parse_weights
from segdemo.lecture.loss.segmentation_losses import cross_entropy, cross_entropy_dice
from segdemo.lecture.teaching.networks import THIN, build
from segdemo.lecture.teaching.strokes import Strokes
from segdemo.parsing import number_between

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)  # from crawling to diverging
LOSSES = {"ce": cross_entropy, "ce-dice": cross_entropy_dice}
RECENT = 10  # steps whose mean loss is compared with the first
STEPS = 300  # of a race, unless it goes on


@dataclass(frozen=True)
class Settings:
    """What may be changed between any two steps; class weights are for the cross-entropy."""

    rate: float = 0.03
    loss: str = "ce"
    weights: tuple[float, ...] = (1, 1, 1)

    def criterion(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """(1, 3, H, W) logits, (1, H, W) targets or UNKNOWN -> the loss."""
        weights = torch.tensor(self.weights, dtype=outputs.dtype)
        return LOSSES[self.loss](outputs, targets, UNKNOWN, weights)

    def check(self, strokes: Strokes) -> None:
        """Raises InputError where no class that was painted has a weight: their mean is 0 / 0."""
        painted = np.unique(strokes.taught)
        if not any(self.weights[label] for label in painted if label != UNKNOWN):
            raise InputError("loss-errors.weights.unused")


def parse_settings(rate: object, loss: object, weights: object = Settings.weights) -> Settings:
    """Raises InputError, which says what would do."""
    number = number_between(rate, RATES[0], RATES[-1])
    if number is None:
        raise InputError("teach.rate", low=f"{RATES[0]:g}", high=f"{RATES[-1]:g}")
    if not isinstance(loss, str) or loss not in LOSSES:
        raise InputError("teach.loss-name", known=", ".join(LOSSES))
    return Settings(number, loss, tuple(parse_weights(weights).tolist()))


@dataclass(frozen=True)
class Example:
    """A photo as the thin networks read it, (1, 3, SIDE, SIDE), and what is known of it."""

    inputs: Tensor
    strokes: Strokes


@dataclass(frozen=True)
class StepNumbers:
    """What one step met and did; `after` is the loss of the same photo once more."""

    before: float
    gradient_norm: float  # over all weights together
    after: float


def train_step(
    model: nn.Module,
    optimizer: GradientDescent,
    criterion: Callable[[Tensor, Tensor], Tensor],
    inputs: Tensor,
    targets: Tensor,
) -> float:
    """The body of the slides' loop: returns the loss before the step.

    A loss that is not finite changes no weight.
    """
    model.train()
    optimizer.zero_grad()
    outputs = model(inputs)
    loss = criterion(outputs, targets)
    if torch.isfinite(loss):
        loss.backward()
        optimizer.step()
    return loss.item()


@dataclass
class Learner:
    """One network of a race: what it has become, and how."""

    key: str
    seed: int
    losses: list[float] = field(default_factory=list)  # before each step
    seconds: float = 0.0  # of processor time, so that networks compare on a busy machine too

    def __post_init__(self):
        self.network = build(self.key, self.seed)
        self.optimizer = GradientDescent(self.network.parameters(), Settings.rate)

    @property
    def steps(self) -> int:
        """Those that changed a weight."""
        return len(self.losses) - self.is_lost

    @property
    def is_lost(self) -> bool:
        """Whether the loss is no number any more: there is no way on from there."""
        return bool(self.losses) and not math.isfinite(self.losses[-1])

    @property
    def diverges(self) -> bool:
        """Whether its loss, of late, is higher than before the first step.

        Before RECENT steps only where it is many times higher: a few at the start often go up.
        """
        worse = sum(self.losses[-RECENT:]) > RECENT * sum(self.losses[:1])
        return self.is_lost or worse

    def step(self, example: Example, settings: Settings) -> None:
        """The next step, unless it is lost."""
        if self.is_lost:
            return
        started = time.thread_time()
        self.optimizer.rate = settings.rate
        loss = train_step(
            self.network,
            self.optimizer,
            settings.criterion,
            example.inputs,
            example.strokes.targets,
        )
        self.losses.append(loss)
        self.seconds += time.thread_time() - started

    def measured_step(self, example: Example, settings: Settings) -> StepNumbers:
        """The next step, the same one, and its numbers."""
        self.step(example, settings)
        gradients = [weight.grad for weight in self.network.parameters() if weight.grad is not None]
        norm = torch.stack([gradient.norm() for gradient in gradients]).norm().item()
        after = settings.criterion(self.logits(example.inputs), example.strokes.targets).item()
        return StepNumbers(self.losses[-1], norm, after)

    @torch.no_grad()
    def logits(self, inputs: Tensor) -> Tensor:
        """(1, 3, H, W) photo -> (1, 3, H, W) logits, H and W multiples of 64."""
        return self.network(inputs)


class Race:
    """Networks that learn the same photos from the same seed, a step each in turn.

    `examples`: the first is the photo on the screen; each round learns the next one. The caller
    sees to it that one thread at a time is in here.
    """

    def __init__(self, keys: Sequence[str], examples: Sequence[Example], seed: int):
        self.learners = [Learner(key, seed) for key in keys]
        self.examples, self.seed = list(examples), seed
        self.rounds = 0

    @property
    def is_over(self) -> bool:
        """Whether nobody is left who could learn."""
        return all(learner.is_lost for learner in self.learners)

    def round(self, settings: Settings) -> None:
        """One step of each."""
        example = self.examples[self.rounds % len(self.examples)]
        for learner in self.learners:
            learner.step(example, settings)
        self.rounds += 1

    def measured_round(self, settings: Settings) -> dict[str, StepNumbers]:
        """The same, with the numbers of each network that took part, by its key."""
        example = self.examples[self.rounds % len(self.examples)]
        taking_part = [learner for learner in self.learners if not learner.is_lost]
        numbers = {one.key: one.measured_step(example, settings) for one in taking_part}
        self.rounds += 1
        return numbers


def parse_networks(keys: object) -> tuple[str, ...]:
    """Some of THIN's keys -> the same in the lecture's order. Raises InputError."""
    known = list(THIN)
    if not isinstance(keys, list | tuple) or not keys or not all(key in known for key in keys):
        raise InputError("teach.networks", known=", ".join(known))
    return tuple(key for key in known if key in keys)
