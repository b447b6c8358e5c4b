"""The files a visitor takes home: the report of one photo, the archive of its label maps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from segdemo.analysis.conversion import TASKS, Picture
from segdemo.data.painting import Painting
from segdemo.data.palette import COLOURS, png
from segdemo.errors import InputError
from segdemo.export.archive import Setting, pack
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import SegmentationRequest, SegmentationResult
from segdemo.locales import Translator
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import STAGES
from segdemo.web.components.domain_pictures import convert_upload
from segdemo.web.components.report.sheet import Report, draw
from segdemo.web.examples import load_request
from segdemo.web.photo_view import Upload, load_preview
from segdemo.web.security.uploads import save_file
from segdemo.web.tabs.compare.comparison import Comparison, at_own_size

QUICK = 3  # of PNG's levels: a third of the time of 6 for a tenth more bytes


@dataclass(frozen=True)
class Downloads:
    """Both raise InputError for what is no photo; a stage that cannot answer says why in them."""

    comparison: Comparison

    def report(
        self,
        photo: Upload,
        painting: Painting | None,
        settings: KMeansSettings,
        t: Translator,
    ) -> str:
        """What the cards show of this photo, all stages on one sheet: the path of a PNG file."""
        request = load_request(self.comparison.test_split, photo, painting)
        report = Report(
            request.photo,
            load_preview(photo).original_size,
            request.ground_truth,
            [self.comparison.answered_card(key, request, settings, t) for key in STAGES],
            settings,
            datetime.now(UTC).date(),
            self._conversions(photo, t),
        )
        return save_file("report.png", png(draw(report, t), QUICK))

    def archive(self, photo: Upload, settings: KMeansSettings, t: Translator) -> str:
        """All label maps at the photo's own size and their numbers: the path of a ZIP file."""
        request = at_own_size(photo)
        height, width = request.size
        data = pack(
            Setting((width, height), settings),
            self._answers(request, settings, t),
            self.comparison.predictor.metadata,
            t("take-home.readme", **COLOURS),
            self._conversions(photo, t),
        )
        return save_file("label-maps.zip", data)

    def _answers(
        self, request: SegmentationRequest, settings: KMeansSettings, t: Translator
    ) -> Iterator[tuple[str, SegmentationResult | str]]:
        """Each stage's key with its answer, or with why there is none."""
        for key in STAGES:
            result, problem = self.comparison.attempt(key, request, settings, t)
            yield key, result or problem

    def _conversions(self, photo: Upload, t: Translator) -> dict[str, list[Picture] | str]:
        """By task its pictures at its default strength, or why there are none."""
        found = {}
        for task in TASKS:
            try:
                found[task] = convert_upload(self.comparison.predictor, photo, task)
            except InputError as error:
                found[task] = error.sentence(t)
            except CheckpointError as error:
                found[task] = str(error)
        return found
