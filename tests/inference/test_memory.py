"""What was freed goes back to the system; where the C library has no name it is left alone."""

import ctypes.util
import subprocess
import sys

import pytest
from conftest import ROOT

from segdemo.inference import memory


def test_without_a_c_library(monkeypatch):
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: None)
    memory.limit_malloc(2, 2**23)
    memory.trim_malloc()


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's own behaviour")
def test_a_large_block_goes_back_though_a_later_one_stays():
    """By itself glibc learns from the first free to keep blocks of this size."""
    code = """
import ctypes, os
from segdemo.inference.memory import limit_malloc
limit_malloc(2, 2**23)
malloc, free, memset = (getattr(ctypes.CDLL(None), name) for name in ("malloc", "free", "memset"))
malloc.restype, size = ctypes.c_void_p, 2**24
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
free(ctypes.c_void_p(malloc(size)))
block, before = malloc(size), resident()
memset(ctypes.c_void_p(block), 1, ctypes.c_size_t(size))
malloc(2**16)  # above it in the heap, if it is there
during = resident()
free(ctypes.c_void_p(block))
print(during - before > size / 2, resident() - before < size / 4)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == ["True", "True"], done.stderr
