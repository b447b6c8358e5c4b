"""What the server says before a stage or a playground is ever asked."""

from segdemo.locales import LANGUAGES, text


class Refusal(Exception):
    """An HTTP request that is not answered: a status code and a sentence of `texts/server`."""

    def __init__(self, status: int, key: str, **values: object):
        self.status = status
        super().__init__(sentence(key, **values))


def sentence(key: str, **values: object) -> str:
    """A text of topic `server` in every language: which one the visitor reads is not known here."""
    return " · ".join(text(f"server.{key}", language, **values) for language in LANGUAGES)
