"""The ladder and its networks, over the registry."""

import pytest
import torch
from torch import nn

from segdemo.models import CNNSegmentation, EncoderDecoder, FCNReshape
from segdemo.models.blocks import Decoder
from segdemo.models.fcn_reshape import FullConv2d
from segdemo.models.registry import (
    ALL_STAGES,
    CONVERTERS,
    NETWORKS,
    STAGES,
    UnknownStageError,
    get_stage,
)

KEYS = [
    "kmeans",
    "cnn-1x1",
    "cnn-5x5",
    "cnn-11x11",
    "fcn-reshape",
    "upsample-only",
    "encoder-decoder",
    "unet",
]


def convolution(inputs: int, outputs: int, kernel: int) -> int:
    return inputs * outputs * kernel * kernel + outputs


def block(inputs: int, outputs: int, kernel: int) -> int:
    """Parameters of a convolution and its batch normalisation."""
    return convolution(inputs, outputs, kernel) + 2 * outputs


def cnn(kernel: int) -> int:
    blocks = block(3, 64, kernel) + 2 * block(64, 64, kernel)
    return blocks + convolution(64, 3, kernel)


WIDTHS = (3, 64, 128, 256, 512, 512, 512)
ENCODER = sum(block(i, o, 3) for i, o in zip(WIDTHS, WIDTHS[1:]))
DECODER = ((512, 512), (512, 512), (512, 256), (256, 128), (128, 64), (64, 64))
SKIPS = (512, 512, 512, 256, 128, 64)
PARAMETERS = {
    "cnn-1x1": cnn(1),
    "cnn-5x5": cnn(5),
    "cnn-11x11": cnn(11),
    "fcn-reshape": ENCODER + convolution(512, 128 * 128 * 3, 2),
    "upsample-only": ENCODER + convolution(512, 3, 1),
    "encoder-decoder": ENCODER + sum(block(i, o, 3) for i, o in DECODER) + convolution(64, 3, 3),
    "unet": ENCODER
    + sum(block(i + s, o, 3) for (i, o), s in zip(DECODER, SKIPS))
    + convolution(64, 3, 3),
}


@pytest.fixture(params=NETWORKS)
def stage(request):
    return NETWORKS[request.param]


def test_the_ladder_is_in_lecture_order():
    assert list(STAGES) == KEYS
    further = list(ALL_STAGES)
    assert further.pop(further.index("upsample-only") + 1) == "fcn"
    assert further == KEYS


def test_an_unknown_key_is_answered_with_the_known_ones():
    with pytest.raises(UnknownStageError) as error:
        get_stage("u-net")
    assert all(key in str(error.value) for key in KEYS)


def test_parameters_are_the_lecture_s(stage):
    with torch.device("meta"):
        network = stage.build()
    assert sum(p.numel() for p in network.parameters()) == PARAMETERS[stage.key]


def test_a_photo_becomes_three_logits_a_pixel(stage):
    network = stage.build().eval()
    with torch.inference_mode():
        assert network(torch.randn(2, 3, 128, 128)).shape == (2, 3, 128, 128)


def test_every_parameter_gets_a_gradient(stage):
    network = stage.build()
    network(torch.randn(2, 3, 128, 128)).square().mean().backward()
    silent = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert not silent


@pytest.mark.parametrize("key", CONVERTERS)
def test_a_network_of_another_domain_is_a_quarter_as_wide(key):
    stage = CONVERTERS[key]
    network = stage.build()
    outputs = network(torch.randn(2, 3, stage.size, stage.size))
    channels = {"colourise-l1": 2, "colourise-bins": 100}.get(stage.task, 3)
    assert outputs.shape == (2, channels, stage.size, stage.size)
    outputs.square().mean().backward()
    assert all(p.grad is not None and p.grad.any() for p in network.parameters())
    widths = [encoder.convolve[0].out_channels for encoder in network.encoders]
    assert [4 * width for width in widths] == list(WIDTHS[1:])


def test_nearest_upsampling_repeats_each_pixel():
    decoder = Decoder(2, 2, "nearest")
    x = torch.randn(1, 2, 3, 3)
    assert torch.equal(decoder.upsample(x), x.repeat_interleave(2, 2).repeat_interleave(2, 3))


@pytest.mark.parametrize("key", sorted(set(NETWORKS) - {"fcn-reshape"}))
@pytest.mark.parametrize(("height", "width"), [(64, 192), (320, 128)])
def test_convolutional_stages_take_any_multiple_of_64(key, height, width):
    network = NETWORKS[key].build().eval()
    with torch.inference_mode():
        assert network(torch.randn(1, 3, height, width)).shape[2:] == (height, width)


def test_the_cnn_takes_odd_sizes():
    with torch.inference_mode():
        output = CNNSegmentation(5).eval()(torch.randn(1, 3, 37, 51))
    assert output.shape == (1, 3, 37, 51)


def test_the_reshape_head_refuses_another_size():
    with pytest.raises(RuntimeError), torch.inference_mode():
        FCNReshape().eval()(torch.randn(1, 3, 256, 256))


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_full_convolution_is_conv2d(memory_format):
    ours = FullConv2d(6, 10, kernel_size=2)
    theirs = nn.Conv2d(6, 10, kernel_size=2)
    theirs.load_state_dict(ours.state_dict())
    ours.to(memory_format=memory_format)
    x = torch.randn(3, 6, 2, 2).contiguous(memory_format=memory_format)
    torch.testing.assert_close(ours(x), theirs(x))


def test_skips_are_taken_before_pooling_and_put_after_upsampling():
    """Silencing every skip in a U-Net leaves what its decoders make of the upsampled maps."""
    unet = EncoderDecoder(skips=True).eval()
    x = torch.randn(1, 3, 64, 64)
    shapes = []
    for decoder in unet.decoders:
        decoder.register_forward_pre_hook(
            lambda _, inputs: shapes.append((inputs[0].shape[2:], inputs[1].shape[1:]))
        )
    with torch.inference_mode():
        unet(x)
    assert [tuple(skip) for _, skip in shapes] == [
        (512, 2, 2), (512, 4, 4), (512, 8, 8), (256, 16, 16), (128, 32, 32), (64, 64, 64),
    ]  # fmt: skip
    assert all(skip[1:] == (2 * low[0], 2 * low[1]) for low, skip in shapes)
