"""The test photos on which a stage scores lowest and highest, with ground truth and prediction."""

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from segdemo.data.oxford_pets import WRONG_ANNOTATIONS, PetDataError
from segdemo.data.palette import label_image
from segdemo.data.preprocessing import resize_labels, to_labels
from segdemo.evaluation.scores import PhotoScore, StageSummary
from segdemo.inference import Predictor
from segdemo.locales import Translator
from segdemo.models.checkpoints import CheckpointError
from segdemo.web.callbacks import alert_html
from segdemo.web.examples import TestSplit
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.results.names import gap
from segdemo.web.templates import render

SIDE = 256  # pixels: the longer side of a picture


@dataclass(frozen=True)
class ScoredPhoto:
    """A test photo with its masks; `wrong` names what is wrong with its annotation, if it is."""

    name: str
    miou: str
    photo: Image.Image
    ground_truth: Image.Image
    prediction: Image.Image
    wrong: str | None


@dataclass(frozen=True)
class Extremes:
    """The part's callback; `results` by stage key."""

    predictor: Predictor
    tests: TestSplit
    results: dict[str, StageSummary]

    def show(self, key: str, t: Translator) -> Iterator[str]:
        """The photos in HTML, growing one by one, the worst first; or why there are none."""
        result = self.results[key]
        if result.problem:
            yield alert_html(gap(result, t), t)
            return
        scores = result.scores
        ends = {"worst": scores.worst, "best": scores.best} if scores else {}
        shown: dict[str, list[ScoredPhoto]] = {end: [] for end in ends}
        if not any(ends.values()):
            yield render("tabs/results/photos.html", t, groups={})
        for end, photos in ends.items():
            for photo in photos:
                try:
                    shown[end].append(self.look_up(key, photo))
                except (PetDataError, CheckpointError) as error:
                    yield alert_html(str(error), t)
                    return
                yield render("tabs/results/photos.html", t, groups=shown)

    def look_up(self, key: str, scored: PhotoScore) -> ScoredPhoto:
        """The photo with what was drawn for it and what the stage predicts.

        Raises PetDataError and CheckpointError.
        """
        path, truth = self.tests.find(scored.name)
        photo = load_thumbnail(str(path))
        logits = self.predictor.predict(key, photo).logits[None]
        small = photo.copy()
        small.thumbnail((SIDE, SIDE))
        predicted = to_labels(logits, small.height, small.width)[0].numpy()
        drawn = resize_labels(truth, small.height, small.width)
        return ScoredPhoto(
            scored.name,
            f"{scored.miou:.2f}",
            small,
            label_image(drawn),
            label_image(predicted),
            WRONG_ANNOTATIONS.get(scored.name),
        )
