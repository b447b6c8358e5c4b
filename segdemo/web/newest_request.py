"""Runs that nobody waits for any more: what each visitor asked for last.

Gradio starts a view's next run when the last one has ended. A run that looks here between its
steps ends at once when its visitor has moved on. (Gradio's `cancels` is not for what is asked anew
at once: its page waits for the server's word on the run to be cancelled, and then forgets the one
that began meanwhile.)
"""

import gradio as gr

from segdemo.cache import NEWEST_REQUESTS, LRUCache


class NewestRequest:
    """The last values that each visitor chose in one view."""

    def __init__(self):
        self._chosen: LRUCache[str | None, tuple] = LRUCache(NEWEST_REQUESTS)

    def note(self, request: gr.Request, *chosen: object) -> None:
        """The callback of an unqueued event, which hears of a choice at once."""
        self._chosen.put(request.session_hash, chosen)

    def of(self, request: gr.Request) -> tuple:
        """What the visitor chose last. Raises KeyError for one who chose nothing."""
        chosen = self._chosen.get(request.session_hash)
        if chosen is None:
            raise KeyError(request.session_hash)
        return chosen

    def is_outdated(self, request: gr.Request, *chosen: object) -> bool:
        """Whether the visitor has chosen something else since."""
        newest = self._chosen.get(request.session_hash)
        return newest is not None and newest != chosen
