"""The encoder-decoder taken apart is the encoder-decoder."""

import pytest
import torch
import torch.nn.functional as F

from segdemo.analysis.feature_maps import decoder_steps, most_active, most_like
from segdemo.models.registry import get_stage


@pytest.fixture(scope="module")
def network():
    """Random weights, and batch normalisation that has seen data, so that it is no identity."""
    torch.manual_seed(3)
    network = get_stage("encoder-decoder").build()
    with torch.no_grad():
        network(torch.randn(4, 3, 64, 64))
    return network.eval()


@pytest.fixture(scope="module")
def photo():
    return torch.randn(1, 3, 128, 128, generator=torch.Generator().manual_seed(4))


def test_the_last_step_is_what_the_network_classifies(network, photo):
    steps = decoder_steps(network, photo)
    with torch.inference_mode():
        torch.testing.assert_close(network.classify(steps[-1].convolved[None]), network(photo))


def test_each_step_takes_what_the_one_before_gave(network, photo):
    steps = decoder_steps(network, photo)
    for step, following in zip(steps, steps[1:]):
        assert torch.equal(step.convolved, following.before)


def test_a_step_upsamples_as_the_slide_says_and_then_convolves(network, photo):
    for step, decoder in zip(decoder_steps(network, photo), network.decoders):
        larger = F.interpolate(
            step.before[None], scale_factor=2, mode="bilinear", align_corners=True
        )
        torch.testing.assert_close(step.upsampled, larger[0])
        with torch.inference_mode():
            torch.testing.assert_close(step.convolved, decoder.refine(larger)[0])


def test_the_levels_of_a_photo(network, photo):
    steps = decoder_steps(network, photo)
    assert [tuple(step.before.shape) for step in steps] == [
        (512, 2, 2),
        (512, 4, 4),
        (512, 8, 8),
        (256, 16, 16),
        (128, 32, 32),
        (64, 64, 64),
    ]
    assert tuple(steps[-1].convolved.shape) == (64, 128, 128)


def test_most_active_channels_come_first():
    features = torch.tensor([1.0, 3.0, 0.0, 2.0])[:, None, None].expand(4, 2, 2)
    assert most_active(features, 3) == [1, 3, 0]
    assert most_active(features, 9) == [1, 3, 0, 2]


def test_the_channel_most_like_the_mask_comes_first():
    mask = torch.zeros(4, 4)
    mask[:, 2:] = 1
    half, inverse, other = torch.tensor([[[0.0, 2], [0, 2]], [[1, 0], [1, 0]], [[0, 0], [3, 3]]])
    features = torch.stack([inverse, other, half, torch.ones(2, 2)])
    assert most_like(features, mask, 1) == [2]
    assert most_like(features, mask, 4)[-1] == 0
