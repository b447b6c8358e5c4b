"""Views: Jinja2 templates beside the code that fills them, autoescape on.

A template is named by its path below `segdemo/web`. It reads every text by `t("topic.key")`, and
pictures become addresses that need no request by the filters `jpeg_url` and `png_url`.
"""

import base64
import os
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

from segdemo.data.palette import CSS_COLOURS, photo_jpeg, png
from segdemo.locales import Translator
from segdemo.models.registry import POSITIONS
from segdemo.web import formatting


def render(template: str, t: Translator, **data: object) -> Markup:
    """The template in the language of `t`; `data` are its variables, escaped unless Markup."""
    return Markup(_environment().get_template(template).render(t=t, **data))


def asset(name: str) -> str:
    """The text of a file below `segdemo/web`: a script or a style sheet."""
    return files("segdemo.web").joinpath(name).read_text(encoding="utf-8")


def jpeg_url(photo: Image.Image) -> str:
    """An RGB photo as a `data:` address."""
    return _data_url("jpeg", photo_jpeg(photo))


def png_url(image: Image.Image) -> str:
    """A label image or any other whose pixels must stay exact, as a `data:` address."""
    return _data_url("png", png(image))


def _data_url(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


@cache
def _environment() -> Environment:
    compiled = Path(__file__).with_name("__pycache__")  # as Python keeps its own
    environment = Environment(
        loader=PackageLoader("segdemo.web", ""),
        bytecode_cache=FileSystemBytecodeCache(str(compiled))
        if os.access(compiled, os.W_OK)
        else None,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "class_colours": CSS_COLOURS,  # by class, in the order of their labels
        "positions": POSITIONS,  # of stages in the lecture
    }
    environment.filters |= {one.__name__: one for one in (jpeg_url, png_url, *formatting.FILTERS)}
    return environment
