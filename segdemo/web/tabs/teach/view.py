"""What the tab shows of a race: the board, once, and the frames, which the browser lays over it.

A frame is a JSON text that holds all there is to see, so that any of them may be left out.
"""

import json
from collections.abc import Sequence

import gradio as gr
import numpy as np
from PIL import Image

from segdemo.data.classes import UNKNOWN
from segdemo.data.palette import ground_truth_image, heat, label_image
from segdemo.lecture.teaching.networks import CNN_WIDTH, SIDE, THIN, THINNER
from segdemo.lecture.teaching.progress import Standing
from segdemo.lecture.teaching.strokes import Strokes
from segdemo.lecture.teaching.training import STEPS, StepNumbers
from segdemo.locales import Translator
from segdemo.web.formatting import iou, number, probability, tidy
from segdemo.web.tabs.teach.session import LONGEST, TrainingSession
from segdemo.web.templates import png_url, render

UNCHANGED = gr.skip()
NO_FRAME = ""
LOWEST, HIGHEST = -6, 3  # of the chart's losses, in powers of ten
ENLARGED = 6  # times SIDE: the picture of the strokes, so that a square can be hatched
POINTS = 300  # of a curve


def board(session: TrainingSession, image: Image.Image, t: Translator) -> str:
    """Cards and chart of a race on an RGB photo, without their numbers: those are in the frames."""
    keys = [learner.key for learner in session.race.learners]
    return _board(keys, image, len(session.race.examples), t)


def empty_board(
    image: Image.Image, networks: object, t: Translator, trained_elsewhere: bool = False
) -> str:
    """The same before any of these has learnt this photo; perhaps they have learnt another."""
    chosen = [key for key in THIN if isinstance(networks, list) and key in networks]
    return _board(chosen, image, 1, t, trained_elsewhere)


def _board(
    keys: Sequence[str],
    image: Image.Image,
    photos: int,
    t: Translator,
    trained_elsewhere: bool = False,
) -> str:
    return render(
        "tabs/teach/board.html",
        t,
        photo=image,
        keys=keys,
        photos=photos,
        trained_elsewhere=trained_elsewhere,
        side=SIDE,
        steps=STEPS,
        cnn_width=CNN_WIDTH,
        thinner=THINNER,
    )


def frame(
    session: TrainingSession,
    t: Translator,
    state: str | None = None,
    points: int = POINTS,
) -> str:
    """How the race stands.

    state: training, why it is over (stopped, trained, timed-out), or None where that stays as it
    is. points: of each curve at most.
    """
    found = session.standings()
    return json.dumps(
        {
            "run": session.name,
            "rounds": session.race.rounds,
            "state": state,
            "said": said(session, found, state, t),
            "strokes": png_url(strokes_picture(session.race.examples[0].strokes)),
            "networks": {one.key: _network(one, session, points, t) for one in found},
        }
    )


def _network(one: Standing, session: TrainingSession, points: int, t: Translator) -> dict:
    unsure = heat(one.unsure, 1) if session.shows_unsure else None
    losses = moving_mean(one.losses, len(session.race.examples))
    loss = probability(losses[-1], 3) if losses else "–"
    values = {
        "step": one.steps,
        "seconds": t("teach.seconds", seconds=f"{one.seconds:.1f}"),
        "loss": loss,
        "iou": iou(one.held_back_iou),
    }
    return {
        "values": values,
        "mask": png_url(label_image(one.labels)),
        "unsure": png_url(unsure) if unsure else "",
        "curve": curve(losses, points),
        "trouble": t("teach.lost") if one.is_lost else t("teach.diverges") if one.diverges else "",
    }


def said(
    session: TrainingSession, found: Sequence[Standing], state: str | None, t: Translator
) -> str:
    """What a race says of itself in a sentence, which changes only where something happens."""
    rate = tidy(session.settings.rate)
    if any(one.is_lost for one in found):
        return t("teach.said.lost", rate=rate)
    if any(one.diverges for one in found):
        return t("teach.said.diverges", rate=rate)
    return t(f"teach.said.{state}", steps=STEPS, seconds=LONGEST) if state else ""


def moving_mean(losses: Sequence[float], photos: int) -> list[float]:
    """At each step the mean over the last `photos` of them, so that each photo counts once."""
    return [float(np.mean(losses[max(0, end - photos) : end])) for end in range(1, len(losses) + 1)]


def curve(losses: Sequence[float], points: int = POINTS) -> list[tuple[int, float]]:
    """(step, power of ten of its loss) for at most `points` steps, from LOWEST to HIGHEST."""
    every = -(-len(losses) // points) or 1
    steps = range(0, len(losses), every)
    powers = [np.clip(_power(losses[i], HIGHEST), LOWEST, HIGHEST) for i in steps]
    return [(i, round(float(power), 2)) for i, power in zip(steps, powers)]


def _power(loss: float, highest: float) -> float:
    """log10, the highest for what is no number."""
    with np.errstate(divide="ignore"):
        return float(np.nan_to_num(np.log10(loss), nan=highest))


def strokes_picture(strokes: Strokes) -> Image.Image:
    """What is learnt, and hatched what is held back."""
    held = strokes.held_back != UNKNOWN
    labels = np.where(held, strokes.held_back, strokes.taught)
    large = labels.repeat(ENLARGED, 0).repeat(ENLARGED, 1)
    rows, columns = np.indices(large.shape)
    stripes = (rows + columns) % ENLARGED < ENLARGED // 2
    large[held.repeat(ENLARGED, 0).repeat(ENLARGED, 1) & stripes] = UNKNOWN
    return ground_truth_image(large)


def numbers(steps: dict[str, StepNumbers], rate: float, t: Translator) -> str:
    """One step of each network in numbers."""
    rows = {
        key: [number(value) for value in (one.before, one.gradient_norm, one.after)]
        for key, one in steps.items()
    }
    return render("tabs/teach/numbers.html", t, rows=rows, rate=tidy(rate))


def note(sentence: str, t: Translator) -> str:
    """A sentence on where labels come from."""
    return render("tabs/teach/note.html", t, sentence=sentence)
