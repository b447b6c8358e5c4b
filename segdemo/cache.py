"""What is kept in memory in case it is asked for again, and how much of it: the one table.

Keys are a photo's path, which names its content, or its content itself, so nobody is given what
was made of another photo.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

# Entries at most, of all visitors together; in the comment what one entry takes.
PREVIEWS = 32  # decoded photos, 0.8 MB
PREDICTIONS = 64  # logits of one stage for one photo, 192 KiB
CARDS = 512  # rendered cards of Compare, 10 to 60 kB
PHOTO_SIZES = 16  # one photo at one size by one stage, 3 MB
SKIPS = 4  # the U-Net's drawing, 0.1 MB, and its row of masks, 2 MB, for one photo
ACTIVATIONS = 2  # all feature maps of one stage for one photo, 18 MB
NETWORKS_INSIDE = 1  # in float32, to look into, up to 76 MB; 5 to 80 ms to load again
TRAININGS = 50  # what visitors have trained, four thin networks each, 4 MB
NEWEST_REQUESTS = 500  # what a visitor chose last, some bytes

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class LRUCache(Generic[Key, Value]):
    """At most `size` values, those used last; any thread may use it."""

    def __init__(self, size: int):
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """The value, if it is still here."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def make_room(self) -> None:
        """Let go already of what the next new value will replace: for large ones."""
        with self._lock:
            if len(self._values) == self._size:
                self._values.popitem(last=False)

    def put(self, key: Key, value: Value) -> Value:
        """The value, from now on here; the one used longest ago may go for it."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._size:
                self._values.popitem(last=False)
        return value

    def discard(self, key: Key) -> None:
        """From now on it is not here."""
        with self._lock:
            self._values.pop(key, None)
