"""The runtimes: what they may change of the lecture's network's answers, and who is chosen."""

import gc
import subprocess
import sys
import weakref

import pytest
import torch
from conftest import CHECKPOINTS, ROOT
from torch import nn

from segdemo.data.decoder import open_photo
from segdemo.data.oxford_pets import Pets
from segdemo.data.preprocessing import SIZE, to_input
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.inference import Predictor
from segdemo.inference.backends import openvino, selection
from segdemo.inference.backends.fusion import fuse_for_inference
from segdemo.inference.backends.onnxruntime import ONNXRuntime
from segdemo.inference.backends.openvino import OpenVINO, split_bf16, split_first_convolution
from segdemo.inference.backends.pytorch import PyTorch
from segdemo.models import CNNSegmentation, checkpoints
from segdemo.models.registry import NETWORKS


@pytest.fixture(scope="module")
def photos(pets_root):
    """(11, 3, 128, 128): eight test photos, and those that ship."""
    test = Pets(pets_root, "test")
    pictures = [test[index][0] for index in range(0, len(test), len(test) // 7)]
    pictures += [open_photo(photo.path).image for photo in SAMPLE_PHOTOS.values()]
    return torch.cat([to_input(picture, SIZE) for picture in pictures])


@pytest.fixture(scope="module", params=NETWORKS)
def checkpoint(request):
    return checkpoints.load(CHECKPOINTS, NETWORKS[request.param])


@pytest.fixture(scope="module")
def logits(checkpoint, photos):
    """What the lecture's network says, by PyTorch, float32."""
    return answers(torch.inference_mode()(checkpoint.network()), photos)


def answers(run, photos):
    return torch.cat([run(photo[None]) for photo in photos])


def test_float32_gives_the_lecture_s_network_s_labels(checkpoint, photos, logits):
    by_openvino = openvino.compiled(fuse_for_inference(checkpoint), "f32")
    for run in (PyTorch().compile(checkpoint), ONNXRuntime().compile(checkpoint), by_openvino):
        found = answers(run, photos)
        torch.testing.assert_close(found, logits, atol=1e-3, rtol=0)
        assert (found.argmax(1) != logits.argmax(1)).sum() <= 2  # of 180,224: draws


def test_bfloat16_changes_one_label_in_a_thousand_at_most(checkpoint, photos, logits):
    found = answers(OpenVINO().compile(checkpoint), photos)
    assert found.dtype == torch.float32
    assert (found.argmax(1) == logits.argmax(1)).float().mean() >= 0.999


def test_the_first_convolution_in_halves_is_the_whole_one():
    """To 16 bits, of which bfloat16 alone keeps 8."""
    torch.manual_seed(0)
    network, x = CNNSegmentation(5).eval(), torch.randn(2, 3, 20, 20)
    whole = network.conv1[0](x)
    split_first_convolution(network)
    halves = torch.empty(2, 9, 20, 20)
    split_bf16(halves.numpy(), x.numpy())
    assert torch.equal(halves[:, 0:3], halves[:, 0:3].bfloat16().float())
    assert torch.equal(halves[:, 0:3] + halves[:, 3:6], x)
    assert torch.equal(halves[:, 6:9], halves[:, 0:3])
    rounded = network.conv1[0].weight.bfloat16().float(), halves.bfloat16().float()
    in_halves_rounded = torch.conv2d(rounded[1], rounded[0], network.conv1[0].bias, padding=2)
    torch.testing.assert_close(in_halves_rounded, whole, atol=1e-4, rtol=0)


def test_the_runtime_follows_from_the_processor_and_what_is_installed(monkeypatch):
    openvino._core.cache_clear()
    monkeypatch.setattr("openvino.Core.get_property", lambda *_: ["FP32", "BF16"])
    assert isinstance(selection.select_backend(), OpenVINO)
    monkeypatch.setattr("openvino.Core.get_property", lambda *_: ["FP32", "INT8"])
    assert isinstance(selection.select_backend(), ONNXRuntime)
    openvino._core.cache_clear()
    monkeypatch.setitem(sys.modules, "openvino", None)
    assert isinstance(selection.select_backend(), ONNXRuntime)
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert isinstance(selection.select_backend(), PyTorch)


def test_ready_networks_keep_nothing_of_what_they_were_made_from():
    """PyTorch's networks, which lead the weights into the runtime, would be 150 MB."""

    def modules():
        return sum(issubclass(type(one), nn.Module) for one in gc.get_objects())

    ready = Predictor(CHECKPOINTS)
    gc.collect()
    before = modules()
    gc.disable()  # it might come by at the right moment
    try:
        ready.warm_up()
        assert modules() == before
    finally:
        gc.enable()


def test_what_is_looked_into_is_the_lecture_s_network_without_the_head_s_product():
    """Of the reshape head, 400 MB of the 630 MB that all networks would be."""
    predictor = Predictor(CHECKPOINTS)
    network = predictor.network("fcn-reshape")
    assert sum(weight.numel() for weight in network.parameters()) < 10**7
    x = torch.randn(1, 3, SIZE, SIZE)
    whole = checkpoints.load(CHECKPOINTS, NETWORKS["fcn-reshape"]).network()
    torch.testing.assert_close(network(x), whole(x), atol=1e-4, rtol=0)


def test_of_the_networks_to_look_into_the_last_one_is_kept():
    """All of them would be 190 MB."""
    predictor = Predictor(CHECKPOINTS)
    first = weakref.ref(predictor.network("cnn-1x1"))
    gc.collect()
    assert predictor.network("cnn-1x1") is first()
    predictor.network("cnn-5x5")
    gc.collect()
    assert first() is None


def test_openvino_does_not_load_what_reports_its_use():
    code = (
        "import sys; from segdemo.inference.backends import openvino; openvino.installed();"
        "print([name for name in sys.modules if 'telemetry' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stderr
