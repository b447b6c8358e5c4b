"""The photo as it was sent, handed over untouched: our own decoder decides what it is."""

import base64
import binascii

import gradio as gr
from gradio.data_classes import ImageData


class PhotoInput(gr.Image):
    """gr.Image that gives its file's path (or the bytes of a `data:` URL) without opening it.

    Gradio's own opens the file first, and what it raises then never reaches our sentences.
    """

    is_template = True  # the browser shows it as a gr.Image

    def preprocess(self, payload: ImageData | None) -> str | bytes | None:
        if payload is None:
            return None
        if payload.url and payload.url.startswith("data:"):
            _, _, encoded = payload.url.partition(",")
            try:
                return base64.b64decode(encoded, validate=True)
            except binascii.Error:
                return encoded.encode()  # no photo either, and the decoder will say so
        return payload.path
