"""*Watch it learn*: the fixed photos under every stage's answers, moment by moment of training.

The browser alone moves through time: a film is one picture of all moments, of which a tile
shows the part that `--frame` names (results.css, results.js).
"""

import json
from html import escape
from pathlib import Path

from segdemo.evaluation.training_timeline import StageTimeline, TrainingTimeline
from segdemo.locales import text
from segdemo.web.components.stage_names import title


def render(filmstrip: TrainingTimeline, language: str) -> str:
    """The player, at the end of training."""
    films = [_film(filmstrip, key, film, language) for key, film in filmstrip.films.items()]
    problems = [
        f'<p class="alert">{escape(title(key, language))}: {escape(str(problem))}</p>'
        for key, problem in filmstrip.problems.items()
    ]
    last = max((len(film.frames) for film in filmstrip.films.values()), default=1) - 1
    photos = f"--pictures:url('{_address(filmstrip.pictures)}');--photos:{len(filmstrip.photos)}"
    credits = " · ".join(f"{photo.name}: {photo.credit}" for photo in filmstrip.photos)
    return (
        f'<div class="film" style="{photos}">{_controls(last, language)}'
        f'<div class="films">{_originals(filmstrip, language)}{"".join(films)}</div>'
        f'{"".join(problems)}<p class="credits">{escape(credits)}</p></div>'
    )


def _address(path: Path) -> str:
    """Where the server hands out a static file; relative, as the page may live below a path."""
    return escape(f"gradio_api/file={path.resolve()}")


def _controls(last: int, language: str) -> str:
    play, pause, time = (
        escape(text(f"results.film.{key}", language)) for key in ("play", "pause", "time")
    )
    return (
        f'<div class="film-controls"><button type="button" data-play="{play}" '
        f'data-pause="{pause}" aria-label="{play}"></button>'
        f'<input type="range" min="0" max="{last}" value="{last}" step="1" aria-label="{time}" '
        f'aria-valuetext="100 %"><span aria-hidden="true">100 %</span></div>'
    )


def _originals(filmstrip: TrainingTimeline, language: str) -> str:
    tiles = "".join(_tile(row, photo.name) for row, photo in enumerate(filmstrip.photos))
    heading = escape(text("results.film.photos", language))
    return f"<figure><figcaption><b>{heading}</b></figcaption><div>{tiles}</div></figure>"


def _film(filmstrip: TrainingTimeline, key: str, film: StageTimeline, language: str) -> str:
    stage = title(key, language)
    captions = [
        text("results.film.frame", language, epoch=f"{frame.epoch:.3g}") for frame in film.frames
    ]
    tiles = "".join(
        _tile(row, text("results.film.alt", language, stage=stage, photo=photo.name), "<i></i>")
        for row, photo in enumerate(filmstrip.photos)
    )
    last = len(film.frames) - 1
    style = f"--sprite:url('{_address(film.sprite)}');--last:{max(last, 1)};--frame:{last}"
    return (
        f'<figure data-stage="{key}" data-captions="{escape(json.dumps(captions))}" '
        f'style="{style}"><figcaption><b>{escape(stage)}</b>'
        f"<span>{escape(captions[last])}</span></figcaption><div>{tiles}</div></figure>"
    )


def _tile(row: int, description: str, mask: str = "") -> str:
    label = escape(description)
    return (
        f'<div class="film-tile" role="img" aria-label="{label}" style="--row:{row}">{mask}</div>'
    )
