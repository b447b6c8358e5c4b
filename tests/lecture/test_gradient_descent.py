"""Plain gradient descent against PyTorch's own, and what it does without."""

import subprocess
import sys
from copy import deepcopy

import torch
from conftest import ROOT
from torch import nn

from segdemo.lecture.gradient_descent import GradientDescent

ONE_STEP = """
import sys

import torch

from segdemo.lecture.gradient_descent import GradientDescent

layer = torch.nn.Linear(2, 2)
optimizer = GradientDescent(layer.parameters(), 0.1)
layer(torch.ones(1, 2)).sum().backward()
optimizer.step()
optimizer.zero_grad()
print("torch._dynamo" in sys.modules)
"""


def test_same_as_pytorch_s_own_bit_for_bit():
    torch.manual_seed(0)
    ours = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 2, 1))
    theirs = deepcopy(ours)
    optimizers = GradientDescent(ours.parameters(), 0.3), torch.optim.SGD(theirs.parameters(), 0.3)
    for _ in range(3):
        photo = torch.randn(2, 3, 8, 8)
        for network, optimizer in zip((ours, theirs), optimizers):
            optimizer.zero_grad()
            network(photo).square().mean().backward()
            optimizer.step()
    for mine, other in zip(ours.parameters(), theirs.parameters()):
        assert torch.equal(mine, other)


def test_by_hand_and_a_weight_without_a_gradient_stays():
    used, unused = nn.Parameter(torch.tensor([3.0])), nn.Parameter(torch.tensor([7.0]))
    optimizer = GradientDescent([used, unused], rate=0.5)
    (used**2).backward()  # its gradient is 2 * 3
    optimizer.step()
    assert used.item() == 0
    assert unused.item() == 7


def test_it_loads_no_compiler():
    done = subprocess.run(
        [sys.executable, "-c", ONE_STEP], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
