"""Altair, imported when something of it is first used: no start of the page waits for it."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    return getattr(import_module("altair"), name)
