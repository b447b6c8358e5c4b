"""What the components of a call take, and a sentence that names the value which does not fit.

Gradio's own sentences are in English alone, repeat what was sent, however long, put a traceback
into the log, and for most kinds of values name nothing.
"""

import gradio as gr
from gradio.components import Component
from gradio.components.api_component import Api

from segdemo.web.photo_input import PhotoInput
from segdemo.web.security.refusal import sentence


def misfit(name: str, component: Component, value: object) -> str | None:
    """Why `component` cannot take `value` for the argument `name`; None where it can.

    Components that are not here hand on whatever was sent, and what gets it says what is wrong.
    """
    check = CHECKS.get(type(component))
    return check(name, component, value) if check else None


def _choice(name: str, component: gr.Radio | gr.Dropdown, value: object) -> str | None:
    known = _known(component)
    return None if value in known else sentence("one-of", name=name, known=_listed(known))


def _choices(name: str, component: gr.CheckboxGroup, value: object) -> str | None:
    known = _known(component)
    if isinstance(value, list) and all(one in known for one in value):
        return None
    return sentence("some-of", name=name, known=_listed(known))


def _range(name: str, component: gr.Slider, value: object) -> str | None:
    least, most = component.minimum, component.maximum
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and least <= value <= most:  # which NaN is not
        return None
    return sentence("range", name=name, least=least, most=most)


def _truth(name: str, component: gr.Checkbox | Api, value: object) -> str | None:
    return None if isinstance(value, bool) else sentence("true-or-false", name=name)


def _declared(name: str, component: Api, value: object) -> str | None:
    """A function without components tells numbers and lists itself, but takes all for a bool."""
    told = component.api_info()
    return _truth(name, component, value) if told == {"type": "boolean"} else None


def _photo(name: str, component: PhotoInput, value: object) -> str | None:
    if value is None:  # the decoder asks for one
        return None
    places = [value.get("path"), value.get("url")] if isinstance(value, dict) else []
    stated = [place for place in places if place is not None]
    if stated and all(isinstance(place, str) for place in stated):
        return None
    return sentence("file", name=name)


def _known(component: gr.Radio | gr.Dropdown | gr.CheckboxGroup) -> list:
    return [value for _, value in component.choices]


def _listed(known: list) -> str:
    return ", ".join(map(str, known))


CHECKS = {
    gr.Radio: _choice,
    gr.Dropdown: _choice,
    gr.CheckboxGroup: _choices,
    gr.Slider: _range,
    gr.Checkbox: _truth,
    Api: _declared,
    PhotoInput: _photo,
}
