"""What the race's buttons do: the callbacks, which know nothing of its components' places."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from PIL import Image

from segdemo.data.painting import Painting, fingerprint, painting_of
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.errors import InputError
from segdemo.lecture.teaching.networks import MAX_SEED
from segdemo.lecture.teaching.training import STEPS, Example, Race
from segdemo.locales import Translator
from segdemo.parsing import whole_between
from segdemo.web.photo_view import Upload, load_thumbnail
from segdemo.web.tabs.teach import other_photo, recording, view
from segdemo.web.tabs.teach.choices import Choices
from segdemo.web.tabs.teach.session import LONGEST, TrainingSession, TrainingSessions
from segdemo.web.tabs.teach.sources import Sources, name_of, path_of

SLOW = 0.5  # seconds that a step takes in slow motion


@dataclass(frozen=True)
class Teacher:
    """The callbacks. Each raises InputError or CheckpointError, which becomes a sentence.

    `name` is a training session's. An empty dict says that nothing changes.
    """

    sources: Sources
    sessions: TrainingSessions = field(default_factory=TrainingSessions)

    def play(
        self,
        name: str | None,
        painting: Painting | None,
        photo: Upload,
        slow: bool,
        unsure: bool,
        choices: Choices,
        t: Translator,
    ) -> Iterator[tuple]:
        """(session's name, board, frame, numbers) again and again, until the run is over."""
        session = self._session(name, painting, photo, choices)
        session.slow, session.shows_unsure = bool(slow), bool(unsure)
        yield from self._run(session, load_thumbnail(photo), t)

    def play_five(
        self,
        name: str | None,
        painting: Painting | None,
        photo: Upload,
        asked: str,
        unsure: bool,
        choices: Choices,
        t: Translator,
    ) -> Iterator[tuple]:
        """The same from the start, on five photos in turn; then what `asked`, a photo, gets."""
        examples, learnt = self.sources.five(photo, painting)
        session = self._begin(name, examples, photo, choices, learnt)
        session.shows_unsure = bool(unsure)
        for shown in self._run(session, load_thumbnail(photo), t):
            yield *shown, view.UNCHANGED
        if asked in SAMPLE_PHOTOS:
            yield (
                *[view.UNCHANGED] * 4,
                other_photo.show(self.sources, session, path_of(asked), asked, t),
            )

    def _run(self, session: TrainingSession, image: Image.Image, t: Translator) -> Iterator[tuple]:
        if session.race.is_over:
            raise InputError("teach.over")
        with self.sessions.running(session.name):
            yield from self._frames(session, image, t)

    def _frames(
        self, session: TrainingSession, image: Image.Image, t: Translator
    ) -> Iterator[tuple]:
        race, kept = session.race, view.UNCHANGED
        session.t = t
        session.over, session.measured = None, None
        board = view.board(session, image, t)
        yield session.name, board, view.frame(session, t, "training"), ""
        last, started = race.rounds + STEPS, time.monotonic()
        session.paused = False
        while not (over := self._end(session, last, started)):
            began = time.monotonic()
            self.sessions.train(session.round if session.slow else partial(session.slice, last))
            yield session.name, kept, view.frame(session, session.t, "training"), kept
            if session.slow:
                time.sleep(max(0, SLOW - (time.monotonic() - began)))
        session.over = over
        yield session.name, kept, view.frame(session, session.t, over), kept

    def _end(self, session: TrainingSession, last: int, started: float) -> str:
        """Why a run up to the round `last` is over, as a frame's state; "" while it is not."""
        if session.paused or session.race.is_over:
            return "stopped"
        if session.race.rounds >= last:
            return "trained"
        return "timed-out" if time.monotonic() - started > LONGEST else ""

    def wait(
        self, name: str | None, painting: Painting | None, photo: Upload, t: Translator
    ) -> tuple:
        """(board, frame) of a recorded run, where somebody else's own is on.

        Not where Play will be refused: the recorded run would go on.
        """
        unchanged = view.UNCHANGED, view.UNCHANGED
        if not self.sessions.is_busy_for(name):
            return unchanged
        try:
            self.sources.painted(photo, painting)
        except InputError:  # Play says it
            return unchanged
        return recording.show(t)

    def step(
        self,
        name: str | None,
        painting: Painting | None,
        photo: Upload,
        unsure: bool,
        choices: Choices,
        t: Translator,
    ) -> tuple:
        """(session's name, board, frame, the numbers of one step of each network)."""
        session = self._session(name, painting, photo, choices)
        if session.race.is_over:
            raise InputError("teach.over")
        session.paused, session.over, session.shows_unsure = True, "stopped", bool(unsure)
        rate = session.settings.rate
        session.measured = self.sessions.train(session.measured_round), rate
        return session.name, *self._shown(session, load_thumbnail(photo), t)

    def look(self, name: str | None, photo: Upload, networks: object, t: Translator) -> tuple:
        """(board, frame, numbers) as they are now: the language or the photo has changed.

        Of a photo that nobody has learnt, the board of the chosen `networks`.
        """
        session = self.sessions.find(name)
        image = load_thumbnail(photo)
        if session is None or session.photo != fingerprint(image):
            board = view.empty_board(image, networks, t, trained_elsewhere=bool(session))
            return board, view.NO_FRAME, ""
        session.t = t
        return self._shown(session, image, t)

    def _shown(self, session: TrainingSession, image: Image.Image, t: Translator) -> tuple:
        numbers = view.numbers(*session.measured, t) if session.measured else ""
        return view.board(session, image, t), view.frame(session, t, session.over), numbers

    def pause(self, name: str | None, photo: Upload, networks: object, t: Translator) -> tuple:
        """What `look` gives once the run has stopped, which is being cancelled meanwhile.

        It takes the place of a recorded run too.
        """
        session = self.sessions.find(name)
        if session:
            session.paused, session.over = True, "stopped"
        # Where the step is trained that is being trained now, so after it.
        return self.sessions.train(lambda: self.look(name, photo, networks, t))

    def change(self, name: str | None, slow: bool, unsure: bool, t: Translator) -> object:
        """The frame in slow motion or not, with or without where the networks are unsure."""
        session = self.sessions.find(name)
        if session is None:
            return {}
        session.slow, session.shows_unsure = bool(slow), bool(unsure)
        return view.frame(session, t)

    def adjust(self, name: str | None, choices: Choices, t: Translator) -> str:
        """Other settings, from the next step on; nothing to show but a refusal."""
        session = self.sessions.find(name)
        if session:
            choices.settings.check(session.race.examples[0].strokes)
            session.settings = choices.settings
        return ""

    def reset(
        self, name: str | None, photo: Upload, networks: object, seed: object, t: Translator
    ) -> tuple:
        """(no session, the empty board, no frame, no numbers, the next seed)."""
        self.sessions.discard(name)
        number = whole_between(seed, 0, MAX_SEED - 1)
        board = view.empty_board(load_thumbnail(photo), networks, t)
        return None, board, view.NO_FRAME, "", 0 if number is None else number + 1

    def _session(
        self, name: str | None, painting: Painting | None, photo: Upload, choices: Choices
    ) -> TrainingSession:
        """The race that goes on, or a new one with another photo, other networks or a new seed."""
        session = self.sessions.find(name)
        image = load_thumbnail(photo)
        if session and session.photo == fingerprint(image):
            race = session.race
            keys = tuple(learner.key for learner in race.learners)
            if (keys, race.seed) == (choices.networks, choices.seed):
                if painting_of(image, painting):
                    session.relabel(self.sources.painted(photo, painting))
                choices.settings.check(race.examples[0].strokes)
                session.settings = choices.settings
                return session
        example = self.sources.painted(photo, painting)
        known = name_of(photo)
        return self._begin(name, [example], photo, choices, frozenset({known} if known else ()))

    def _begin(
        self,
        name: str | None,
        examples: list[Example],
        photo: Upload,
        choices: Choices,
        learnt: frozenset[str],
    ) -> TrainingSession:
        for one in examples:
            choices.settings.check(one.strokes)
        before = self.sessions.find(name)
        session = TrainingSession(
            Race(choices.networks, examples, choices.seed),
            fingerprint(load_thumbnail(photo)),
            choices.settings,
            learnt,
            before.scores if before else {},
        )
        self.sessions.discard(name)
        self.sessions.add(session)
        return session
