"""How the page's events are run."""

from typing import Any

import gradio as gr

INFERENCE_QUEUE = "inference"  # one queue for everything that computes networks
TEACHING_QUEUE = "teaching"  # what trains, one at a time, beside the others
JOBS = 2  # of a queue at once: one is decoded, clustered and drawn while another's networks run
LAST_COUNTS = "always_last"  # what is asked meanwhile waits, and of several the last one counts
# No veil over what is there. Gradio's page goes through all components on which it has ever told
# a progress, hidden or not, at every message about an event.
UNVEILED: dict[str, Any] = {"show_progress": "hidden", "show_progress_on": []}
# What follows the visitor's hand.
INTERACTIVE: dict[str, Any] = UNVEILED | {
    "trigger_mode": LAST_COUNTS,
    "api_visibility": "private",
}
UNQUEUED: dict[str, Any] = INTERACTIVE | {
    "queue": False
}  # for what takes no longer than a network's own answer
# What takes note of every one of several, at once.
AT_ONCE: dict[str, Any] = UNQUEUED | {"trigger_mode": "multiple"}
INFERENCE: dict[str, Any] = INTERACTIVE | {"concurrency_id": INFERENCE_QUEUE}
ON_CLICK: dict[str, Any] = UNVEILED | {
    "concurrency_id": INFERENCE_QUEUE
}  # at the press of a button
TEACHING: dict[str, Any] = {
    "concurrency_id": TEACHING_QUEUE,
    "concurrency_limit": 1,
    "api_visibility": "private",
    "show_progress": "minimal",
}  # a run of a whole race


def with_progress(options: dict[str, Any], status: gr.HTML) -> dict[str, Any]:
    """The same options, but that `status` shows how far Gradio's queue is."""
    return options | {"show_progress": "minimal", "show_progress_on": status}
