"""What the page leaves out of Gradio's work, against Gradio itself."""

import asyncio
from copy import copy

import gradio as gr
import pytest

from segdemo.web.gradio_patches import ThriftyBlocks


def converted(
    blocks: type[gr.Blocks],
    answer: dict[str, object],
    outputs: tuple[str, ...],
    as_list: bool = False,
) -> list:
    """What an event that gives `answer` sends to the browser, a value an output."""
    with blocks() as page:
        parts = {
            "html": gr.HTML("<p>old</p>"),
            "slider": gr.Slider(0, 10, 5),
            "image": gr.Image(),
            "state": gr.State(1),
            "json": gr.JSON(),
        }
        gr.on([], lambda: None, None, [parts[name] for name in outputs])
    [event] = page.fns.values()
    # Copies, as Gradio takes its updates apart.
    predictions = {parts[name]: copy(value) for name, value in answer.items()}
    if as_list:
        predictions = [predictions.get(parts[name], gr.skip()) for name in outputs]
    told = asyncio.run(page.postprocess_data(event, predictions, None))
    for value in told:  # which Gradio adds to an HTML that is left alone, to no effect
        if isinstance(value, dict) and value.get("props") == gr.skip():
            del value["props"]
    return told


@pytest.mark.parametrize("outputs", [("html", "slider", "image", "state"), ("html",), ("slider",)])
@pytest.mark.parametrize(
    "answer",
    [
        {"html": "<p>new</p>"},
        {"html": ""},
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
        assert converted(ThriftyBlocks, answer, outputs) == converted(gr.Blocks, answer, outputs)


@pytest.mark.parametrize(
    "answer", [{}, {"html": "<p>new</p>"}, {"slider": 7, "state": 2}, {"html": None, "json": {}}]
)
def test_a_list_with_what_is_left_as_it_is_says_the_same(answer):
    outputs = ("html", "slider", "state", "json")
    told = converted(ThriftyBlocks, answer, outputs, as_list=True)
    assert told == converted(gr.Blocks, answer, outputs, as_list=True)


def test_what_is_not_named_stays_as_it_is():
    told = converted(ThriftyBlocks, {"html": "<p>new</p>"}, ("slider", "html", "image"))
    assert told == [gr.skip(), "<p>new</p>", gr.skip()]


def test_an_empty_dictionary_is_a_value():
    assert converted(ThriftyBlocks, {}, ("json",)) == converted(gr.Blocks, {}, ("json",))
    assert converted(ThriftyBlocks, {}, ("json",)) != [gr.skip()]


def test_a_value_for_a_component_that_is_no_output_is_an_error():
    with pytest.raises(ValueError, match="not specified as output"):
        converted(ThriftyBlocks, {"image": None}, ("slider", "html"))
