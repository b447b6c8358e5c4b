"""What the pictures of other domains are called."""

from segdemo.locales import Translator


def picture_title(task: str, name: str, t: Translator) -> str:
    """A picture of a task's row: what goes in, a filter's, a network's, the original."""
    is_stage = name in ("encoder-decoder", "unet")
    return t(f"stages.{name}.title") if is_stage else t(f"domains.{task}.{name}")
