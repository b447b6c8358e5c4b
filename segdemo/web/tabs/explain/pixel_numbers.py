"""What every stage says of one pixel as JSON: for scripts, and for who wants the digits."""

from typing import Any

import gradio as gr
import numpy as np

from segdemo.analysis.pixel import Box, ColourReading, NetworkReading, in_photo, pixel_at
from segdemo.analysis.saliency import Measured
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import STAGES
from segdemo.parsing import to_bool
from segdemo.web.components.stage_names import choices
from segdemo.web.context import PageContext
from segdemo.web.errors import as_gradio_errors
from segdemo.web.events import ON_CLICK
from segdemo.web.localisation import Translations
from segdemo.web.photo_view import Upload, load_preview
from segdemo.web.tabs.explain.pixel_answers import Answers

ALL = "all"
WINDOWS = (1, 9, 17, 41, 65, 97)  # sides; 17 and 41 are what kernels of 5x5 and 11x11 see


def probe(
    answers: Answers, photo: Upload, x: object, y: object, key: str, measured: bool
) -> dict[str, Any]:
    """What the stage named `key`, or each of them for ALL, says of pixel (x, y) of a photo.

    Raises InputError, and for a single stage its CheckpointError; among all it is one "error".
    """
    size = load_preview(photo).original_size
    row, column = pixel_at(x, y, *size)
    stages = {}
    for name in STAGES if key == ALL else [key]:
        try:
            stages[name] = _asked(answers, photo, name, (row, column), measured, size)
        except CheckpointError as error:
            if key != ALL:
                raise
            stages[name] = {"error": str(error)}
    return {"row": row, "column": column, "stages": stages}


def _asked(
    answers: Answers,
    photo: Upload,
    key: str,
    place: tuple[int, int],
    measured: bool,
    size: tuple[int, int],
) -> dict[str, Any]:
    answer = answers.to(photo, key)
    reading = answer.at(*place)
    names = STAGES[key].label_names(len(answer.palette))
    said: dict[str, Any] = {"label": names[reading.label]}
    if isinstance(reading, ColourReading):
        said |= _colours(reading, answer.palette)
    else:
        said |= _probabilities(reading, names, size)
    said["box"] = _box(reading.box, size)
    if measured:
        said["measured"] = _measured(answers.measured(photo, key, *place), size)
    return said


def _colours(reading: ColourReading, centres: np.ndarray) -> dict[str, Any]:
    return {
        "probabilities": None,
        "colour": reading.colour.tolist(),
        "centres": centres.tolist(),
        "distances": [round(distance, 3) for distance in reading.distances.tolist()],
    }


def _probabilities(
    reading: NetworkReading, names: list[str], size: tuple[int, int]
) -> dict[str, Any]:
    said = {"probabilities": dict(zip(names, reading.probabilities.tolist()))}
    return said | {"skips": [_box(skip, size) for skip in reading.skips]} if reading.skips else said


def _measured(found: Measured | None, size: tuple[int, int]) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "support": None if found.support is None else _box(found.support, size),
        "within": {str(side): found.within(side) for side in WINDOWS},
        "half": found.half,
    }


def _box(box: Box, size: tuple[int, int]) -> dict[str, int]:
    return dict(zip(("top", "left", "bottom", "right"), in_photo(box, *size)))


def build(context: PageContext, answers: Answers) -> None:
    """Add the fields, and with them the endpoint, to the Blocks being built."""

    @as_gradio_errors
    def endpoint(photo, x, y, stage, measured):
        """What every stage says of one pixel of a photo.

        x, y: whole numbers from 0, in pixels of the photo as it was sent, upright; stage: a stage
        key, or all. Returns "row" and "column" among the 128x128 pixels that the networks read,
        and by stage key: the label; its probabilities (k-means has none: null; instead the
        pixel's colour and its distance to each centre); the theoretical receptive field as a box
        in pixels of the photo, edges included, and for the U-Net what each skip connection sees
        alone, the deepest first. With measured=True also the gradient of the winning logit: the
        box around its support, its share within squares of so many of the 128x128 pixels around
        this one, and the side of the square that holds half of it.
        """
        return probe(answers, photo, x, y, stage, to_bool("measured", measured))

    fields, ask, said = _fields(context.translations)
    ask.click(
        endpoint,
        [context.photo, *fields],
        said,
        api_name="probe",
        **ON_CLICK,
    )


def _fields(local: Translations) -> tuple[list[gr.components.Component], gr.Button, gr.JSON]:
    """x, y, stage and whether to measure; the button; what it is answered."""
    with local.build(gr.Accordion, {"label": "insight-pixel.numbers"}, open=False):
        with gr.Row():
            x, y = (
                local.build(gr.Number, {"label": f"insight-pixel.numbers.{axis}"}, value=0)
                for axis in "xy"
            )
            stage = local.build(
                gr.Dropdown,
                {
                    "label": "page.stage",
                    "choices": [
                        ("insight-pixel.numbers.all", ALL),
                        *choices(STAGES),
                    ],
                },
                value=ALL,
            )
            measured = local.build(
                gr.Checkbox, {"label": "insight-pixel.numbers.measured"}, value=False
            )
            ask = local.button("insight-pixel.numbers.ask")
        said = local.build(gr.JSON, {"label": "take-home.numbers"})
    return [x, y, stage, measured], ask, said
