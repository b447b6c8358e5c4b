"""What tab *Compare* computes: one photo, every stage's prediction, as they come."""

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_

from PIL import Image

from segdemo.analysis import pet_confidence
from segdemo.cache import CARDS, LRUCache
from segdemo.data.decoder import open_photo
from segdemo.data.ground_truth import GroundTruth
from segdemo.data.painting import Painting
from segdemo.data.palette import ground_truth_image, label_image
from segdemo.errors import InputError
from segdemo.export.archive import numbers
from segdemo.inference import Predictor, averaging
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import SegmentationRequest, SegmentationResult, segment
from segdemo.locales import Translator
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import ALL_STAGES, STAGES
from segdemo.web.callbacks import alert_html
from segdemo.web.components.stage_card import StageCard, receptive_field
from segdemo.web.examples import TestSplit, load_request
from segdemo.web.photo_view import Upload
from segdemo.web.templates import render

Parts = dict[str, str]  # HTML by part: stage keys, "photo", "truth", "doubt", "status"
# Seconds between two steps: every one of them costs the server 4 ms and the browser a redraw.
PACE = 0.1
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """What a visitor asks about."""

    photo: Upload
    painting: Painting | None = None
    settings: KMeansSettings = KMeansSettings()
    averaged: bool = False  # the U-Net's prediction: see `inference.averaging`


@dataclass(frozen=True)
class Comparison:
    """The tab's callbacks; `test_split` is None where the data set is not at hand."""

    predictor: Predictor
    test_split: TestSplit | None
    _kept: LRUCache[tuple, Parts] = field(default_factory=lambda: LRUCache(CARDS), init=False)

    def compare(self, choice: Choice, keys: Collection[str], t: Translator) -> Iterator[Parts]:
        """Segment stage by stage; what is not in a step stays as it is.

        Where nothing can be segmented, nothing stays, and the status says why.
        """
        keys = [key for key in ALL_STAGES if key in keys]
        try:
            request = self._request(choice)
            if not keys:
                raise InputError("compare.no-stages")
        except InputError as error:
            nothing = dict.fromkeys(("photo", "truth", "doubt", *ALL_STAGES), "")
            yield nothing | {"status": alert_html(error, t)}
            return
        names = {key: _name(choice, request, key, t) for key in keys}
        known = {key: parts for key in keys if (parts := self._kept.get(names[key]))}
        waiting = [key for key in keys if key not in known]
        first = {
            **dict.fromkeys(("doubt", *ALL_STAGES), ""),
            "photo": self._style(choice.photo, request),
            "truth": _ground_truth_card(request.ground_truth, t),
            "status": _progress(len(known), keys, t),
            **self._unanswered(waiting, t),
        }
        yield reduce(or_, known.values(), first)
        step, sent = {}, -PACE  # the first answer is shown at once
        for done, key in enumerate(waiting, start=1):
            card = self.answered_card(key, request, choice.settings, t)
            parts = {key: self.render(card, t)}
            if card.result:
                if key == pet_confidence.STAGE:
                    parts["doubt"] = self._doubt(request, t)
                self._kept.put(names[key], parts)
            step |= parts | {"status": _progress(len(known) + done, keys, t)}
            if done == len(waiting) or time.monotonic() - sent > PACE:
                yield step | self._unanswered(waiting[done : done + 1], t)
                step, sent = {}, time.monotonic()

    def update_card(self, key: str, choice: Choice, t: Translator) -> Parts:
        """The card of one stage alone, after its settings changed. Raises InputError."""
        card = self.answered_card(key, self._request(choice), choice.settings, t)
        return {key: self.render(card, t)}

    def _request(self, choice: Choice) -> SegmentationRequest:
        """Raises InputError."""
        request = load_request(self.test_split, choice.photo, choice.painting)
        return replace(request, averaged=choice.averaged)

    def _unanswered(self, keys: Sequence[str], t: Translator) -> Parts:
        """Cards without a prediction: the first stage is at work, the others wait."""
        states = ["running", *["waiting"] * len(keys)]
        return {key: self.render(self.card(key, state), t) for key, state in zip(keys, states)}

    def label_map(
        self, photo: Upload, key: str, settings: KMeansSettings
    ) -> tuple[Image.Image, dict]:
        """One stage's label map at the photo's own size, and its numbers.

        The image is indexed (mode P): its pixel values are the labels. The numbers are
        `milliseconds` and `shares`, of the pixels by label in 0..1. Raises InputError and
        what `segment` raises.
        """
        return _label_map(key, segment(self.predictor, key, at_own_size(photo), settings))

    def label_maps(
        self, photo: Upload, settings: KMeansSettings
    ) -> Iterator[tuple[list[tuple[Image.Image, str]], dict[str, dict]]]:
        """All stages' label maps and numbers so far, after each stage.

        A stage that cannot answer has no map, and its numbers are why: {"error": sentence}.
        """
        request = at_own_size(photo)
        images, records = [], {}
        for key in STAGES:
            result, problem = self.attempt(key, request, settings, Translator())
            if result:
                image, records[key] = _label_map(key, result)
                images.append((image, key))
            else:
                records[key] = {"error": problem}
            yield images, records

    def card(self, key: str, state: str) -> StageCard:
        """A stage's card without a prediction."""
        test = self.predictor.metadata.get(key, {}).get("test")
        return StageCard(ALL_STAGES[key], state, test["miou"] if test else None)

    def answered_card(
        self, key: str, request: SegmentationRequest, settings: KMeansSettings, t: Translator
    ) -> StageCard:
        """A stage's card with its prediction, or with why there is none."""
        result, problem = self.attempt(key, request, settings, t)
        card = self.card(key, "done" if result else "failed")
        averaged = request.averaged and key == averaging.STAGE
        return replace(
            card,
            result=result,
            note=problem,
            averaged=averaged,
            ground_truth=request.ground_truth,
        )

    def render(self, card: StageCard, t: Translator) -> str:
        """The card in HTML."""
        result, values = card.result, {"labels": None, "description": "", "fractions": []}
        if result:
            colours = [f"rgb{tuple(colour)}" for colour in result.palette.tolist()]
            values = {
                "labels": label_image(result.labels, result.palette),
                "description": card.description(t),
                "fractions": list(zip(result.fractions, colours)),
            }
        return render(
            "tabs/compare/stage_card.html",
            t,
            card=card,
            receptive_field=receptive_field(card.stats, t),
            **values,
        )

    def _style(self, photo: Upload, request: SegmentationRequest) -> str:
        known = self._kept.get((photo,))
        if known is None:
            style = render("tabs/compare/photo_style.html", Translator(), photo=request.photo)
            known = self._kept.put((photo,), {"photo": style})
        return known["photo"]

    def _doubt(self, request: SegmentationRequest, t: Translator) -> str:
        """A quiet note where the U-Net is less sure of its pet than of nearly any real one."""
        note = pet_confidence.PetNote.of(self.predictor.metadata.get(pet_confidence.STAGE, {}))
        if note is None:
            return ""
        logits = self.predictor.predict_inputs(pet_confidence.STAGE, request.inputs).logits
        if pet_confidence.pet_confidence(logits) >= note.threshold:
            return ""
        return render("tabs/compare/doubt.html", t, figures=note.figures())

    def attempt(
        self, key: str, request: SegmentationRequest, settings: KMeansSettings, t: Translator
    ) -> tuple[SegmentationResult | None, str]:
        """A stage's result, or None and why: whatever one stage does, the others still answer."""
        try:
            return segment(self.predictor, key, request, settings), ""
        except CheckpointError as error:
            return None, t("compare.failed", problem=str(error))
        # PyTorch, OpenVINO and ONNX Runtime have no class in common, not even for a lack of memory.
        except Exception:
            log.exception("stage %s failed on a photo", key)
            return None, t("compare.crashed")


