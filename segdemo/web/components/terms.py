"""Sentences whose words of the field are explained where they first stand."""

import re
from functools import cache

from markupsafe import Markup, escape

from segdemo.locales import Translator
from segdemo.web.components.glossary import WORDS
from segdemo.web.templates import render


def explained(text: str, t: Translator) -> Markup:
    """Text with **strong** and *emphasised* words as HTML, each word of the glossary marked once.

    A heading, "## ..." in a line of its own, stays free of marks. See the macro `term`.
    """
    known: set[str] = set()
    return Markup("").join(_block(line, known, t) for line in text.splitlines() if line.strip())


def _block(line: str, known: set[str], t: Translator) -> Markup:
    heading = re.match(r"(#+) ", line)
    if heading:
        level = len(heading[1])
        return Markup(f"<h{level}>") + line[heading.end() :] + Markup(f"</h{level}>")
    return Markup("<p>") + _marked(line, known, t) + Markup("</p>")


@cache
def _words(t: Translator) -> tuple[dict[str, str], re.Pattern]:
    """The glossary's word by each of its spellings in small letters, and what finds them."""
    spellings = {spelling.lower(): word for word in WORDS for spelling in _spellings(word, t)}
    longest_first = sorted(spellings, key=len, reverse=True)
    # A plural's s is part of the word.
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(s?)(?!\w)", re.I)
    return spellings, pattern


def _marked(line: str, known: set[str], t: Translator) -> Markup:
    spellings, pattern = _words(t)

    def mark(match: re.Match) -> str:
        word = spellings[match[1].lower()]
        if word in known:
            return match[0]
        known.add(word)
        # The text was escaped before it got here.
        return str(render("components/term.html", t, word=word, text=Markup(match[0])))

    html = pattern.sub(mark, str(escape(line)))
    html = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html)
    return Markup(re.sub(r"\*(.+?)\*", r"<em>\1</em>", html))


def _spellings(word: str, t: Translator) -> list[str]:
    """A word may have another in parentheses: either stands for it, and so do both."""
    name = t(f"glossary.{word}")
    return [name, *(part.strip() for part in re.split(r"[()]", name) if part.strip())]
