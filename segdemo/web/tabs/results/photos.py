"""The test photos that a stage answers worst and best: photo, truth and answer side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from PIL import Image

from segdemo.data.oxford_pets import PetDataError
from segdemo.data.palette import label_image, photo_jpeg
from segdemo.data.preprocessing import to_labels
from segdemo.evaluation.scores import PhotoScore, StageSummary
from segdemo.inference import Predictor
from segdemo.locales import text
from segdemo.models.checkpoints import CheckpointError
from segdemo.web.components.figure import mask, picture
from segdemo.web.components.html import alert, data_url
from segdemo.web.examples import TestSplit
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.results.names import gap

SIDE = 256  # pixels: the longer side of a picture


@dataclass(frozen=True)
class Extremes:
    """The part's callback; `results` by stage key."""

    predictor: Predictor
    tests: TestSplit
    results: dict[str, StageSummary]

    def show(self, key: str, language: str) -> Iterator[str]:
        """The photos in HTML, growing one by one, the worst first; or why there are none."""
        result = self.results[key]
        if result.problem:
            yield alert(gap(result, language))
            return
        scores = result.scores
        if scores is None or not scores.worst:
            yield f"<p>{escape(text('results.photos.unknown', language))}</p>"
            return
        shown = {"worst": [], "best": []}
        for end, photos in (("worst", scores.worst), ("best", scores.best)):
            for photo in photos:
                try:
                    shown[end].append(self._figure(key, photo, language))
                except (PetDataError, CheckpointError) as error:
                    yield alert(str(error))
                    return
                yield "".join(_group(name, parts, language) for name, parts in shown.items())

    def _figure(self, key: str, scored: PhotoScore, language: str) -> str:
        path, truth = self.tests.find(scored.name)
        photo = load_thumbnail(str(path))
        logits = self.predictor.predict(key, photo).logits[None]
        small = photo.copy()
        small.thumbnail((SIDE, SIDE))
        answer = to_labels(logits, small.height, small.width)[0].numpy()
        drawn = Image.fromarray(truth).resize(small.size, Image.Resampling.NEAREST)
        pictures = (
            _picture("", text("results.photos.photo", language)),
            _picture(mask(label_image(np.asarray(drawn))), text("results.photos.truth", language)),
            _picture(mask(label_image(answer)), text("results.photos.answer", language)),
        )
        miou = escape(text("results.photos.miou", language, miou=f"{scored.miou:.2f}"))
        url = data_url(photo_jpeg(small), "jpeg")
        return (
            f"<figure style=\"--photo:url('{url}');--ratio:{small.width}/{small.height}\">"
            f"<figcaption><b>{miou}</b> {escape(scored.name)}</figcaption>"
            f'<div class="trio">{"".join(pictures)}</div></figure>'
        )


def _picture(layers: str, name: str) -> str:
    return f'<div>{picture(layers, name)}<p aria-hidden="true">{escape(name)}</p></div>'


def _group(name: str, parts: Sequence[str], language: str) -> str:
    heading = escape(text(f"results.photos.{name}", language))
    return f'<h3>{heading}</h3><div class="extremes">{"".join(parts)}</div>' if parts else ""
