"""One photo at several sizes: who can read it, and why the reshape head cannot."""

import pytest
import torch
from torch import nn

from segdemo.analysis.input_sizes import SIZES, SizedAnswer, answer_at_size
from segdemo.data.preprocessing import to_input
from segdemo.models.registry import get_stage


def answer(predictor, key: str, photo, size: int) -> SizedAnswer:
    *_, last = answer_at_size(get_stage(key), predictor.network(key), photo, size)
    return last


@pytest.mark.parametrize("key", ["cnn-1x1", "upsample-only", "encoder-decoder", "unet"])
def test_convolutions_read_larger_photos(predictor, chelsea, key):
    network = predictor.network(key)
    with torch.inference_mode():
        expected = network(to_input(chelsea, SIZES[1]))[0]
    found = answer(predictor, key, chelsea, SIZES[1]).logits
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def test_the_reshape_head_reads_one_size_and_says_why(predictor, chelsea):
    assert answer(predictor, "fcn-reshape", chelsea, 128).logits.shape == (3, 128, 128)
    for size in SIZES[1:]:
        refused = answer(predictor, "fcn-reshape", chelsea, size)
        assert refused.logits is None
        assert str(512 * (size // 64) ** 2) in refused.problem  # what arrives at the head


def test_who_no_longer_waits_stops_between_layers(predictor, chelsea):
    steps = answer_at_size(get_stage("unet"), predictor.network("unet"), chelsea, 128)
    assert next(steps) is None
    steps.close()
    assert not torch.is_inference_mode_enabled()


@pytest.mark.parametrize(("size", "pictures"), [(128, 1), (256, 9), (512, 49)])
def test_the_slide_s_own_code_raises_nothing(size, pictures):
    """Conv2d slides over the larger map, and reshape makes a batch of what comes out."""
    with torch.device("meta"):
        head = nn.Conv2d(512, 128 * 128 * 3, kernel_size=2)
        x = head(torch.empty(1, 512, size // 64, size // 64))
        assert torch.reshape(x, (-1, 3, 128, 128)).shape[0] == pictures
