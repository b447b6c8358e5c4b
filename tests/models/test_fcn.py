"""Score maps added on the way up, against the sum written out."""

import torch
from torch.nn.functional import interpolate

from segdemo.models import FCN
from segdemo.models.fcn import STRIDES


def enlarge(x, factor):
    return interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)


def test_each_stride_adds_its_map_to_the_coarser_ones():
    torch.manual_seed(0)
    network = FCN(widths=(2, 3, 4, 5, 6, 7)).eval()
    x = torch.randn(2, 3, 128, 64)
    outputs = network.every_stride(x)
    assert [output.shape for output in outputs] == [(2, 3, 128, 64)] * len(STRIDES)
    torch.testing.assert_close(network(x), outputs[-1])
    maps, features = [], x
    for level, encoder in enumerate(network.encoders, 1):
        features = encoder(features)
        if level > 2:
            maps.insert(0, network.scores[6 - level](features))
    total = maps[0]
    torch.testing.assert_close(outputs[0], enlarge(total, 64.0))
    for new, stride, output in zip(maps[1:], STRIDES[1:], outputs[1:]):
        total = enlarge(total, 2.0) + new
        torch.testing.assert_close(output, enlarge(total, float(stride)))
    assert len(network.train()(x)) == len(STRIDES)  # each has a loss
