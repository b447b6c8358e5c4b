"""What a visitor has trained: theirs alone, bounded in number, gone after an hour.

The networks of all visitors are trained by one thread, on one core and at a low priority, so that
nobody who waits for a photo's answers waits for them. A process of its own would be as polite, but
cost half a gigabyte and a second for PyTorch's import. The thread trains only while somebody asks
for the next slice: a run that is cancelled, or whose visitor has left, costs nothing any more.
"""

import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import TypeVar

from segdemo.cache import TRAININGS, LRUCache
from segdemo.errors import InputError
from segdemo.lecture.teaching.progress import Standing, standings
from segdemo.lecture.teaching.training import Example, Race, Settings, StepNumbers
from segdemo.locales import Translator
from segdemo.web.photo_view import Upload

KEPT = 3600  # seconds that what was trained is kept
LONGEST = 25  # seconds of one run
SLICE = 0.2  # seconds of training between two pictures
NICENESS = 10  # of 19: a tenth of a core where others want all of them

Result = TypeVar("Result")
# By a photo's name and the number of photos learnt: the mean IoU of each stage.
Scores = dict[tuple[str, int], dict[str, float]]


@dataclass
class TrainingSession:
    """A race and the photo that it is about, `photo` being its fingerprint.

    `learnt`: names of the sample photos among its examples. `scores`: what its networks reached
    on photos they had not seen, kept from race to race. `over`: why the last run is, as a frame's
    state. `measured`: the numbers of the last step, if it was a single one, and its learning rate.
    `asked`: the path and the name of the photo that was last asked about.
    """

    race: Race
    photo: str
    settings: Settings
    learnt: frozenset[str] = frozenset()
    scores: Scores = field(default_factory=dict)
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    lock: RLock = field(default_factory=RLock)
    paused: bool = False
    slow: bool = False  # a step at a time
    shows_unsure: bool = False  # where the networks are, over their masks
    t: Translator = field(default_factory=Translator)  # of the page as it is now
    over: str | None = None
    measured: tuple[dict[str, StepNumbers], float] | None = None
    asked: tuple[Upload, str] | None = None

    def slice(self, last: int) -> None:
        """Train for a moment, until the round `last` or until somebody says pause."""
        until = time.perf_counter() + SLICE
        self.round()
        while time.perf_counter() < until and self.race.rounds < last:
            if self.race.is_over or self.paused:
                break
            self.round()

    def round(self) -> None:
        """One step of each network; others may look or change the strokes between two."""
        with self.lock:
            self.race.round(self.settings)

    def measured_round(self) -> dict[str, StepNumbers]:
        """The same, with its numbers."""
        with self.lock:
            return self.race.measured_round(self.settings)

    def relabel(self, example: Example) -> None:
        """Learn other strokes on the photo at hand from the next step on. Raises InputError."""
        self.settings.check(example.strokes)
        with self.lock:
            self.race.examples[0] = example

    def standings(self) -> list[Standing]:
        """How the networks stand now."""
        with self.lock:
            return standings(self.race)


class TrainingSessions:
    """Those of all visitors, by name, and the thread that trains them."""

    def __init__(self):
        self._sessions: LRUCache[str, TrainingSession] = LRUCache(TRAININGS)
        self._running: list[str] = []  # names; at most one: they queue
        self._thread = ThreadPoolExecutor(1, "teaching", _become_modest)

    def add(self, session: TrainingSession) -> str:
        """The name by which it is found again."""
        self._sessions.put(session.name, session)
        return session.name

    def find(self, name: str | None) -> TrainingSession | None:
        """None where there is none of that name any more."""
        return self._sessions.get(name) if name else None

    def get(self, name: str | None) -> TrainingSession:
        """Raises InputError where there is none."""
        found = self.find(name)
        if found is None:
            raise InputError("teach.gone" if name else "teach.untrained")
        return found

    def is_busy_for(self, name: str | None) -> bool:
        """Whether a run is on, other than that of the session `name`."""
        return any(running != name for running in self._running)

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        """While a session's run is on; a run that is cancelled leaves it too."""
        self._running.append(name)
        try:
            yield
        finally:
            self._running.remove(name)

    def discard(self, name: str | None) -> None:
        """Forget one."""
        if name:
            self._sessions.discard(name)

    def train(self, step: Callable[[], Result]) -> Result:
        """The result of `step()`, once the thread has come to it."""
        return self._thread.submit(step).result()


def _become_modest() -> None:
    """One core for the calling thread, at a low priority."""
    import torch
    from threadpoolctl import threadpool_limits

    torch.get_num_threads()  # else PyTorch would set its own number at the first step
    threadpool_limits(1, user_api="openmp")  # of this thread alone, unlike torch.set_num_threads
    if sys.platform == "linux":  # where a thread has a priority of its own
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
