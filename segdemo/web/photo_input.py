"""The photo as it was sent, handed over untouched: our own decoder decides what it is."""

import gradio as gr

PHOTO_PATH = "photo.path || photo.url"  # in the browser
NAME_PHOTO = f"""(photo, before) => {{
    window.photosGone ??= 0;
    if (photo) return `${{window.photosGone}} ${{{PHOTO_PATH}}}`;
    window.photosGone += 1;
    return before;
}}"""


class PhotoInput(gr.Image):
    """gr.Image that gives its file's path without opening it.

    A gr.Image opens the file in this process to read its header, by any of Pillow's decoders; for
    what they do not know it raises an error that names a file of the server. Neither can be turned
    off for one component: `preprocess=False` is for all inputs of an event.
    """

    def get_block_name(self) -> str:
        return "image"  # the browser shows it as one

    def example_payload(self) -> dict:
        """For the API page: a file of the reader's own, as nothing is fetched from elsewhere."""
        return {"path": "cat.jpg", "url": "cat.jpg", "meta": {"_type": "gradio.FileData"}}

    def preprocess(self, payload: gr.FileData | None) -> str | None:
        return payload.path if payload else None


def changed_once(photo: PhotoInput) -> gr.Textbox:
    """A component whose `change` tells of each photo once, and of none that only goes.

    To Gradio a photo that replaces another is two changes. Had both their place in the queue, the
    new photo would wait for the other to have been told that there is none. How many have gone is
    part of the value: a photo that comes back is new.
    """
    path = gr.Textbox(visible="hidden", elem_id="photo-path")
    photo.change(None, [photo, path], path, js=NAME_PHOTO, api_visibility="private")
    return path
