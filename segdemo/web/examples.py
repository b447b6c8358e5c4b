"""Photos to start with: the sample photos, and the test split where it is on disk."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from segdemo.analysis.cluster_labels import class_labels
from segdemo.data import sample_photos
from segdemo.data.ground_truth import PSEUDO_LABEL_STAGE, GroundTruth, GroundTruthSource
from segdemo.data.oxford_pets import PetDataError, Pets
from segdemo.data.painting import Painting, painting_of
from segdemo.data.preprocessing import resize_labels
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.errors import InputError
from segdemo.inference import Predictor
from segdemo.inference.segmentation import SegmentationRequest
from segdemo.web.photo_view import Upload, load_thumbnail

TEST_EXAMPLES = 9  # shown out of the 3,662


def find_annotation(
    tests: "TestSplit | None", photo: Upload, painting: Painting | None = None
) -> GroundTruth | None:
    """What a person drew for the uploaded file (path or bytes), and who, where that is known.

    The visitor's `painting` of this photo comes first. Else known are the sample photos, and those
    of the test split where the data set is at hand. Raises InputError for a file that is gone.
    """
    if photo is None:
        return None
    painted = painting and painting_of(load_thumbnail(photo), painting)
    if painted and painted.ground_truth:
        return painted.ground_truth
    try:
        data = Path(photo).read_bytes() if isinstance(photo, str) else photo
    except OSError as error:
        raise InputError("photo.unreadable") from error
    labels = sample_photos.find_ground_truth(data)
    if labels is not None:
        return GroundTruth(labels, GroundTruthSource.DRAWN_BY_US)
    labels = tests.truth(photo) if tests else None
    return None if labels is None else GroundTruth(labels, GroundTruthSource.DATASET)


def load_request(
    tests: "TestSplit | None", photo: Upload, painting: Painting | None = None
) -> SegmentationRequest:
    """The photo as the page shows it, with its truth where that is known. Raises InputError."""
    image = load_thumbnail(photo)
    known = find_annotation(tests, photo, painting)
    return SegmentationRequest(image, (image.height, image.width), known)


def labels_of(
    predictor: Predictor,
    tests: "TestSplit | None",
    photo: Upload,
    painting: Painting | None = None,
    size: tuple[int, int] | None = None,
) -> GroundTruth:
    """The photo's ground truth, or else the U-Net's labels; as (height, width), if there is a size.

    Raises InputError, CheckpointError.
    """
    known = find_annotation(tests, photo, painting)
    if known is None:
        image = load_thumbnail(photo)
        size = size or (image.height, image.width)
        labels = class_labels(predictor, PSEUDO_LABEL_STAGE, image, size)
        return GroundTruth(labels, GroundTruthSource.PSEUDO_LABEL)
    return replace(known, labels=resize_labels(known.labels, *size)) if size else known


def named_photos(tests: "TestSplit | None") -> dict[str, Path]:
    """Every example by its name in links: test photos by that of the data set."""
    samples = {key: photo.path for key, photo in SAMPLE_PHOTOS.items()}
    return samples | {path.stem: path for path in (tests.paths() if tests else ())}


class TestSplit:
    """The official test split as examples whose truth is known."""

    __test__ = False  # not a pytest class

    def __init__(self, root: Path):
        self._pets = Pets(root, "test")
        self._index = {name: index for index, name in enumerate(self._pets.names)}

    def paths(self) -> list[Path]:
        """A few photos, evenly over the split and so over the breeds."""
        step = max(1, len(self._pets) // TEST_EXAMPLES)
        return [self._pets.path(index) for index in range(step // 2, len(self._pets), step)]

    def find(self, name: str) -> tuple[Path, np.ndarray]:
        """The photo of this name: its file and its (H, W) labels.

        Raises PetDataError for a photo that is not in this copy of the split.
        """
        index = self._index.get(name)
        if index is None:
            raise PetDataError(f"no test photo {name} in this copy of the Oxford-IIIT Pet data set")
        return self._pets.path(index), self._pets[index][1]

    def truth(self, photo: str | bytes) -> np.ndarray | None:
        """(H, W) labels if the uploaded file is a photo of the split, byte for byte."""
        if not isinstance(photo, str):
            return None
        path = Path(photo)
        index = self._index.get(path.stem)
        if index is None or self._pets.path(index).read_bytes() != path.read_bytes():
            return None
        return self._pets[index][1]
