"""Presenter mode's switches in the header; presenter.js brings them to life."""

from segdemo.locales import Translator
from segdemo.web.templates import render

KEYS = ("next", "back", "reveal", "cover", "leave")
WORDS = ("entered", "left", "stage", "all", "revealed", "covered", "uncovered")
OPEN = {name: f"{{{name}}}" for name in ("number", "count", "title", "answer")}  # for the script


def switches(t: Translator) -> str:
    """Two switches, the keys, and what is read out after each."""
    words = {key: t(f"lesson.said.{key}", **OPEN) for key in WORDS}
    return render("tabs/lesson/presenter.html", t, keys=KEYS, words=words)
