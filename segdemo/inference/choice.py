"""Which runtime this machine gets."""

from segdemo.inference import openvino
from segdemo.inference.openvino import OpenVINO
from segdemo.inference.pytorch import PyTorch
from segdemo.inference.runtime import Runtime


def fastest() -> Runtime:
    """OpenVINO in bfloat16 where it is installed and the processor can, else PyTorch."""
    return OpenVINO() if openvino.usable() else PyTorch()
