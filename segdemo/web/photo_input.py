"""The photo as it was sent, handed over untouched: our own decoder decides what it is."""

import base64
import binascii

import gradio as gr
from gradio.data_classes import ImageData
from gradio.processing_utils import save_bytes_to_cache

from segdemo.web.security.refusal import sentence
from segdemo.web.security.uploads import has_free_disk

PHOTO_PATH = "photo.path || photo.url"  # in the browser
NAME_PHOTO = f"""(photo, before) => {{
    window.photosGone ??= 0;
    if (photo) return `${{window.photosGone}} ${{{PHOTO_PATH}}}`;
    window.photosGone += 1;
    return before;
}}"""


class PhotoInput(gr.Image):
    """gr.Image that gives its file's path without opening it, a `data:` URL's once it is one.

    Gradio's own opens the file first, and what it raises then never reaches our sentences.
    """

    is_template = True  # the browser shows it as a gr.Image

    def example_payload(self) -> dict:
        """For the API page: a file of the reader's own, as nothing is fetched from elsewhere."""
        return {"path": "cat.jpg", "url": "cat.jpg", "meta": {"_type": "gradio.FileData"}}

    def preprocess(self, payload: ImageData | None) -> str | None:
        if payload is None:
            return None
        if payload.url and payload.url.startswith("data:"):
            return self._save(payload.url)
        return payload.path

    def _save(self, url: str) -> str:
        """A file of its own, so that it goes when uploads go: pages keep photos by their path."""
        _, _, encoded = url.partition(",")
        try:
            data = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            data = encoded.encode()  # no photo either, and the decoder will say so
        if not has_free_disk(self.GRADIO_CACHE):
            raise gr.Error(sentence("no-room"), print_exception=False)
        path = save_bytes_to_cache(data, "photo", self.GRADIO_CACHE)
        self.temp_files.add(path)
        return path


def changed_once(photo: PhotoInput) -> gr.components.Component:
    """A component whose `change` tells of each photo once, and of none that only goes.

    To Gradio a photo that replaces another is two changes. Had both their place in the queue, the
    new photo would wait for the other to have been told that there is none. How many have gone is
    part of the value: a photo that comes back is new.
    """
    path = gr.Textbox(visible="hidden", elem_id="photo-path")
    photo.change(None, [photo, path], path, js=NAME_PHOTO, api_visibility="private")
    return path
