"""Idea *The training loop*: real steps, one after the other, from a visitor's own weights."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from segdemo.data.palette import ground_truth_image, label_image
from segdemo.inference import Predictor
from segdemo.lecture.loss.training_step import TrainingStep, training_step
from segdemo.locales import Translator
from segdemo.models.registry import NETWORKS
from segdemo.web.formatting import number, thousands
from segdemo.web.photo_view import Upload
from segdemo.web.tabs.loss.axes import Axis, points
from segdemo.web.tabs.loss.photo import Example
from segdemo.web.tabs.loss.photo_view import picture_name
from segdemo.web.templates import render

STAGE = "cnn-1x1"  # 9,155 weights: a step takes a moment
STARTS = ("random", "trained")
RATES = (0.01, 0.1, 1, 100)  # 1 wavers, 100 is far too high, to show what happens
SEED = 0  # of the random weights: every visitor begins with the same
DIVERGED = 10  # times the first loss
# Slides *Segmentation (1)* to *(3)*; the keys name the texts beside the lines.
LINES = (
    ("epoch", "for epoch in range(max_epoch):"),
    ("train", "    model.train()"),
    ("batch", "    for inputs, targets in train_loader:"),
    ("device", "        inputs, targets = inputs.to(device), targets.to(device)"),
    ("zero", "        optimizer.zero_grad()"),
    ("forward", "        outputs = model(inputs)"),
    ("loss", "        loss = criterion(outputs, targets)"),
    ("backward", "        loss.backward()"),
    ("step", "        optimizer.step()"),
)
REAL = {"batch", "zero", "forward", "loss", "backward", "step"}  # have numbers after a step
WATCHED = "conv4.weight"  # the last layer's, of all parameters, is shown with its gradient
IN_GENERAL = {"inputs": "(N, 3, H, W)", "targets": "(N, H, W)", "outputs": "(N, 3, H, W)"}


@dataclass(frozen=True)
class LastStep:
    """What the last step was on, and what came of it.

    `predicted` (128, 128) uint8 is the mask after it; `values` fill the texts beside the code.
    """

    example: Example
    predicted: np.ndarray
    values: dict[str, object]


@dataclass(frozen=True)
class Run:
    """A visitor's training on one photo so far.

    `losses` are those before the first step and after each; `last` is None before the first.
    """

    photo: Upload
    start: str
    network: nn.Module
    losses: tuple[float, ...] = ()
    last: LastStep | None = None

    @property
    def steps(self) -> int:
        return max(len(self.losses) - 1, 0)

    @property
    def verdict(self) -> str:
        """The text `loss.loop.<verdict>` about the last step: diverged, rose or fell."""
        first, before, after = self.losses[0], *self.losses[-2:]
        if not after <= DIVERGED * first:  # or no number any more
            return "diverged"
        return "fell" if after < before else "rose"


def begin(predictor: Predictor, photo: Upload, start: str) -> Run:
    """No step yet, from random or from the shipped weights. Raises CheckpointError."""
    if start == "trained":
        return Run(photo, start, predictor.network(STAGE))
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        return Run(photo, start, NETWORKS[STAGE].build())


def step(run: Run, example: Example, rate: float) -> Run:
    """The next step, from where the last one ended."""
    done = training_step(run.network, example.photo, example.labels, rate)
    predicted = done.outputs_after[0].argmax(dim=0).numpy().astype(np.uint8)
    return replace(
        run,
        network=done.network,
        losses=(*(run.losses or (done.loss_before,)), done.loss_after),
        last=LastStep(example, predicted, _values(done, rate)),
    )


def _values(done: TrainingStep, rate: float) -> dict[str, object]:
    gradient = done.gradients[WATCHED]
    return {
        "inputs": _shape(done.inputs),
        "targets": _shape(done.targets),
        "outputs": _shape(done.outputs),
        "parameters": thousands(sum(g.numel() for g in done.gradients.values())),
        "watched": WATCHED,
        "shape": _shape(gradient),
        "largest": f"{gradient.abs().max().item():.2g}",
        "rate": f"{rate:g}",
    }


def _shape(tensor: Tensor) -> str:
    return f"({', '.join(map(str, tensor.shape))})"


@dataclass(frozen=True)
class LossCurve:
    """The losses so far, drawn; finite ones alone. `marks` are (x, y) of each step."""

    across: Axis
    up: Axis
    line: str
    marks: list[tuple[float, float]]


def loss_curve(losses: tuple[float, ...]) -> LossCurve:
    """On powers of ten once the largest is far above the first."""
    finite = [(i, loss) for i, loss in enumerate(losses) if np.isfinite(loss)]
    last = max(len(losses) - 1, 5)
    every = max(1, -(-last // 5))
    across = Axis(0, last, 46, 400, tuple(range(0, last + 1, every)))
    largest, first = max(loss for _, loss in finite), losses[0]
    if largest > DIVERGED * first:
        low, high = -2, int(np.ceil(np.log10(largest)))
        apart = max(1, (high - low) // 4)
        ticks = tuple(10.0**power for power in range(low, high + 1, apart))
        up = Axis(10.0**low, 10.0**high, 170, 24, ticks, log=True)
    else:
        highest = float(np.ceil(2 * largest) / 2)
        up = Axis(0, highest, 170, 24, tuple(highest * part / 4 for part in range(5)))
    marks = [(across.at(i), up.at(loss)) for i, loss in finite]
    return LossCurve(across, up, points(across, up, finite), marks)


def show(run: Run | None, t: Translator) -> str:
    """The loop line by line, and above it what the steps so far have done."""
    values, pictures, curve = IN_GENERAL, {}, None
    if run and run.last:
        last, curve = run.last, loss_curve(run.losses)
        values = {**last.values, "loss": number(run.losses[-2])}
        pictures = {
            picture_name(last.example.source): ground_truth_image(last.example.labels),
            "trained": label_image(last.predicted),
        }
    return render(
        "tabs/loss/training.html",
        t,
        run=run if curve else None,
        curve=curve,
        pictures=pictures,
        lines=[(name, code, curve is not None and name in REAL) for name, code in LINES],
        values=values,
    )
