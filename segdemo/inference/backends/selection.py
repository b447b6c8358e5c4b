"""Which runtime this machine gets."""

from segdemo.inference.backends import onnxruntime, openvino
from segdemo.inference.backends.base import Backend
from segdemo.inference.backends.onnxruntime import ONNXRuntime
from segdemo.inference.backends.openvino import OpenVINO
from segdemo.inference.backends.pytorch import PyTorch


def select_backend() -> Backend:
    """OpenVINO where the processor multiplies bfloat16, else ONNX Runtime; PyTorch without them."""
    if openvino.installed() and openvino.has_bf16_multiplication():
        return OpenVINO()
    return ONNXRuntime() if onnxruntime.installed() else PyTorch()
