"""Another photo, which the trained networks have not seen, beside the shipped U-Net."""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from segdemo.analysis.cluster_labels import PSEUDO_LABEL_STAGE
from segdemo.data.classes import BACKGROUND, BORDER, PET
from segdemo.data.painting import fingerprint
from segdemo.data.palette import label_image
from segdemo.data.preprocessing import to_input, to_labels
from segdemo.lecture.teaching.networks import SIDE
from segdemo.locales import Translator
from segdemo.metrics import confusion_matrix, intersection_over_union
from segdemo.models.registry import POSITIONS
from segdemo.web.components.pictures import fractions_in_words
from segdemo.web.examples import find_annotation
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.tabs.teach.session import Scores, TrainingSession, TrainingSessions
from segdemo.web.tabs.teach.sources import Sources, name_of, next_unseen, path_of
from segdemo.web.templates import render

THE_PAGE_S = "page"  # in place of a sample photo's name: the photo that the other tabs show


@dataclass(frozen=True)
class Answer:
    """One network's mask of the photo; `miou` is None where the ground truth is not known."""

    number: int
    title: str
    labels: Image.Image
    miou: float | None
    words: str
    shipped: bool = False
    before: float | None = None  # of the same network when it had learnt fewer photos


@dataclass(frozen=True)
class Asking:
    """What the buttons below the board do. `name` is a training session's.

    All raise InputError and CheckpointError.
    """

    sources: Sources
    sessions: TrainingSessions

    def another(self, name: str | None, last: str, photo: Upload, t: Translator) -> tuple:
        """(the photo asked about, what everybody says to it).

        That is the page's own where the race was about another, then the next one not learnt.
        """
        session = self.sessions.get(name)
        session.paused = True
        if last != THE_PAGE_S and fingerprint(load_thumbnail(photo)) != session.photo:
            key = name_of(photo) or ""
            return THE_PAGE_S, show(self.sources, session, photo, key, t)
        key = next_unseen(session.learnt, last)
        return key, show(self.sources, session, path_of(key), key, t)

    def ask_upload(self, name: str | None, path: str, t: Translator) -> str:
        """What the trained networks and the shipped U-Net say to a file of the visitor's."""
        return show(self.sources, self.sessions.get(name), path, "", t)

    def look(self, name: str | None, t: Translator) -> str:
        """What they say now to the photo that was last asked about; nothing before the first."""
        session = self.sessions.find(name)
        if session is None or session.asked is None:
            return ""
        return show(self.sources, session, *session.asked, t)


def show(sources: Sources, session: TrainingSession, path: Upload, key: str, t: Translator) -> str:
    """Everybody's masks of the photo at `path`, a sample photo if `key` names it.

    Raises InputError, CheckpointError.
    """
    image = load_thumbnail(path)
    session.asked = path, key
    known = find_annotation(sources.test_split, path)
    truth = known and known.labels
    found = _answers(sources, session, image, truth, t)
    photos = len(session.race.examples)
    scores = {name: one.miou for name, one in found.items() if one.miou is not None}
    if key and scores and session.race.rounds:
        found = _with_former_scores(found, session.scores, key, photos)
        session.scores[key, photos] = scores
    thin = [one for one in found.values() if not one.shipped and one.miou is not None]
    best = max(thin, key=lambda one: one.miou or 0, default=None)
    return render(
        "tabs/teach/other_photo.html",
        t,
        photo=image,
        answers=list(found.values()),
        best=best,
        shipped=found["shipped"],
        own=own_score(session),
        photos=photos,
        learnt=key in session.learnt,
        rounds=session.race.rounds,
    )


def iou_of_pet_and_background(labels: np.ndarray, truth: np.ndarray) -> float:
    """Their mean IoU; true border is not counted, as not everybody who teaches paints it.

    labels, truth: (H, W) uint8.
    """
    known = truth != BORDER
    confusion = confusion_matrix(labels[known], truth[known])
    return float(np.nanmean(intersection_over_union(confusion)[[PET, BACKGROUND]]))


def own_score(session: TrainingSession) -> float | None:
    """The best network's mean IoU on the strokes of its own photo that were held back."""
    known = [one.held_back_iou for one in session.standings() if one.held_back_iou is not None]
    return max(known, default=None)


def _answers(
    sources: Sources,
    session: TrainingSession,
    image: Image.Image,
    truth: np.ndarray | None,
    t: Translator,
) -> dict[str, Answer]:
    inputs = to_input(image, SIDE)
    with session.lock:
        logits = {one.key: one.logits(inputs) for one in session.race.learners}
    shipped = sources.predictor.predict(PSEUDO_LABEL_STAGE, image).logits[None]
    size = image.height, image.width

    def answer(key: str, values, title: str, shipped: bool = False) -> Answer:
        labels = to_labels(values, *size)[0].numpy()
        miou = None
        if truth is not None:
            whole = to_labels(values, *truth.shape)[0].numpy()
            miou = iou_of_pet_and_background(whole, truth)
        words = fractions_in_words(labels, t)
        return Answer(POSITIONS[key], title, label_image(labels), miou, words, shipped)

    found = {key: answer(key, values, t(f"stages.{key}.title")) for key, values in logits.items()}
    return found | {"shipped": answer(PSEUDO_LABEL_STAGE, shipped, t("teach.shipped"), True)}


def _with_former_scores(
    found: dict[str, Answer],
    scores: Scores,
    key: str,
    photos: int,
) -> dict[str, Answer]:
    """The answers with what the same networks reached here after fewer photos."""
    fewer = [count for name, count in scores if name == key and count < photos]
    if not fewer:
        return found
    before = scores[key, max(fewer)]
    return {
        name: one if one.shipped else replace(one, before=before.get(name))
        for name, one in found.items()
    }
