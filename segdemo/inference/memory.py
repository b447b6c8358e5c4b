"""Memory that the process no longer uses, and the C library keeps."""

import ctypes
import ctypes.util


def give_back() -> None:
    """Return freed memory to the system, where the C library is glibc; else do nothing."""
    library = ctypes.CDLL(ctypes.util.find_library("c"))
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
