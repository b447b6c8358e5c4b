"""What the server says before a stage or a playground is ever asked."""

from segdemo.locales import LANGUAGES, Translator


class RequestError(Exception):
    """A request that is not answered: an HTTP status and a sentence of `locales/*/server.json`."""

    def __init__(self, status: int, key: str, **values: object):
        self.status = status
        super().__init__(bilingual(key, **values))


def bilingual(key: str, **values: object) -> str:
    """A text of topic `server` in every language: which one the visitor reads is not known here."""
    return " · ".join(Translator(code)(f"server.{key}", **values) for code in LANGUAGES)


def too_large(limit: int) -> RequestError:
    """For a body of more than `limit` bytes."""
    return RequestError(413, "too-large", limit=limit // 10**6)
