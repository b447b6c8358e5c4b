"""On a system whose C library has no name, as Windows, memory is left alone."""

import ctypes.util

from segdemo.inference import memory


def test_without_a_c_library(monkeypatch):
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: None)
    memory.limit_malloc_arenas(2)
    memory.trim_malloc()
