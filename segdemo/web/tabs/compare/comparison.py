"""What tab *Compare* computes: one photo, every stage's answer, as they come."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape

from PIL import Image

from segdemo.analysis import pet_confidence
from segdemo.cache import Recent
from segdemo.data.decoder import open_photo
from segdemo.data.palette import label_image
from segdemo.errors import InputError
from segdemo.export.archive import numbers
from segdemo.inference import Predictor
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import SegmentationRequest, SegmentationResult, segment
from segdemo.locales import text
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import STAGES
from segdemo.web.components.html import alert
from segdemo.web.examples import TestSplit, load_request
from segdemo.web.localisation import DEFAULT_LANGUAGE
from segdemo.web.tabs.compare.cards import Card, photo_style, render, truth_card

KEPT_CARDS = 1024  # in HTML, of all visitors: 10 to 60 kB each
# Seconds between two steps: every one of them costs the server 4 ms and the browser a redraw.
PACE = 0.1
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Comparison:
    """The tab's callbacks; `tests` is None where the data set is not at hand."""

    predictor: Predictor
    tests: TestSplit | None
    _cards: Recent[tuple, str] = field(default_factory=lambda: Recent(KEPT_CARDS), init=False)

    def compare(
        self, photo: str | bytes | None, keys: list[str], settings: KMeansSettings, language: str
    ) -> Iterator[dict[str, str]]:
        """SegmentationResult stage by stage; each step is {part of the page: its new HTML}.

        Parts are stage keys, "photo", "truth", "doubt" and "status". What is not in a step stays as
        it is; a photo that cannot be used changes the status alone.
        """
        try:
            question = load_request(self.tests, photo)
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
            "truth": truth_card(question.ground_truth, language),
            "doubt": self._doubt(photo, question, language)
            if pet_confidence.STAGE in known
            else "",
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
                if key == pet_confidence.STAGE:
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
            card = self.answered_card("kmeans", load_request(self.tests, photo), settings, language)
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
        return _label_map(key, segment(self.predictor, key, at_own_size(photo), settings))

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
        test = self.predictor.metadata.get(key, {}).get("test")
        return Card(STAGES[key], state, test["miou"] if test else None)

    def _blank(self, key: str, state: str, language: str) -> str:
        return render(self.card(key, state), language)

    def answered_card(
        self, key: str, question: SegmentationRequest, settings: KMeansSettings, language: str
    ) -> Card:
        """A stage's card with its answer, or with why there is none."""
        result, problem = self.attempt(key, question, settings, language)
        card = self.card(key, "done" if result else "failed")
        return replace(card, answer=result, note=problem)

    def _style(self, photo: str | bytes, question: SegmentationRequest) -> str:
        return self._cards.get((photo,)) or self._cards.keep((photo,), photo_style(question.photo))

    def _doubt(self, photo: str | bytes, question: SegmentationRequest, language: str) -> str:
        """A quiet note where the U-Net is less sure of its pet than of nearly any real one."""
        name = photo, "doubt", language
        known = self._cards.get(name)
        return self._cards.keep(name, self._note(question, language)) if known is None else known

    def _note(self, question: SegmentationRequest, language: str) -> str:
        rule = self.predictor.metadata.get(pet_confidence.STAGE, {}).get("doubt")
        if rule is None:
            return ""
        logits = self.predictor.predict_inputs(pet_confidence.STAGE, question.inputs).logits
        if pet_confidence.pet_confidence(logits) >= rule["threshold"]:
            return ""
        rate = f"{100 * rule['false_alarms']:.1f}"
        return f'<p class="doubt">{escape(text("compare.doubt", language, rate=rate))}</p>'

    def attempt(
        self, key: str, question: SegmentationRequest, settings: KMeansSettings, language: str
    ) -> tuple[SegmentationResult | None, str]:
        """A stage's answer, or None and why: whatever one stage does, the others still answer."""
        try:
            return segment(self.predictor, key, question, settings), ""
        except CheckpointError as error:
            return None, text("compare.failed", language, problem=str(error))
        except Exception:  # a lack of memory among them, which PyTorch calls a RuntimeError
            log.exception("stage %s failed on a photo", key)
            return None, text("compare.crashed", language)


def at_own_size(photo: str | bytes | None) -> SegmentationRequest:
    """The photo, asking for labels of the size it was sent in. Raises InputError."""
    opened = open_photo(photo)
    width, height = opened.original_size
    return SegmentationRequest(opened.image, (height, width))


def _name(photo: str | bytes, key: str, settings: KMeansSettings, language: str) -> tuple:
    """All that a stage's card depends on; Gradio names an uploaded file after its content."""
    return photo, key, None if STAGES[key].network else settings, language


def _progress(done: int, total: int, language: str) -> str:
    key = "compare.all-done" if done == total else "compare.done"
    return text(key, language, done=done, total=total)


def _label_map(key: str, result: SegmentationResult) -> tuple[Image.Image, dict]:
    """The indexed image and the numbers of one stage's answer."""
    return label_image(result.labels, result.palette), numbers(key, result)
