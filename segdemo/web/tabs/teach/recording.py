"""A recorded run, which plays in the browser for whoever waits for somebody else's to end.

`python -m benchmarks.teach --record` writes it anew.
"""

import json
from functools import cache
from pathlib import Path

from segdemo.data.sample_photos import SAMPLE_PHOTOS, load_ground_truth
from segdemo.lecture.teaching.networks import THIN
from segdemo.lecture.teaching.training import STEPS, Race, Settings
from segdemo.locales import Translator
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.teach import view
from segdemo.web.tabs.teach.session import TrainingSession
from segdemo.web.tabs.teach.sources import example

FILE = Path(__file__).with_name("recording.json")
PHOTO = "german-shepherd"
EVERY = 10  # steps from one frame to the next
NAME = "recorded"


def show(t: Translator) -> tuple[str, str]:
    """(the board of the recorded photo, a frame that holds all the recorded ones)."""
    image = load_thumbnail(str(SAMPLE_PHOTOS[PHOTO].path))
    frames = [frame | {"said": t("teach.said.recorded")} for frame in _frames()]
    return view.empty_board(image, list(THIN), t), json.dumps({"recorded": frames})


@cache
def _frames() -> list[dict]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def record() -> None:
    """Train on the whole ground truth of PHOTO and write what is seen meanwhile."""
    truth = load_ground_truth(PHOTO)
    assert truth is not None
    photo = example(load_thumbnail(str(SAMPLE_PHOTOS[PHOTO].path)), truth)
    session = TrainingSession(Race(list(THIN), [photo], seed=0), "", Settings(), name=NAME)
    frames = []
    for _ in range(0, STEPS, EVERY):
        for _ in range(EVERY):
            session.round()
        frame = json.loads(view.frame(session, Translator(), points=60))
        if frames:
            frame["strokes"] = ""  # as in the first one
        frames.append(frame)
    FILE.write_text(json.dumps(frames, separators=(",", ":")) + "\n", encoding="utf-8")
