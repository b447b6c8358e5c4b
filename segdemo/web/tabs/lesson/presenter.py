"""Presenter mode's switch in the header; presenter.js brings it to life."""

from segdemo.locales import Translator
from segdemo.web.templates import render

KEYS = ("next", "back", "reveal", "cover", "leave")
WORDS = ("entered", "left")


def switches(t: Translator) -> str:
    """The switch, the keys, and what is read out after it."""
    words = {key: t(f"lesson.said.{key}") for key in WORDS}
    return render("tabs/lesson/presenter.html", t, keys=KEYS, words=words)
