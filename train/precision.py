"""Which number format a forward pass is computed in."""

import torch


def mixed_precision() -> str:
    """Accelerate's name for it: "bf16" where the processor multiplies bfloat16, else "no"."""
    if torch.cuda.is_available():
        return "bf16" if torch.cuda.is_bf16_supported() else "no"
    return "bf16" if torch.cpu._is_avx512_bf16_supported() else "no"
