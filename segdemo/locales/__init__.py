"""Every sentence the page shows, as data: `<language>/<topic>.json`, same keys in each language."""

import json
from functools import cache
from importlib.resources import files

LANGUAGES = {"en": "English", "vi": "Tiếng Việt"}


@cache
def _topic(language: str, topic: str) -> dict[str, str]:
    file = files(__package__) / language / f"{topic}.json"
    return json.loads(file.read_text(encoding="utf-8"))


def text(key: str, language: str, **values: object) -> str:
    """The text `topic.name` in a language of LANGUAGES, its {placeholders} filled from `values`.

    Raises KeyError for a key or a placeholder without a value.
    """
    topic, name = key.split(".", 1)
    return _topic(language, topic)[name].format(**values)
