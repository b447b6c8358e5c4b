"""A file made for one visitor, to be saved by the browser."""

from dataclasses import dataclass

import gradio as gr
from gradio.data_classes import FileData
from gradio.processing_utils import save_bytes_to_cache

from segdemo.web.security.refusal import sentence
from segdemo.web.security.uploads import has_free_disk

# Once the file is there, the browser takes it, as if its link had been pressed.
SAVE = """file => {
    const link = document.createElement("a");
    link.href = file.url;
    link.download = file.orig_name;
    link.click();
}"""


@dataclass(frozen=True)
class NewFile:
    """What is to be saved, and under which name."""

    name: str
    data: bytes


class Download(gr.File):
    """gr.File whose value is a NewFile; it lies where uploads lie, and goes when they go."""

    is_template = True  # the browser shows it as a gr.File

    def postprocess(self, value: NewFile | None) -> FileData | None:
        if value is None:
            return None
        if not has_free_disk(self.GRADIO_CACHE):
            raise gr.Error(sentence("no-room"), print_exception=False)
        path = save_bytes_to_cache(value.data, value.name, self.GRADIO_CACHE)
        self.temp_files.add(path)
        return FileData(path=path, orig_name=value.name, size=len(value.data))
