"""Theoretical receptive fields: by hand, and against the gradients of real networks."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from segdemo.analysis.receptive_field import UnsupportedLayerError, box, extent, receptive_field
from segdemo.models.blocks import ConvBlock
from segdemo.models.encoders import WIDTHS
from segdemo.models.registry import NETWORKS

# A photo that the stage can read and, where there is such a size, does not see all of.
SIZES = {
    "cnn-1x1": 8,
    "cnn-5x5": 24,
    "cnn-11x11": 48,
    "fcn-reshape": 128,
    "upsample-only": 320,
    "encoder-decoder": 448,
    "unet": 448,
}


def narrow(key: str) -> nn.Module:
    """The network with encoders and decoders four channels wide: the same field, less work."""
    stage = NETWORKS[key]
    assert stage.network
    widths = {} if key.startswith("cnn") else {"widths": (4,) * len(WIDTHS)}
    return stage.network(**stage.arguments | widths)


def awake(network: nn.Module) -> nn.Module:
    """The network with its random weights and few silent ReLUs, which would hide all behind."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.ones_(module.bias)
    return network


def without_zeros(network: nn.Module) -> nn.Module:
    """The network with positive weights and means for maxima: no gradient vanishes by chance."""
    for module in list(network.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.MaxPool2d):
                pool = nn.AvgPool2d(child.kernel_size, child.stride, child.padding)
                setattr(module, name, pool)
    for parameter in network.parameters():
        parameter.data.abs_()
    return network


def supports(network: nn.Module, size: int, places: list) -> Iterator[np.ndarray]:
    """For each place (size, size) bool: the pixels of a random photo that move its logits."""
    network = network.eval().requires_grad_(False)
    like = next(network.parameters(), torch.empty(1, 1, dtype=torch.float64))
    photo = torch.rand(1, like.shape[1], size, size, dtype=like.dtype, requires_grad=True)
    logits = network(photo).sum(dim=(0, 1))
    for place in places:
        (gradient,) = torch.autograd.grad(logits[place], photo, retain_graph=True)
        yield (gradient[0] != 0).any(dim=0).numpy()


def inside(field: np.ndarray, size: int, row: int, column: int) -> np.ndarray:
    """(size, size) bool: the theoretical box."""
    top, left, bottom, right = box(field, row, column)
    mask = np.zeros((size, size), bool)
    mask[top : bottom + 1, left : right + 1] = True
    return mask


def places(size: int) -> list[tuple[int, int]]:
    """Two opposite corners, the centre and one place anywhere, the same each time."""
    anywhere = tuple(np.random.default_rng(size).integers(0, size, 2).tolist())
    return [(0, 0), (size - 1, size - 1), (size // 2, size // 2), anywhere]


@pytest.mark.parametrize(("key", "width"), [("cnn-1x1", 1), ("cnn-5x5", 17), ("cnn-11x11", 41)])
def test_four_equal_convolutions_by_hand(key, width):
    field = receptive_field(narrow(key))
    reach = (width - 1) // 2
    assert extent(field) == width
    assert box(field, 64, 70) == (64 - reach, 70 - reach, 64 + reach, 70 + reach)
    assert box(field, 0, 127) == (0, 127 - reach, reach, 127)


def test_the_reshape_head_sees_the_whole_photo_everywhere():
    field = receptive_field(narrow("fcn-reshape"))
    assert field.tolist() == [[0, 127]] * 128


def test_upsampling_alone_by_hand():
    """A pixel of the 2x2 map sees 64 pixels and 63 more on each side.

    The first and the last output pixel lie on one of the two, all others between them.
    """
    field = receptive_field(narrow("upsample-only"))
    assert field.tolist() == [[0, 126], *[[0, 127]] * 126, [1, 127]]


@pytest.mark.parametrize("key", ["encoder-decoder", "unet"])
def test_encoder_decoders_see_382_pixels_where_the_photo_has_them(key):
    """A skip adds nothing to what comes up from below."""
    assert extent(receptive_field(narrow(key), 1024)) == 382
    assert extent(receptive_field(narrow(key), 128)) == 128


@pytest.mark.parametrize("key", NETWORKS)
def test_the_box_contains_all_that_moves_the_output(key):
    torch.manual_seed(0)
    network, size = awake(narrow(key)), SIZES[key]
    field = receptive_field(network, size)
    for place, moved in zip(places(size), supports(network, size, places(size))):
        assert moved.any()
        assert not (moved & ~inside(field, size, *place)).any()


@pytest.mark.parametrize("key", NETWORKS)
def test_the_box_is_exact_where_nothing_vanishes_by_chance(key):
    torch.manual_seed(0)
    network, size = narrow(key), SIZES[key]
    field = receptive_field(network, size)
    moves = supports(without_zeros(network), size, places(size))
    for place, moved in zip(places(size), moves):
        assert np.array_equal(moved, inside(field, size, *place))


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(1, 1, 3),
        nn.Conv2d(1, 1, 4, padding=1),
        nn.Conv2d(1, 1, 3, stride=2, padding=1),
        nn.Conv2d(1, 1, 3, padding=2, dilation=2),
        nn.MaxPool2d(2),
        nn.MaxPool2d(3, stride=2, padding=1),
        nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
        nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
        nn.Upsample(scale_factor=3, mode="bilinear", align_corners=True),
        nn.Upsample(scale_factor=3, mode="bilinear", align_corners=False),
    ],
    ids=str,
)
def test_each_layer_alone(layer):
    network = nn.Sequential(layer)
    field = receptive_field(network, 9)
    diagonal = [(i, i) for i in range(len(field))]
    for (first, last), moved in zip(field, supports(without_zeros(network), 9, diagonal)):
        seen = np.flatnonzero(moved.any(axis=0))
        assert (seen[0], seen[-1]) == (first, last)


