"""Altair, imported when something of it is first used: no start of the page waits for it."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    # First, as k-means does: both import narwhals, from two ends, and two threads at once would
    # wait for each other.
    import_module("sklearn.cluster")
    return getattr(import_module("altair"), name)
