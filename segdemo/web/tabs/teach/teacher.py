"""What the tab's buttons do: the callbacks, which know nothing of its components' places."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image

from segdemo.data.painting import (
    Painting,
    fingerprint,
    painting_of,
    parse_painting,
)
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.errors import InputError
from segdemo.lecture.teaching.networks import MAX_SEED
from segdemo.lecture.teaching.training import (
    STEPS,
    Example,
    Race,
)
from segdemo.locales import Translator
from segdemo.parsing import whole_between
from segdemo.web.components.mask_editor.editor import editor_view
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.teach import other_photo, recording, view
from segdemo.web.tabs.teach.choices import Choices
from segdemo.web.tabs.teach.session import TrainingSession, TrainingSessions
from segdemo.web.tabs.teach.sources import Photo, Sources, name_of, path_of

LONGEST = 25  # seconds of one run
SLOW = 0.5  # seconds that a step takes in slow motion


@dataclass(frozen=True)
class Teacher:
    """The callbacks. Each raises InputError or CheckpointError, which becomes a sentence.

    `name` is a training session's; `networks` and the four after it are as `Choices.parse` takes
    them. An empty dict says that nothing changes.
    """

    sources: Sources
    sessions: TrainingSessions = field(default_factory=TrainingSessions)

    # ---- The strokes ----

    def show(self, painting: Painting | None, photo: Photo, t: Translator) -> tuple:
        """(the editor, what the button beside it takes)."""
        image = load_thumbnail(photo)
        return editor_view(image, painting_of(image, painting), None, t), ""

    def take(self, photo: Photo, t: Translator) -> tuple:
        """(a painting of all the labels there are, the editor, where they come from)."""
        image = load_thumbnail(photo)
        labels = self.sources.labels_for(photo)
        painting = Painting(fingerprint(image), labels.labels)
        source = t(f"ground-truth.source.{labels.source}")
        note = view.note(t("teach.taken", source=source), t)
        return painting, editor_view(image, painting, None, t), note

    def paint(self, sent: object, photo: Photo, t: Translator) -> Painting | None:
        """What the editor sent."""
        return parse_painting(sent, load_thumbnail(photo))

    def learn(self, sent: object, name: str | None, photo: Photo, t: Translator) -> object:
        """A race on this photo learns what the editor sent from its next step on; its frame."""
        image = load_thumbnail(photo)
        session, painting = self.sessions.find(name), parse_painting(sent, image)
        if session is None or session.photo != fingerprint(image) or painting is None:
            return {}
        self._relabel(session, self.sources.painted(photo, painting))
        return view.frame(session, t)

    def _relabel(self, session: TrainingSession, example: Example) -> None:
        session.settings.check(example.strokes)
        with session.lock:
            session.race.examples[0] = example

    # ---- The race ----

    def play(
        self,
        name: str | None,
        painting: Painting | None,
        photo: Photo,
        slow: bool,
        unsure: bool,
        networks: object,
        rate: object,
        loss: object,
        weights: object,
        seed: object,
        t: Translator,
    ) -> Iterator[tuple]:
        """(session's name, board, frame, numbers) again and again, until the run is over."""
        choices = Choices.parse(networks, rate, loss, weights, seed)
        session = self._session(name, painting, photo, choices)
        session.slow, session.shows_unsure = bool(slow), bool(unsure)
        yield from self._run(session, load_thumbnail(photo), t)

    def play_five(
        self,
        name: str | None,
        painting: Painting | None,
        photo: Photo,
        asked: str,
        unsure: bool,
        networks: object,
        rate: object,
        loss: object,
        weights: object,
        seed: object,
        t: Translator,
    ) -> Iterator[tuple]:
        """The same from the start, on five photos in turn; then what `asked`, a photo, gets."""
        choices = Choices.parse(networks, rate, loss, weights, seed)
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
        board = view.board(session, image, t)
        yield session.name, board, view.frame(session, t, "training"), ""
        first, started = race.rounds, time.monotonic()
        session.paused = False
        while not (race.is_over or session.paused) and race.rounds - first < STEPS:
            began = time.monotonic()
            if began - started > LONGEST:
                break
            self.sessions.train(session.round if session.slow else session.slice)
            yield session.name, kept, view.frame(session, session.t, "training"), kept
            if session.slow:
                time.sleep(max(0, SLOW - (time.monotonic() - began)))
        yield session.name, kept, view.frame(session, session.t, "stopped"), kept

    def wait(
        self, name: str | None, painting: Painting | None, photo: Photo, t: Translator
    ) -> tuple:
        """(board, frame) of a recorded run, where somebody else's own is on.

        Not where nothing is painted: that ends in a refusal, and the recorded run would go on.
        """
        is_painted = painting_of(load_thumbnail(photo), painting) is not None
        if is_painted and self.sessions.is_busy_for(name):
            return recording.show(t)
        return view.UNCHANGED, view.UNCHANGED

    def step(
        self,
        name: str | None,
        painting: Painting | None,
        photo: Photo,
        unsure: bool,
        networks: object,
        rate: object,
        loss: object,
        weights: object,
        seed: object,
        t: Translator,
    ) -> tuple:
        """(session's name, board, frame, the numbers of one step of each network)."""
        choices = Choices.parse(networks, rate, loss, weights, seed)
        session = self._session(name, painting, photo, choices)
        if session.race.is_over:
            raise InputError("teach.over")
        session.paused, session.shows_unsure = True, bool(unsure)
        numbers = self.sessions.train(session.measured_round)
        return (
            session.name,
            view.board(session, load_thumbnail(photo), t),
            view.frame(session, t, "stopped"),
            view.numbers(numbers, session.settings.rate, t),
        )

    def look(
        self, name: str | None, photo: Photo, t: Translator, state: str | None = None
    ) -> tuple:
        """(board, frame) as they are now: the language, the photo or the `state` has changed."""
        session = self.sessions.find(name)
        image = load_thumbnail(photo)
        if session is None or session.photo != fingerprint(image):
            return view.empty_board(image, t, trained_elsewhere=bool(session)), view.NO_FRAME
        session.t = t
        return view.board(session, image, t), view.frame(session, t, state)

    def pause(self, name: str | None, photo: Photo, t: Translator) -> tuple:
        """(board, frame) once the run has stopped, which is being cancelled meanwhile.

        They take the place of a recorded run too.
        """
        session = self.sessions.find(name)
        if session:
            session.paused = True
        # Where the step is trained that is being trained now, so after it.
        return self.sessions.train(lambda: self.look(name, photo, t, "stopped"))

    def change(self, name: str | None, slow: bool, unsure: bool, t: Translator) -> object:
        """The frame in slow motion or not, with or without where the networks are unsure."""
        session = self.sessions.find(name)
        if session is None:
            return {}
        session.slow, session.shows_unsure = bool(slow), bool(unsure)
        return view.frame(session, t)

    def adjust(
        self,
        name: str | None,
        networks: object,
        rate: object,
        loss: object,
        weights: object,
        seed: object,
        t: Translator,
    ) -> str:
        """Other settings, from the next step on; nothing to show but a refusal."""
        choices = Choices.parse(networks, rate, loss, weights, seed)
        session = self.sessions.find(name)
        if session:
            choices.settings.check(session.race.examples[0].strokes)
            session.settings = choices.settings
        return ""

    def reset(self, name: str | None, photo: Photo, seed: object, t: Translator) -> tuple:
        """(no session, the empty board, no frame, no numbers, the next seed)."""
        self.sessions.discard(name)
        number = whole_between(seed, 0, MAX_SEED - 1)
        board = view.empty_board(load_thumbnail(photo), t)
        return None, board, view.NO_FRAME, "", 0 if number is None else number + 1

    def _session(
        self, name: str | None, painting: Painting | None, photo: Photo, choices: Choices
    ) -> TrainingSession:
        """The race that goes on, or a new one with another photo, other networks or a new seed."""
        session = self.sessions.find(name)
        image = load_thumbnail(photo)
        if session and session.photo == fingerprint(image):
            race = session.race
            keys = tuple(learner.key for learner in race.learners)
            if (keys, race.seed) == (choices.networks, choices.seed):
                if painting_of(image, painting):
                    self._relabel(session, self.sources.painted(photo, painting))
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
        photo: Photo,
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
