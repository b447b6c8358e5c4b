"""Which runtime this machine gets."""

from segdemo.inference import openvino
from segdemo.inference.openvino import OpenVINO
from segdemo.inference.pytorch import PyTorch
from segdemo.inference.runtime import Runtime


def fastest() -> Runtime:
    """OpenVINO where it is installed, else PyTorch."""
    return OpenVINO() if openvino.installed() else PyTorch()
