"""How much memory this process holds, and how long the random tests run."""

import gc
import os
import resource
from pathlib import Path

FUZZ = int(os.environ.get("SEGDEMO_FUZZ", 150))  # number of damaged files
MEBIBYTE = 1 << 20


def resident() -> int:
    """Bytes of memory this process holds now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
