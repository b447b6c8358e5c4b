"""A photo's pictures in other domains, and what they are called."""

from segdemo.analysis.conversion import Picture, convert, refuse_small
from segdemo.inference import Predictor
from segdemo.locales import Translator
from segdemo.web.photo_view import Upload, load_preview


def convert_upload(
    predictor: Predictor, photo: Upload, task: str, strength: object = None
) -> list[Picture]:
    """`convert` for an upload (path or bytes). Raises InputError also for one that is too small."""
    opened = load_preview(photo)
    refuse_small(opened.original_size)
    return convert(predictor, opened.image, task, strength)


def picture_title(task: str, name: str, t: Translator) -> str:
    """A picture of a task's row: what goes in, a filter's, a network's, the original."""
    is_stage = name in ("encoder-decoder", "unet")
    return t(f"stages.{name}.title") if is_stage else t(f"domains.{task}.{name}")
