"""Which runtime this machine gets."""

from segdemo.inference import onnxruntime, openvino
from segdemo.inference.onnxruntime import ONNXRuntime
from segdemo.inference.openvino import OpenVINO
from segdemo.inference.pytorch import PyTorch
from segdemo.inference.runtime import Runtime


def fastest() -> Runtime:
    """OpenVINO where the processor multiplies bfloat16, else ONNX Runtime; PyTorch without them."""
    if openvino.installed() and openvino.multiplies_bfloat16():
        return OpenVINO()
    return ONNXRuntime() if onnxruntime.installed() else PyTorch()
