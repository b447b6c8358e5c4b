"""What several tests do with properties, refusals and visitors."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import settings

from segdemo.errors import InputError
from segdemo.locales import LANGUAGES, Translator

# A machine that trains beside the tests takes its time; that is no failure.
unhurried = settings(deadline=None)
VISITOR, ANOTHER = (SimpleNamespace(session_hash=name) for name in ("visitor", "another"))


def refusal(function: Callable, *arguments: object) -> InputError:
    """The InputError that a call meets, every language having its sentence."""
    with pytest.raises(InputError) as caught:
        function(*arguments)
    check_sentences(caught.value)
    return caught.value


def check_sentences(error: InputError) -> None:
    """Fail unless every language has the error's sentence, with its placeholders filled."""
    for language in LANGUAGES:
        assert error.sentence(Translator(language))
