"""What tab *Compare* computes: one photo, every stage's answer, as they come."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PIL import Image

from segdemo.answers import Answer, Question, answer
from segdemo.checkpoints import CheckpointError
from segdemo.errors import InputError
from segdemo.inference import Networks
from segdemo.kmeans import KMeansSettings
from segdemo.palette import label_image
from segdemo.photos.decoder import open_photo
from segdemo.stages import STAGES
from segdemo.texts import text
from segdemo.ui.compare.cards import Card, photo_style, render, truth_card
from segdemo.ui.examples import TestPhotos
from segdemo.ui.html import alert
from segdemo.ui.photo_view import view


@dataclass(frozen=True)
class Comparison:
    """The tab's callbacks; `tests` is None where the data set is not at hand."""

    networks: Networks
    tests: TestPhotos | None

    def compare(
        self, photo: str | bytes | None, keys: list[str], settings: KMeansSettings, language: str
    ) -> Iterator[dict[str, str]]:
        """Answer stage by stage; each step is {part of the page: its new HTML}.

        Parts are stage keys, "photo", "truth" and "status". What is not in a step stays as
        it is; a photo that cannot be used changes the status alone.
        """
        try:
            question = self._ask(photo)
        except InputError as error:
            yield {"status": alert(error.sentence(language))}
            return
        if not keys:
            yield {"status": alert(text("compare.no-stages", language))}
            return
        yield {
            "photo": photo_style(question.photo),
            "truth": truth_card(question.truth, language),
            "status": _progress(0, len(keys), language),
            **{key: "" for key in STAGES if key not in keys},
            **{key: self._blank(key, "waiting", language) for key in keys[1:]},
            keys[0]: self._blank(keys[0], "running", language),
        }
        for done, key in enumerate(keys, start=1):
            step = {
                key: self._answered(key, question, settings, language),
                "status": _progress(done, len(keys), language),
            }
            if done < len(keys):
                step[keys[done]] = self._blank(keys[done], "running", language)
            yield step

    def recluster(
        self, photo: str | bytes | None, settings: KMeansSettings, language: str
    ) -> dict[str, str]:
        """The k-means card alone, after its settings changed."""
        try:
            return {"kmeans": self._answered("kmeans", self._ask(photo), settings, language)}
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
        return self._map(_at_own_size(photo), key, settings)

    def label_maps(
        self, photo: str | bytes | None, settings: KMeansSettings
    ) -> Iterator[tuple[list[tuple[Image.Image, str]], dict[str, dict]]]:
        """All stages' label maps and numbers so far, after each stage that can answer."""
        question = _at_own_size(photo)
        images, numbers = [], {}
        for key in STAGES:
            if key in self.networks.problems:
                numbers[key] = {"error": str(self.networks.problems[key])}
                continue
            image, numbers[key] = self._map(question, key, settings)
            images.append((image, key))
            yield images, numbers

    def _map(
        self, question: Question, key: str, settings: KMeansSettings
    ) -> tuple[Image.Image, dict]:
        result = answer(self.networks, key, question, settings)
        return label_image(result.labels, result.palette), _numbers(key, result)

    def _ask(self, photo: str | bytes | None) -> Question:
        image = view(photo)
        truth = self.tests.truth(photo) if self.tests else None
        return Question(image, (image.height, image.width), truth)

    def card(self, key: str, state: str) -> Card:
        """A stage's card without an answer."""
        test = self.networks.cards.get(key, {}).get("test")
        return Card(STAGES[key], state, test["miou"] if test else None)

    def _blank(self, key: str, state: str, language: str) -> str:
        return render(self.card(key, state), language)

    def _answered(
        self, key: str, question: Question, settings: KMeansSettings, language: str
    ) -> str:
        """A stage's card with its answer, or with why there is none."""
        card = self.card(key, "done")
        try:
            card = replace(card, answer=answer(self.networks, key, question, settings))
        except CheckpointError as error:
            note = text("compare.failed", language, problem=str(error))
            card = replace(card, state="failed", note=note)
        except (RuntimeError, MemoryError):  # torch reports a lack of memory as RuntimeError
            card = replace(card, state="failed", note=text("compare.crashed", language))
        return render(card, language)


def _at_own_size(photo: str | bytes | None) -> Question:
    """The photo, asking for labels of the size it was sent in. Raises InputError."""
    opened = open_photo(photo)
    width, height = opened.original_size
    return Question(opened.image, (height, width))


def _progress(done: int, total: int, language: str) -> str:
    key = "compare.all-done" if done == total else "compare.done"
    return text(key, language, done=done, total=total)


def _numbers(key: str, result: Answer) -> dict:
    labels = STAGES[key].label_names(len(result.palette))
    return {
        "milliseconds": round(result.milliseconds, 1),
        "shares": {name: round(share, 6) for name, share in zip(labels, result.shares)},
    }
