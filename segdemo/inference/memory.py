"""What the C library does with memory: glibc's can be told to keep less; others are left alone."""

import ctypes
import ctypes.util
from functools import cache

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # of malloc.h


def limit_malloc(arenas: int, largest: int) -> None:
    """Keep less of what was freed.

    Threads share `arenas` pools of it, instead of up to eight for every core; a block of `largest`
    bytes or more is in none of them, and goes back to the system at once.
    """
    library = _library()
    if library and hasattr(library, "mallopt"):
        library.mallopt(M_ARENA_MAX, arenas)
        library.mallopt(M_MMAP_THRESHOLD, largest)


def trim_malloc() -> None:
    """Return freed memory to the system."""
    library = _library()
    if library and hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


@cache  # to find it is a program of its own, ldconfig
def _library() -> ctypes.CDLL | None:
    """None where it has no such name: on Windows."""
    name = ctypes.util.find_library("c")
    return ctypes.CDLL(name) if name else None
