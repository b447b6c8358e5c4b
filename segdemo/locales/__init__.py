"""Every sentence the page shows, as data: `<language>/<topic>.json`, same keys in each language."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = {"en": "English", "vi": "Tiếng Việt"}
DEFAULT_LANGUAGE = "en"


@cache
def _topic(language: str, topic: str) -> dict[str, str]:
    file = files("segdemo.locales") / language / f"{topic}.json"
    return json.loads(file.read_text(encoding="utf-8"))


def raw_text(key: str, language: str) -> str:
    """The text with its {placeholders} as they stand. Raises KeyError for an unknown key."""
    topic, name = key.split(".", 1)
    return _topic(language, topic)[name]


@cache
def marked_claims() -> tuple[str, ...]:
    """The keys of the texts that say something about a network or a method, by topic.

    Each is measured by `python -m train claims`.
    """
    return tuple(json.loads((files("segdemo.locales") / "claims.json").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Translator:
    """The page's texts in one of LANGUAGES: `t("compare.done", done=3, total=8)`."""

    language: str = DEFAULT_LANGUAGE

    def __call__(self, key: str, **values: object) -> str:
        """The text `topic.name`, its {placeholders} filled from `values`.

        Raises KeyError for an unknown key or a placeholder without a value.
        """
        return raw_text(key, self.language).format(**values)
