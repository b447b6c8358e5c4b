"""The truth as a visitor paints it: how it travels, what is checked, the pad it is painted on.

A painting travels as runs, row by row: a text of labels and lengths, some ten kilobytes. The
browser holds labels, not colours, so nothing is blurred or guessed.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from html import escape

import numpy as np
from PIL import Image

from segdemo.analysis.error_map import UNKNOWN
from segdemo.data.classes import CLASSES
from segdemo.data.palette import CLASS_PALETTE, COLOURS, photo_jpeg
from segdemo.errors import InputError
from segdemo.locales import text
from segdemo.web.components.html import data_url

# Brush diameters in percent of the photo's longer side.
THINNEST, THICKEST, FIRST_BRUSH = 1, 15, 4
RUN = rf"[0-{UNKNOWN}] [1-9][0-9]{{0,6}}"
RUNS = re.compile(f"{RUN}(?: {RUN})*")


@dataclass(frozen=True)
class Painting:
    """Labels (H, W) uint8, 0..2 or UNKNOWN, at least one of them known, and whose they are."""

    photo: str  # the photo's `fingerprint`
    labels: np.ndarray


def fingerprint(photo: Image.Image) -> str:
    """What tells one RGB photo from another."""
    return hashlib.sha256(f"{photo.size}".encode() + photo.tobytes()).hexdigest()[:16]


def to_runs(labels: np.ndarray) -> str:
    """(H, W) labels -> "label length label length ...": 0 0 1 and 1 3 3 give "0 2 1 2 3 2"."""
    flat = labels.ravel()
    starts = np.concatenate([[0], np.flatnonzero(np.diff(flat)) + 1])
    lengths = np.diff(starts, append=flat.size)
    return " ".join(map(str, np.stack([flat[starts], lengths], axis=1).ravel().tolist()))


def parse_painting(sent: object, photo: Image.Image) -> Painting | None:
    """What the pad sends, {"photo": fingerprint, "runs": text} -> Painting; None if blank.

    `photo` is the RGB photo that is shown. Raises InputError for a painting of another photo,
    and for runs that do not cover it exactly.
    """
    if not isinstance(sent, dict):
        raise InputError("insight-truth.damaged")
    if sent.get("photo") != fingerprint(photo):
        raise InputError("insight-truth.other-photo")
    labels = _from_runs(sent.get("runs"), photo.width * photo.height)
    if (labels == UNKNOWN).all():
        return None
    return Painting(sent["photo"], labels.reshape(photo.height, photo.width))


def _from_runs(runs: object, pixels: int) -> np.ndarray:
    """(pixels,) uint8; the sum is checked before anything is unrolled. Raises InputError."""
    # No run is written longer than four characters a pixel: "0 1 ".
    if not isinstance(runs, str) or len(runs) > 4 * pixels or not RUNS.fullmatch(runs):
        raise InputError("insight-truth.damaged")
    values, lengths = np.array(runs.split(), np.int64).reshape(-1, 2).T
    if lengths.sum() != pixels:
        raise InputError("insight-truth.damaged")
    return np.repeat(values.astype(np.uint8), lengths)


def pad(
    photo: Image.Image, painting: Painting | None, offer: np.ndarray | None, language: str
) -> str:
    """The pad for an RGB photo in HTML, with what was painted so far.

    offer: (H, W) labels to start from, the U-Net's, or None if it has none.
    """
    blank = f"{UNKNOWN} {photo.width * photo.height}"
    state = {
        "photo": fingerprint(photo),
        "runs": to_runs(painting.labels) if painting else blank,
        "offer": None if offer is None else to_runs(offer),
        "colours": CLASS_PALETTE.tolist(),
    }
    surface = (
        f'<div class="picture" style="--ratio:{photo.width}/{photo.height};'
        f"--photo:url('{data_url(photo_jpeg(photo), 'jpeg')}')\">"
        f'<div class="photo"></div><canvas width="{photo.width}" height="{photo.height}" '
        f'tabindex="0" role="application" aria-label="{_said("surface", language)}" '
        'aria-describedby="pad-keys"></canvas><i class="brush" hidden></i></div>'
    )
    return (
        f'<div class="pad" data-state="{escape(json.dumps(state, separators=(",", ":")))}">'
        f"{_brushes(language)}{surface}{_actions(offer is not None, language)}"
        f'<p class="hint">{_said("quickest", language)}</p><details class="hint"><summary>'
        f'{_said("keyboard", language)}</summary><p id="pad-keys">{_said("keys", language)}</p>'
        "</details></div>"
    )


def _brushes(language: str) -> str:
    """The classes and the eraser, brush or fill, and how thick the brush is."""
    labels = "".join(
        _toggle("label", index, text(f"page.class.{name}", language), COLOURS[name])
        for index, name in enumerate(CLASSES)
    )
    labels += _toggle("label", UNKNOWN, text("insight-truth.eraser", language))
    tools = "".join(
        _toggle("tool", tool, text(f"insight-truth.tool.{tool}", language))
        for tool in ("brush", "fill")
    )
    return (
        f'<div class="tools" role="group" aria-label="{_said("label", language)}">{labels}</div>'
        f'<div class="tools" role="group" aria-label="{_said("tool", language)}">{tools}'
        f'<label>{_said("thickness", language)} <input type="range" min="{THINNEST}" '
        f'max="{THICKEST}" value="{FIRST_BRUSH}" data-thickness></label></div>'
    )


def _toggle(kind: str, value: object, name: str, colour: tuple | None = None) -> str:
    swatch = f'<i style="background:rgb{colour}"></i>' if colour else ""
    return (
        f'<button type="button" aria-pressed="false" data-{kind}="{value}">'
        f"{swatch}{escape(name)}</button>"
    )


def _actions(has_offer: bool, language: str) -> str:
    names = ["undo", "offer", "clear"] if has_offer else ["undo", "clear"]
    buttons = "".join(
        f'<button type="button" data-do="{name}">{_said(f"do.{name}", language)}</button>'
        for name in names
    )
    return f'<div class="tools">{buttons}</div>'


def _said(key: str, language: str) -> str:
    return escape(text(f"insight-truth.{key}", language))
