"""Every sentence the page shows, as data: `<language>/<topic>.json`, same keys in each language."""

import json
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


def text(key: str, language: str, **values: object) -> str:
    """The text `topic.name` in a language of LANGUAGES, its {placeholders} filled from `values`.

    Raises KeyError for a key or a placeholder without a value.
    """
    return raw_text(key, language).format(**values)


class Translator(str):
    """The page's texts in one language: `t("compare.done", done=3, total=8)`.

    It is the language's code too, for functions that still pass that on.
    """

    def __new__(cls, language: str = DEFAULT_LANGUAGE) -> "Translator":
        return super().__new__(cls, language)

    @property
    def language(self) -> str:
        return str(self)

    def __call__(self, key: str, **values: object) -> str:
        """The text named `key`; raises KeyError as `text` does."""
        return text(key, self.language, **values)
