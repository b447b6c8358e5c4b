"""One step of the lecture's training loop, on one picture, with everything there is to see.

Source: slides *Segmentation (1)* to *(3)*. Differs in the batch being one picture and in
plain gradient descent as the optimizer, which the slides leave open.
"""

import copy
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from segdemo.data.classes import UNKNOWN
from segdemo.data.preprocessing import SIZE, to_input
from segdemo.lecture.gradient_descent import GradientDescent


@dataclass(frozen=True)
class TrainingStep:
    """What the step met and did.

    `inputs` (1, 3, 128, 128) float32 and `targets` (1, 128, 128) int64 make up the batch;
    `outputs` are the (1, 3, 128, 128) logits before the step, `outputs_after` those after it;
    `gradients` belong to the parameters of `network`, the trained copy, by name.
    """

    inputs: Tensor
    targets: Tensor
    outputs: Tensor
    outputs_after: Tensor
    gradients: dict[str, Tensor]
    network: nn.Module
    loss_before: float
    loss_after: float


def training_step(
    network: nn.Module, photo: Image.Image, labels: np.ndarray, learning_rate: float
) -> TrainingStep:
    """Train a copy of `network` by one step on an RGB photo and its (128, 128) labels.

    Pixels whose label is UNKNOWN add nothing to the loss.

    Both losses are of the same picture in training mode, in which batch normalisation uses the
    statistics of this picture alone; the network itself stays as it is.
    """
    model = copy.deepcopy(network).requires_grad_(True)
    optimizer = GradientDescent(model.parameters(), learning_rate)
    criterion = nn.CrossEntropyLoss(ignore_index=UNKNOWN)
    inputs = to_input(photo, SIZE)
    targets = torch.from_numpy(labels.astype(np.int64))[None]

    model.train()
    optimizer.zero_grad()
    outputs = model(inputs)
    loss = criterion(outputs, targets)
    loss.backward()
    optimizer.step()

    with torch.no_grad():
        outputs_after = model(inputs)
        loss_after = criterion(outputs_after, targets)
    gradients = {
        name: parameter.grad
        for name, parameter in model.named_parameters()
        if parameter.grad is not None
    }
    return TrainingStep(
        inputs,
        targets,
        outputs.detach(),
        outputs_after,
        gradients,
        model,
        loss.item(),
        loss_after.item(),
    )
