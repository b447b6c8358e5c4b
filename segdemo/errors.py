"""What is wrong with something a visitor sent, in a sentence for the visitor."""

from typing import Any

from segdemo.locales import LANGUAGES, Translator


class InputError(ValueError):
    """Input that cannot be used.

    `key` names the sentence in `segdemo/locales`, which says what is wrong and what to do;
    `values` fill its placeholders. As a string it is English.
    """

    def __init__(self, key: str, **values: object):
        self.key = key
        self.values: dict[str, Any] = values
        super().__init__(key)

    def __str__(self) -> str:
        return self.sentence(Translator("en"))

    def in_every_language(self) -> str:
        """For where the reader's language is not known: see `segdemo/web/toasts.js`."""
        return " · ".join(self.sentence(Translator(language)) for language in LANGUAGES)

    def sentence(self, t: Translator) -> str:
        return t(self.key, **self.values)
