"""The files a visitor takes home: the report of one photo, the archive of its label maps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from segdemo.answers import Answer, Question
from segdemo.kmeans import KMeansSettings
from segdemo.palette import COLOURS, png
from segdemo.stages import STAGES
from segdemo.take_home.archive import Setting, pack
from segdemo.texts import text
from segdemo.ui.compare.comparison import Comparison, at_own_size
from segdemo.ui.download import NewFile
from segdemo.ui.examples import asked
from segdemo.ui.photo_view import shown
from segdemo.ui.report.sheet import Report, draw

QUICK = 3  # of PNG's levels: a third of the time of 6 for a tenth more bytes


@dataclass(frozen=True)
class Downloads:
    """Both raise InputError for what is no photo; a stage that cannot answer says why in them."""

    comparison: Comparison

    def report(self, photo: str | bytes | None, settings: KMeansSettings, language: str) -> NewFile:
        """What the cards show of this photo, all stages on one sheet, as a PNG file."""
        question = asked(self.comparison.tests, photo)
        report = Report(
            question.photo,
            shown(photo).original_size,
            question.truth,
            [self.comparison.answered_card(key, question, settings, language) for key in STAGES],
            settings,
            datetime.now(UTC).date(),
        )
        return NewFile("report.png", png(draw(report, language), QUICK))

    def archive(
        self, photo: str | bytes | None, settings: KMeansSettings, language: str
    ) -> NewFile:
        """All label maps at the photo's own size and their numbers, as a ZIP file."""
        question = at_own_size(photo)
        height, width = question.size
        data = pack(
            Setting((width, height), settings),
            self._answers(question, settings, language),
            self.comparison.networks.cards,
            text("take-home.readme", language, **COLOURS),
        )
        return NewFile("label-maps.zip", data)

    def _answers(
        self, question: Question, settings: KMeansSettings, language: str
    ) -> Iterator[tuple[str, Answer | str]]:
        """Each stage's key with its answer, or with why there is none."""
        for key in STAGES:
            result, problem = self.comparison.attempt(key, question, settings, language)
            yield key, result or problem
