"""Words of the field in sentences, explained where they first stand."""

import pytest
from support.markup import elements, words

from segdemo.locales import LANGUAGES, Translator
from segdemo.web.components.glossary import WORDS
from segdemo.web.components.terms import explained

T = Translator("en")


def marked(html):
    said = {term["aria-description"] for term in elements(html, "dfn")}
    return [T(f"glossary.{word}") for word in WORDS if T(f"glossary.{word}.meaning") in said]


def test_each_word_is_marked_once_and_mIoU_is_not_IoU():
    html = explained("mIoU is the mean of IoU: mIoU of *two* **skip connections** < 1.", T)
    assert len(elements(html, "dfn")) == 3
    assert marked(html) == ["IoU", "mIoU", "skip connection"]
    assert words(html).endswith("< 1.")
    assert len(elements(html, "strong")) == len(elements(html, "em")) == 1


def test_a_heading_stays_as_it_is():
    html = explained("## A mask\nThe mask", T)
    assert len(elements(html, "h2")) == len(elements(html, "dfn")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_known_by_either_of_its_spellings(language):
    t = Translator(language)
    for word in WORDS:
        for spelling in t(f"glossary.{word}").rstrip(")").split(" ("):
            html = explained(f"… {spelling.upper()} …", t)
            [term] = elements(html, "dfn")
            assert term["aria-description"] == t(f"glossary.{word}.meaning"), spelling
