"""The code that the page shows is the code that it runs."""

import inspect

import pytest
import torch
from torch import Tensor, nn

from segdemo.analysis.block_code import block_code, code
from segdemo.analysis.layer_graph import blocks
from segdemo.models.blocks import ConvBlock, Decoder, Encoder
from segdemo.models.registry import NETWORKS, get_stage


@pytest.mark.parametrize(
    ("thing", "arguments"),
    [(ConvBlock, (3, 4, 5)), (Encoder, (3, 4)), (Decoder, (3, 4))],
)
def test_without_docstrings_it_builds_the_same_block(thing, arguments):
    names = {"nn": nn, "torch": torch, "Tensor": Tensor, "ConvBlock": ConvBlock}
    shown = code(thing)
    exec(shown, names)
    assert repr(names[thing.__name__](*arguments)) == repr(thing(*arguments))
    assert names[thing.__name__].__doc__ is None
    lines = iter(inspect.getsource(thing).splitlines())
    assert all(line in lines for line in shown.splitlines())  # in this order


@pytest.mark.parametrize("key", NETWORKS)
def test_every_block_has_code(key):
    stage = get_stage(key)
    for block in blocks(stage):
        compile(block_code(block, stage), block.name, "exec")
