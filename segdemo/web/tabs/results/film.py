"""*Watch it learn*: the fixed photos under every stage's predictions, moment by moment.

The browser alone moves through time: a film is one picture of all moments, of which a tile
shows the part that `--frame` names (results.css, results.js).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.evaluation.scores import StageSummary
from segdemo.evaluation.training_timeline import TrainingTimeline
from segdemo.locales import Translator
from segdemo.models.registry import STAGES
from segdemo.web.tabs.results.names import title
from segdemo.web.templates import render

NO_PETS = {"coffee", "astronaut"}  # in films of earlier trainings: nothing to learn from there
SHRUNK = "cat further away"  # the sample photo of the cat, shrunk: no file of its own
CURVE = 100, 40  # width and height of a score curve, in its own units


@dataclass(frozen=True)
class Film:
    """One stage's: where its picture lies, a caption per frame, and its score after each.

    `curve`: the score over the frames as the points of a polyline, empty where nobody scored.
    """

    key: str
    title: str
    sprite: str
    captions: tuple[str, ...]
    curve: str


def render_film(
    timeline: TrainingTimeline, results: Sequence[StageSummary], t: Translator
) -> Markup:
    """The player, at the end of training."""
    films = [_film(timeline, key, results, t) for key in timeline.films]
    return render(
        "tabs/results/film.html",
        t,
        timeline=timeline,
        pictures=_address(timeline.pictures),
        rows=[row for row, photo in enumerate(timeline.photos) if photo.name not in NO_PETS],
        films=films,
        last=max((len(film.captions) for film in films), default=1) - 1,
        problems=[(title(STAGES[key], t), str(why)) for key, why in timeline.problems.items()],
        names={photo.name: _name(photo.name, t) for photo in timeline.photos},
    )


def _film(
    timeline: TrainingTimeline, key: str, results: Sequence[StageSummary], t: Translator
) -> Film:
    frames = timeline.films[key].frames
    epochs = [frame.epoch for frame in frames]
    history = next((r.history for r in results if r.stage.key == key), ())
    scores = score_at([(epoch.epoch, epoch.holdout_miou) for epoch in history], epochs)
    captions = tuple(
        t("results.film.frame", epoch=f"{epoch:.3g}")
        + ("" if score is None else f" · {t('results.film.score', miou=f'{score:.2f}')}")
        for epoch, score in zip(epochs, scores)
    )
    sprite = _address(timeline.films[key].sprite)
    return Film(key, title(STAGES[key], t), sprite, captions, _points(scores))


def score_at(history: Sequence[tuple[float, float]], epochs: Sequence[float]) -> list[float | None]:
    """The last score at or before each of the epochs; None before the first one."""
    return [
        max(((at, score) for at, score in history if at <= epoch), default=(0, None))[1]
        for epoch in epochs
    ]


def _points(scores: Sequence[float | None]) -> str:
    """ "x,y x,y": all frames across, mIoU 0 to 1 upwards."""
    width, height = CURVE
    last = max(len(scores) - 1, 1)
    return " ".join(
        f"{width * index / last:.1f},{height * (1 - score):.1f}"
        for index, score in enumerate(scores)
        if score is not None
    )


def _name(photo: str, t: Translator) -> str:
    if photo == SHRUNK:
        return t("results.film.further-away")
    return t(f"compare.example.{photo}") if photo in SAMPLE_PHOTOS else photo


def _address(path: Path) -> str:
    """Where the server hands out a static file; relative, as the page may live below a path."""
    return f"gradio_api/file={path.resolve()}"
