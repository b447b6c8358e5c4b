"""What this machine trains on, and in which number format."""

import torch


def device_name() -> str:
    """The GPU's name, or "CPU"."""
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"


def mixed_precision() -> str:
    """Accelerate's name for it: "bf16" where the processor multiplies bfloat16, else "no"."""
    if torch.cuda.is_available():
        return "bf16" if torch.cuda.is_bf16_supported() else "no"
    return "bf16" if torch.cpu._is_avx512_bf16_supported() else "no"
