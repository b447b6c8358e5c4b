"""The page's texts: the same in every language, and all of them used."""

import json
import re
from string import Formatter

import pytest
from conftest import ROOT

from segdemo.locales import LANGUAGES, Translator
from segdemo.models.registry import STAGES

FOLDER = ROOT / "segdemo" / "locales"
TOPICS = sorted(path.stem for path in (FOLDER / "en").glob("*.json"))


def read(language: str, topic: str) -> dict[str, str]:
    return json.loads((FOLDER / language / f"{topic}.json").read_text(encoding="utf-8"))


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_every_language_says_the_same_things(language, topic):
    english, translated = read("en", topic), read(language, topic)
    assert list(translated) == list(english)
    for key, sentence in english.items():
        assert placeholders(translated[key]) == placeholders(sentence), key
        assert translated[key].strip(), key


def test_no_topic_is_in_one_language_only():
    for language in LANGUAGES:
        assert sorted(path.stem for path in (FOLDER / language).glob("*.json")) == TOPICS


def test_vietnamese_is_vietnamese():
    """Sentences (not names of methods) carry Vietnamese letters."""
    letters = re.compile(
        "[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.I
    )
    for topic in TOPICS:
        for key, sentence in read("vi", topic).items():
            if len(sentence.split()) > 5:
                assert letters.search(sentence), (topic, key)


def test_every_stage_has_its_texts():
    for language in LANGUAGES:
        for key in STAGES:
            for part in ("title", "fixes", "wrong"):
                assert Translator(language)(f"stages.{key}.{part}")


# What the page said before it took the words of the field.
FORMER_WORDS = {
    "en": r"(?<![Gg]round )\btruth\b|hold-?out|surely wrong|pixels right|no telling|\blearnt\b",
    "vi": r"đáp án|tầm nhìn|trường tiếp nhận|điểm ảnh đúng|con vật|vectơ|[Pp]hân lớp|tầng reshape",
}
# "52 %", "5x5", "2 × 2", "2,048": the page writes 52%, 5×5, 2×2 and a thin space.
FORMER_NUMBERS = r"[\d}] %|\dx\d|[\d}] × [\d{]|\d,\d{3}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_word_for_one_thing_and_that_the_field_s(language):
    folder = ROOT / "segdemo" / "locales" / language
    for topic in folder.glob("*.json"):
        for key, sentence in json.loads(topic.read_text(encoding="utf-8")).items():
            plain = re.sub(r"\{\w+\}", "{}", sentence)
            found = re.search(f"{FORMER_WORDS[language]}|{FORMER_NUMBERS}", plain)
            assert found is None, (topic.stem, key, found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_sentence_quotes_is_written_so_on_the_page(language):
    """A “button” that a sentence names has these very words on it."""
    topics = {topic: read(language, topic) for topic in TOPICS}
    written = {text for texts in topics.values() for text in texts.values()}
    for topic, texts in topics.items():
        for key, sentence in texts.items():
            for quoted in re.findall("“([^”{]+)”", sentence):
                assert quoted in written, (topic, key)
