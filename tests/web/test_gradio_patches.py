"""What the page leaves out of Gradio's work, against Gradio itself."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from copy import copy

import gradio as gr
import pytest
from conftest import ROOT

from segdemo.web import gradio_patches


def sent(answer: dict[str, object], outputs: tuple[str, ...], patched: bool) -> list:
    """What an event that gives `answer` sends to the browser, one value per output."""
    with gr.Blocks() as page:
        parts = {
            "html": gr.HTML("<p>old</p>"),
            "slider": gr.Slider(0, 10, 5),
            "image": gr.Image(),
            "state": gr.State(1),
            "json": gr.JSON(),
        }
        gr.on([], lambda: None, None, [parts[name] for name in outputs])
    if patched:
        gradio_patches.leave_alone(page)
    [event] = page.fns.values()
    # Copies, as Gradio takes its updates apart.
    predictions = {parts[name]: copy(value) for name, value in answer.items()}
    coroutine = page.postprocess_data(event, predictions, None)
    with ThreadPoolExecutor(1) as thread:  # the browser's tests have a loop in this one
        values = thread.submit(asyncio.run, coroutine).result()
    for value in values:  # which Gradio adds to an HTML that is left alone, to no effect
        if isinstance(value, dict) and value.get("props") == gr.skip():
            del value["props"]
    return values


@pytest.mark.parametrize("outputs", [("html", "slider", "image", "state"), ("html",), ("slider",)])
@pytest.mark.parametrize(
    "answer",
    [
        {"html": "<p>new</p>"},
        {"html": None},
        {"html": gr.update(visible=False)},
        {"slider": 7},
        {"slider": gr.update(value=7, maximum=9)},
        {"slider": 7, "html": "<p>new</p>"},
        {"image": None, "state": 2, "html": "<p>new</p>"},
    ],
)
def test_the_browser_is_told_what_gradio_would_tell_it(answer, outputs):
    answer = {name: value for name, value in answer.items() if name in outputs}
    if answer:
        assert sent(answer, outputs, patched=True) == sent(answer, outputs, patched=False)


def test_an_empty_dictionary_is_a_value():
    assert sent({}, ("json",), patched=True) == sent({}, ("json",), patched=False) != [gr.skip()]


def test_a_value_for_a_component_that_is_no_output_is_an_error():
    with pytest.raises(ValueError, match="not specified as output"):
        sent({"image": None}, ("slider", "html"), patched=True)


IMPORT = """
import logging, sys
stubs = []
def note(event, arguments):
    if event == "open" and str(arguments[0]).endswith(".pyi"):
        stubs.append(arguments[0])
sys.addaudithook(note)
from segdemo.web import gradio_patches
gradio_patches.VERSION = {version!r} or gradio_patches.VERSION
gradio_patches.import_gradio()
import gradio
with gradio.Blocks() as page:
    pass
gradio_patches.patch(page.queue())
print(bool(stubs), page._queue.sleep_when_free, callable(gradio.Slider.release))
"""


def started(version: str | None = None, **environment: str) -> subprocess.CompletedProcess:
    code = [sys.executable, "-c", IMPORT.format(version=version)]
    environment = {"PATH": ""} | environment
    return subprocess.run(code, env=environment, cwd=ROOT, capture_output=True, text=True)


def test_the_version_they_were_made_for_is_patched():
    done = started()
    assert done.stdout == f"False {gradio_patches.POLL_INTERVAL} True\n"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("version", "environment"), [("6.30.0", {}), (None, {gradio_patches.SWITCH: "1"})]
)
def test_any_other_is_left_as_it_is_and_it_is_said_once(version, environment):
    done = started(version, **environment)
    assert done.stdout == "True 0.001 True\n"
    assert done.stderr.count("Gradio is not patched") == 1
