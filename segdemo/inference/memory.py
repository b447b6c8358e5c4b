"""What the C library does with memory: glibc's can be told to keep less; others are left alone."""

import ctypes
import ctypes.util

M_ARENA_MAX = -8  # of malloc.h


def limit_malloc_arenas(count: int) -> None:
    """Let threads share `count` pools of freed memory, instead of up to eight for every core."""
    library = _library()
    if library and hasattr(library, "mallopt"):
        library.mallopt(M_ARENA_MAX, count)


def trim_malloc() -> None:
    """Return freed memory to the system."""
    library = _library()
    if library and hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


def _library() -> ctypes.CDLL | None:
    """None where it has no such name: on Windows."""
    name = ctypes.util.find_library("c")
    return ctypes.CDLL(name) if name else None
