"""Theoretical receptive fields: the input pixels that an output pixel can depend on.

Everything here is separable, and height and width are treated alike, so one axis is enough.
A *field* is a (length, 2) int64 array: for each position along one axis of a feature map, the
first and the last position (inclusive) of the photo's axis that it depends on. Fields are
pushed through the traced network, layer by layer, with the photo's edges where they are: zero
padding is not part of the photo.

Two 3x3 convolutions on 5 pixels: 0-0 1-1 2-2 3-3 4-4 becomes 0-1 0-2 1-3 2-4 3-4, then
0-2 0-3 0-4 1-4 2-4.
"""

import operator
from functools import singledispatch
from typing import Any

import numpy as np
import torch
from torch import fx, nn

from segdemo.models.fcn_reshape import FullConv2d
from segdemo.models.tracing import trace


class UnsupportedLayerError(TypeError):
    """A layer or operation whose receptive field is not known here."""


def receptive_field(network: nn.Module, size: int = 128) -> np.ndarray:
    """Field of the network's output for a size x size photo, (size, 2).

    `size` must be one the network can read. Exact for a network whose weights are not zero;
    it may still look far less at some of these pixels than at others.
    """
    return _Propagation(network, graph=trace(network)).run(_photo(size))


def skip_fields(network: nn.Module, size: int = 128) -> list[np.ndarray]:
    """For each skip connection the output's field by way of it alone, the deepest first.

    What comes up from below at its concatenation, and what later skips add, is left out.
    """
    graph = trace(network)
    skips = sum(node.target is torch.cat for node in graph.nodes)
    return [_OneSkip(network, graph, chosen).run(_photo(size)) for chosen in range(skips)]


def _photo(size: int) -> np.ndarray:
    """The photo's own field: every pixel sees itself."""
    return np.repeat(np.arange(size)[:, None], 2, axis=1)


def box(field: np.ndarray, row: int, column: int) -> tuple[int, int, int, int]:
    """(top, left, bottom, right), inclusive: what the output pixel at (row, column) sees."""
    (top, bottom), (left, right) = field[[row, column]].tolist()
    return top, left, bottom, right


def extent(field: np.ndarray) -> int:
    """Width in pixels of what the pixel in the photo's centre sees, inside the photo."""
    first, last = field[len(field) // 2].tolist()
    return last - first + 1


class _Propagation(fx.Interpreter):
    """Runs a traced network on fields instead of tensors."""

    def call_module(self, target: Any, args: Any, kwargs: Any) -> np.ndarray:
        return _through(self.fetch_attr(target), *args, **kwargs)

    def call_function(self, target: Any, args: Any, kwargs: Any) -> np.ndarray:
        if target is torch.cat and kwargs == {"dim": 1}:
            return _hull(np.stack(args[0], axis=1))
        if target is operator.add and all(isinstance(one, np.ndarray) for one in args):
            return _hull(np.stack(args, axis=1))
        raise UnsupportedLayerError(f"no receptive field for {target.__name__}({args}, {kwargs})")

    def call_method(self, target: Any, args: Any, kwargs: Any) -> np.ndarray:
        if target == "reshape":  # a value may end up anywhere: each position sees them all
            field, *shape = args
            return np.repeat(_hull(field[None]), shape[-1], axis=0)
        raise UnsupportedLayerError(f"no receptive field for Tensor.{target}")


class _OneSkip(_Propagation):
    """Lets nothing but a skip through the chosen concatenation, nothing but the rest later on."""

    def __init__(self, network: nn.Module, graph: fx.Graph, chosen: int):
        super().__init__(network, graph=graph)
        self._to_come = chosen

    def call_function(self, target: Any, args: Any, kwargs: Any) -> np.ndarray:
        joined = super().call_function(target, args, kwargs)
        upsampled, skip = args[0]
        self._to_come -= 1
        if self._to_come >= 0:
            return joined
        return skip if self._to_come == -1 else upsampled


def _hull(fields: np.ndarray) -> np.ndarray:
    """(length, n, 2): n intervals for each position -> (length, 2), what covers them all."""
    return np.stack([fields[..., 0].min(axis=1), fields[..., 1].max(axis=1)], axis=1)


@singledispatch
def _through(layer: nn.Module, field: np.ndarray) -> np.ndarray:
    """The field behind a layer, from the field before it."""
    raise UnsupportedLayerError(f"no receptive field for the layer {layer}")


@_through.register(nn.BatchNorm2d)
@_through.register(nn.ReLU)
@_through.register(nn.Identity)
def _pixelwise(layer: nn.Module, field: np.ndarray) -> np.ndarray:
    return field


@_through.register(nn.Conv2d)
@_through.register(nn.MaxPool2d)
def _window(layer: nn.Conv2d | nn.MaxPool2d, field: np.ndarray) -> np.ndarray:
    if (
        isinstance(layer.padding, str)
        or getattr(layer, "padding_mode", "zeros") != "zeros"
        or getattr(layer, "ceil_mode", False)
    ):
        raise UnsupportedLayerError(f"no receptive field for the layer {layer}")
    kernel, stride, padding, dilation = (
        _one_axis(value)
        for value in (layer.kernel_size, layer.stride, layer.padding, layer.dilation)
    )
    reach = dilation * (kernel - 1)
    starts = np.arange(-padding, len(field) + padding - reach, stride)
    sources = starts[:, None] + dilation * np.arange(kernel)  # (new length, kernel)
    fields = field[sources.clip(0, len(field) - 1)]
    outside = (sources < 0) | (sources >= len(field))
    fields[outside] = np.iinfo(field.dtype).max, -1  # padding: covers nothing
    return _hull(fields)


@_through.register
def _everything(layer: FullConv2d, field: np.ndarray) -> np.ndarray:
    if len(field) != _one_axis(layer.kernel_size):
        raise ValueError(f"{layer} cannot read a feature map of {len(field)} pixels")
    return _hull(field[None])


@_through.register
def _upsample(layer: nn.Upsample, field: np.ndarray) -> np.ndarray:
    length, factor = len(field), layer.scale_factor
    if layer.mode != "bilinear" or factor is None or _one_axis(factor) % 1:
        raise UnsupportedLayerError(f"no receptive field for the layer {layer}")
    factor = int(_one_axis(factor))
    # A position between two pixels depends on both, one on a pixel only on that: fractions
    # in whole numbers tell them apart exactly.
    positions = np.arange(length * factor)
    if layer.align_corners:
        numerators, denominator = positions * (length - 1), max(length * factor - 1, 1)
    else:
        numerators, denominator = 2 * positions + 1 - factor, 2 * factor
    below = numerators // denominator
    above = -(-numerators // denominator)
    sources = np.stack([below, above], axis=1).clip(0, length - 1)
    return _hull(field[sources])


def _one_axis(value: float | tuple) -> float:
    """A layer's setting for one axis; both must agree."""
    if isinstance(value, tuple):
        if len(set(value)) != 1:
            raise UnsupportedLayerError(f"height and width are not treated alike: {value}")
        return value[0]
    return value
