"""The editor on the page: a gr.HTML whose `input` event fires after every stroke.

    editor = build_editor("my-editor")
    editor.input(on_paint, [editor, ...], ..., js=read_painting(editor))

Its value is what `editor_view` renders; `on_paint` hands what it gets to `parse_painting`.
"""

import gradio as gr
import numpy as np
from PIL import Image

from segdemo.data.classes import UNKNOWN
from segdemo.data.painting import Painting, fingerprint, run_lengths
from segdemo.data.palette import CLASS_PALETTE
from segdemo.locales import Translator
from segdemo.web.html import html
from segdemo.web.templates import render

# Brush diameters in percent of the photo's longer side: from, to, at first.
THICKNESS = 1, 15, 4


def build_editor(elem_id: str) -> gr.HTML:
    """An empty editor, added to the Blocks being built."""
    return html(script="components/mask_editor/mask_editor.js", elem_id=elem_id)


def read_painting(editor: gr.HTML) -> str:
    """JavaScript for an event's `js=`: its first input becomes what the editor holds, or null."""
    selector = f"#{editor.elem_id} .mask-editor"
    return f"(_, ...rest) => [document.querySelector('{selector}')?.painting ?? null, ...rest]"


def editor_view(
    photo: Image.Image,
    painting: Painting | None,
    suggestion: np.ndarray | None,
    t: Translator,
) -> str:
    """The editor for an RGB photo, with what was painted so far.

    suggestion: (H, W) labels to start from, the U-Net's prediction, or None for no such button.
    """
    blank = f"{UNKNOWN} {photo.width * photo.height}"
    state = {
        "photo": fingerprint(photo),
        "runs": run_lengths(painting.labels) if painting else blank,
        "fromPrediction": bool(painting and painting.corrected is not None),
        "suggestion": None if suggestion is None else run_lengths(suggestion),
        "colours": CLASS_PALETTE.tolist(),
    }
    return render(
        "components/mask_editor/mask_editor.html",
        t,
        photo=photo,
        state=state,
        eraser=UNKNOWN,
        thickness=THICKNESS,
    )
