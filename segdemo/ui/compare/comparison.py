"""What tab *Compare* computes: one photo, every stage's answer, as they come."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape

from PIL import Image

from segdemo.answers import Answer, Question, answer
from segdemo.checkpoints import CheckpointError
from segdemo.errors import InputError
from segdemo.inference import Networks
from segdemo.insight import doubt
from segdemo.kmeans import KMeansSettings
from segdemo.palette import label_image
from segdemo.photos.decoder import open_photo
from segdemo.recent import Recent
from segdemo.stages import STAGES
from segdemo.take_home.archive import numbers
from segdemo.texts import text
from segdemo.ui.compare.cards import Card, photo_style, render, truth_card
from segdemo.ui.examples import TestPhotos, asked
from segdemo.ui.html import alert
from segdemo.ui.localisation import DEFAULT_LANGUAGE

KEPT_CARDS = 1024  # in HTML, of all visitors: 10 to 60 kB each
# Seconds between two steps: every one of them costs the server 4 ms and the browser a redraw.
PACE = 0.1
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Comparison:
    """The tab's callbacks; `tests` is None where the data set is not at hand."""

    networks: Networks
    tests: TestPhotos | None
    _cards: Recent[tuple, str] = field(default_factory=lambda: Recent(KEPT_CARDS), init=False)

    def compare(
        self, photo: str | bytes | None, keys: list[str], settings: KMeansSettings, language: str
    ) -> Iterator[dict[str, str]]:
        """Answer stage by stage; each step is {part of the page: its new HTML}.

        Parts are stage keys, "photo", "truth", "doubt" and "status". What is not in a step stays as
        it is; a photo that cannot be used changes the status alone.
        """
        try:
            question = asked(self.tests, photo)
        except InputError as error:
            yield {"status": alert(error.sentence(language))}
            return
        if not keys:
            yield {"status": alert(text("compare.no-stages", language))}
            return
        names = {key: _name(photo, key, settings, language) for key in keys}
        known = {key: card for key in keys if (card := self._cards.get(names[key]))}
        waiting = [key for key in keys if key not in known]
        yield {
            "photo": self._style(photo, question),
            "truth": truth_card(question.truth, language),
            "doubt": self._doubt(photo, question, language) if doubt.STAGE in known else "",
            "status": _progress(len(known), len(keys), language),
            **{key: "" for key in STAGES if key not in keys},
            **known,
            **{key: self._blank(key, "waiting", language) for key in waiting[1:]},
            **{key: self._blank(key, "running", language) for key in waiting[:1]},
        }
        step, sent = {}, -PACE  # the first answer is shown at once
        for done, key in enumerate(waiting, start=1):
            card = self.answered_card(key, question, settings, language)
            step[key] = render(card, language)
            step["status"] = _progress(len(known) + done, len(keys), language)
            if card.answer:
                self._cards.keep(names[key], step[key])
                if key == doubt.STAGE:
                    step["doubt"] = self._doubt(photo, question, language)
            if done == len(waiting) or time.monotonic() - sent > PACE:
                running = {
                    later: self._blank(later, "running", language) for later in waiting[done:][:1]
                }
                yield step | running
                step, sent = {}, time.monotonic()

    def recluster(
        self, photo: str | bytes | None, settings: KMeansSettings, language: str
    ) -> dict[str, str]:
        """The k-means card alone, after its settings changed."""
        try:
            card = self.answered_card("kmeans", asked(self.tests, photo), settings, language)
            return {"kmeans": render(card, language)}
        except InputError as error:
            return {"status": alert(error.sentence(language))}

    def label_map(
        self, photo: str | bytes | None, key: str, settings: KMeansSettings
    ) -> tuple[Image.Image, dict]:
        """One stage's label map at the photo's own size, and its numbers.

        The image is indexed (mode P): its pixel values are the labels. The numbers are
        `milliseconds` and `shares`, of the pixels by label in 0..1. Raises InputError and
        what `answer` raises.
        """
        return _label_map(key, answer(self.networks, key, at_own_size(photo), settings))

    def label_maps(
        self, photo: str | bytes | None, settings: KMeansSettings
    ) -> Iterator[tuple[list[tuple[Image.Image, str]], dict[str, dict]]]:
        """All stages' label maps and numbers so far, after each stage.

        A stage that cannot answer has no map, and its numbers are why: {"error": sentence}.
        """
        question = at_own_size(photo)
        images, said = [], {}
        for key in STAGES:
            result, problem = self.attempt(key, question, settings, DEFAULT_LANGUAGE)
            if result:
                image, said[key] = _label_map(key, result)
                images.append((image, key))
            else:
                said[key] = {"error": problem}
            yield images, said

    def card(self, key: str, state: str) -> Card:
        """A stage's card without an answer."""
        test = self.networks.cards.get(key, {}).get("test")
        return Card(STAGES[key], state, test["miou"] if test else None)

    def _blank(self, key: str, state: str, language: str) -> str:
        return render(self.card(key, state), language)

    def answered_card(
        self, key: str, question: Question, settings: KMeansSettings, language: str
    ) -> Card:
        """A stage's card with its answer, or with why there is none."""
        result, problem = self.attempt(key, question, settings, language)
        card = self.card(key, "done" if result else "failed")
        return replace(card, answer=result, note=problem)

    def _style(self, photo: str | bytes, question: Question) -> str:
        return self._cards.get((photo,)) or self._cards.keep((photo,), photo_style(question.photo))

    def _doubt(self, photo: str | bytes, question: Question, language: str) -> str:
        """A quiet note where the U-Net is less sure of its pet than of nearly any real one."""
        name = photo, "doubt", language
        known = self._cards.get(name)
        return self._cards.keep(name, self._note(question, language)) if known is None else known

    def _note(self, question: Question, language: str) -> str:
        rule = self.networks.cards.get(doubt.STAGE, {}).get("doubt")
        if rule is None:
            return ""
        logits = self.networks.answer(doubt.STAGE, question.inputs).logits
        if doubt.pet_confidence(logits) >= rule["threshold"]:
            return ""
        rate = f"{100 * rule['false_alarms']:.1f}"
        return f'<p class="doubt">{escape(text("compare.doubt", language, rate=rate))}</p>'

    def attempt(
        self, key: str, question: Question, settings: KMeansSettings, language: str
    ) -> tuple[Answer | None, str]:
        """A stage's answer, or None and why: whatever one stage does, the others still answer."""
        try:
            return answer(self.networks, key, question, settings), ""
        except CheckpointError as error:
            return None, text("compare.failed", language, problem=str(error))
        except Exception:  # a lack of memory among them, which PyTorch calls a RuntimeError
            log.exception("stage %s failed on a photo", key)
            return None, text("compare.crashed", language)


def at_own_size(photo: str | bytes | None) -> Question:
    """The photo, asking for labels of the size it was sent in. Raises InputError."""
    opened = open_photo(photo)
    width, height = opened.original_size
    return Question(opened.image, (height, width))


def _name(photo: str | bytes, key: str, settings: KMeansSettings, language: str) -> tuple:
    """All that a stage's card depends on; Gradio names an uploaded file after its content."""
    return photo, key, None if STAGES[key].network else settings, language


def _progress(done: int, total: int, language: str) -> str:
    key = "compare.all-done" if done == total else "compare.done"
    return text(key, language, done=done, total=total)


def _label_map(key: str, result: Answer) -> tuple[Image.Image, dict]:
    """The indexed image and the numbers of one stage's answer."""
    return label_image(result.labels, result.palette), numbers(key, result)