def test_a_sum_sees_what_either_sees():
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.near, self.far = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 5, padding=2)

        def forward(self, x: Tensor) -> Tensor:
            return self.near(x) + self.far(x)

    assert receptive_field(Sum(), 9)[4].tolist() == [2, 6]


def test_what_is_not_known_is_refused():
    class Sum(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x + 1

    class Transposed(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.transpose(2, 3)

    for network in (
        Sum(),
        Transposed(),
        nn.Sequential(nn.ConvTranspose2d(3, 3, 2)),
        nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest")),
        nn.Sequential(nn.Upsample(scale_factor=1.5, mode="bilinear")),
        nn.Sequential(nn.Upsample(size=16, mode="bilinear")),
        nn.Sequential(nn.Conv2d(3, 3, 3, padding="same")),
        nn.Sequential(nn.Conv2d(3, 3, 3, padding=1, padding_mode="circular")),
        nn.Sequential(nn.Conv2d(3, 3, (1, 3))),
        nn.Sequential(nn.MaxPool2d(2, ceil_mode=True)),
    ):
        with pytest.raises(UnsupportedLayerError):
            receptive_field(network, 8)


@pytest.mark.parametrize(("key", "size"), [("fcn-reshape", 256), ("unet", 100)])
def test_a_size_the_network_cannot_read_is_refused(key, size):
    with pytest.raises(ValueError, match="cannot read|same shape"):
        receptive_field(narrow(key), size)


def test_networks_that_run_meanwhile_are_not_disturbed():
    """torch.fx traces by replacing nn.Module.__call__ for every thread."""
    running, photo = ConvBlock(3, 4, kernel_size=3).eval(), torch.rand(1, 3, 8, 8)
    answers = []

    class Traced(nn.Sequential):
        def forward(self, x: Tensor) -> Tensor:
            with ThreadPoolExecutor(1) as another:
                answers.append(another.submit(running, photo).result())
            return super().forward(x)

    assert extent(receptive_field(Traced(nn.Conv2d(3, 3, 3, padding=1)))) == 3
    torch.testing.assert_close(answers, [running(photo)])


def test_many_threads_may_ask_at_once():
    network = NETWORKS["cnn-5x5"].build()
    with ThreadPoolExecutor(4) as threads:
        fields = list(threads.map(receptive_field, [network] * 20))
    assert {extent(field) for field in fields} == {17}
    assert network(torch.rand(1, 3, 8, 8)).shape == (1, 3, 8, 8)
