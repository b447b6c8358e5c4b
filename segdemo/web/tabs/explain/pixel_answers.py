"""Every stage's answer to an uploaded photo, for section *One click, all stages* and its API."""

from dataclasses import dataclass
from functools import lru_cache

from segdemo.analysis.pixel import Answer, ColourAnswer, NetworkAnswer, colour_answer
from segdemo.analysis.saliency import Measured, measure
from segdemo.cache import PREVIEWS
from segdemo.data.preprocessing import to_input
from segdemo.inference import Predictor
from segdemo.models.registry import get_stage
from segdemo.web.photo_view import Upload, load_thumbnail


@dataclass(frozen=True)
class Answers:
    """Both methods raise InputError for what is no photo, and the stage's CheckpointError."""

    predictor: Predictor

    def to(self, photo: Upload, key: str) -> Answer:
        """The answer of the stage named `key`; of a photo seen before, from memory."""
        stage = get_stage(key)
        if stage.network is None:
            return kmeans_answer(photo)
        return NetworkAnswer(stage, self.predictor.predict(key, load_thumbnail(photo)).logits)

    def measured(self, photo: Upload, key: str, row: int, column: int) -> Measured | None:
        """What moves a network's winning logit at a pixel; k-means has no logits: None."""
        answer = self.to(photo, key)
        if isinstance(answer, ColourAnswer):
            return None
        theory = answer.at(row, column).box
        inputs = to_input(load_thumbnail(photo))
        return measure(self.predictor.network(key), inputs, row, column, theory)


@lru_cache(maxsize=PREVIEWS)
def kmeans_answer(photo: Upload) -> ColourAnswer:
    """What k-means says of a photo. Raises InputError."""
    return colour_answer(load_thumbnail(photo))
