"""One step of the training loop against the same step done by hand."""

import copy

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from support.drawn_pets import draw

from segdemo.data.preprocessing import to_input
from segdemo.lecture.loss.training_step import training_step
from segdemo.models.registry import NETWORKS


@pytest.fixture
def picture():
    photo, trimap = draw(seed=3)
    return photo, np.array(trimap) - 1


@pytest.fixture
def network():
    torch.manual_seed(0)
    return NETWORKS["cnn-1x1"].build().eval().requires_grad_(False)


def test_it_is_the_step_done_by_hand(network, picture):
    photo, labels = picture
    rate = 0.05
    step = training_step(network, photo, labels, rate)

    model = copy.deepcopy(network).train().requires_grad_(True)
    inputs, targets = to_input(photo), torch.from_numpy(labels)[None].long()
    before = F.cross_entropy(model(inputs), targets)
    gradients = torch.autograd.grad(before, list(model.parameters()))
    with torch.no_grad():
        for parameter, gradient in zip(model.parameters(), gradients):
            parameter -= rate * gradient
        after = F.cross_entropy(model(inputs), targets)

    assert step.loss_before == pytest.approx(before.item(), rel=1e-5)
    assert step.loss_after == pytest.approx(after.item(), rel=1e-5)
    for (name, expected), gradient in zip(model.named_parameters(), gradients):
        torch.testing.assert_close(step.gradients[name], gradient)
        torch.testing.assert_close(step.network.get_parameter(name).detach(), expected.detach())


def test_the_loss_falls(network, picture):
    step = training_step(network, *picture, learning_rate=0.01)
    assert step.loss_after < step.loss_before


def test_without_a_step_the_loss_stays(network, picture):
    step = training_step(network, *picture, learning_rate=0.0)
    assert step.loss_after == pytest.approx(step.loss_before, rel=1e-6)


def test_the_network_itself_stays_as_it_is(network, picture):
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    training_step(network, *picture, learning_rate=1.0)
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, before[name]), name


def test_shapes(network, picture):
    step = training_step(network, *picture, learning_rate=0.01)
    assert (step.inputs.shape, step.inputs.dtype) == ((1, 3, 128, 128), torch.float32)
    assert (step.targets.shape, step.targets.dtype) == ((1, 128, 128), torch.int64)
    assert step.outputs.shape == (1, 3, 128, 128)
    assert step.gradients["conv4.weight"].shape == (3, 64, 1, 1)


def test_the_shipped_network_learns_too(predictor, picture):
    """Its weights come from a checkpoint and are frozen, which must not stop the copy."""
    step = training_step(predictor.network("cnn-1x1"), *picture, learning_rate=0.01)
    assert step.loss_after < step.loss_before