def at_own_size(photo: Upload) -> SegmentationRequest:
    """The photo, asking for labels of the size it was sent in. Raises InputError."""
    opened = open_photo(photo)
    width, height = opened.original_size
    return SegmentationRequest(opened.image, (height, width))


def _name(choice: Choice, request: SegmentationRequest, key: str, t: Translator) -> tuple:
    """All that a stage's card depends on; Gradio names an uploaded file after its content."""
    known = request.ground_truth
    painted = known.digest if known and known.is_visitors else ""
    if ALL_STAGES[key].network:
        return choice.photo, painted, key, request.averaged and key == averaging.STAGE, t
    return choice.photo, painted, key, choice.settings, t


def _progress(done: int, keys: list[str], t: Translator) -> str:
    if done < len(keys):
        return t("compare.done", done=done, total=len(keys))
    if len(keys) == 1:
        return t("compare.one-done", stage=t(f"stages.{keys[0]}.title"))
    return t("compare.all-done", total=len(keys))


def _ground_truth_card(known: GroundTruth | None, t: Translator) -> str:
    """The ground truth after the stages, and who says so; nothing where it is not known."""
    return render(
        "tabs/compare/ground_truth_card.html",
        t,
        labels=ground_truth_image(known.labels) if known else None,
        note=t(f"ground-truth.source.{known.source}") if known else "",
    )


def _label_map(key: str, result: SegmentationResult) -> tuple[Image.Image, dict]:
    """The indexed image and the numbers of one stage's result."""
    return label_image(result.labels, result.palette), numbers(key, result)
