"""The files a visitor takes home: the report of one photo, the archive of its label maps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from segdemo.data.palette import COLOURS, png
from segdemo.export.archive import Setting, pack
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import SegmentationRequest, SegmentationResult
from segdemo.locales import text
from segdemo.models.registry import STAGES
from segdemo.web.components.report.sheet import Report, draw
from segdemo.web.download import NewFile
from segdemo.web.examples import load_request
from segdemo.web.photo_view import load_preview
from segdemo.web.tabs.compare.comparison import Comparison, at_own_size

QUICK = 3  # of PNG's levels: a third of the time of 6 for a tenth more bytes


@dataclass(frozen=True)
class Downloads:
    """Both raise InputError for what is no photo; a stage that cannot answer says why in them."""

    comparison: Comparison

    def report(self, photo: str | bytes | None, settings: KMeansSettings, language: str) -> NewFile:
        """What the cards show of this photo, all stages on one sheet, as a PNG file."""
        question = load_request(self.comparison.tests, photo)
        report = Report(
            question.photo,
            load_preview(photo).original_size,
            question.ground_truth,
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
            self.comparison.predictor.metadata,
            text("take-home.readme", language, **COLOURS),
        )
        return NewFile("label-maps.zip", data)

    def _answers(
        self, question: SegmentationRequest, settings: KMeansSettings, language: str
    ) -> Iterator[tuple[str, SegmentationResult | str]]:
        """Each stage's key with its answer, or with why there is none."""
        for key in STAGES:
            result, problem = self.comparison.attempt(key, question, settings, language)
            yield key, result or problem
