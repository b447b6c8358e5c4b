"""Photos with labels: the visitor's own strokes, a ground truth, or what stands in for one."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from segdemo.data.ground_truth import GroundTruth
from segdemo.data.painting import Painting, painting_of
from segdemo.data.preprocessing import to_input
from segdemo.data.sample_photos import SAMPLE_PHOTOS, load_ground_truth
from segdemo.errors import InputError
from segdemo.inference import Predictor
from segdemo.lecture.teaching.networks import SIDE
from segdemo.lecture.teaching.strokes import strokes_of
from segdemo.lecture.teaching.training import Example
from segdemo.web.examples import TestSplit, labels_of
from segdemo.web.photo_view import Upload, load_thumbnail

PHOTOS = 5  # that "train on five photos" learns, the one at hand among them
# Photos that were not learnt, in the order in which they are asked about. The first ones are left
# out of the five, so that the same photo tells what four more photos have changed.
UNSEEN = ("siamese", "cat", "lion", "egyptian-mau", "tabby", "kitten", "persian", "german-shepherd")
TAUGHT = ("german-shepherd", "egyptian-mau", "tabby", "kitten", "persian")


@dataclass(frozen=True)
class Sources:
    """Where photos and labels come from; `test_split` is None without the data set."""

    predictor: Predictor
    test_split: TestSplit | None

    def labels_for(self, photo: Upload) -> GroundTruth:
        """The photo's ground truth, or the U-Net's mask, of the shown photo's size.

        Raises InputError, CheckpointError.
        """
        image = load_thumbnail(photo)
        size = image.height, image.width
        return labels_of(self.predictor, self.test_split, photo, size=size)

    def painted(self, photo: Upload, painting: Painting | None) -> Example:
        """The photo with what is painted on it. Raises InputError."""
        image = load_thumbnail(photo)
        own = painting_of(image, painting)
        if own is None:
            raise InputError("teach.no-strokes")
        return example(image, own.labels)

    def five(
        self, photo: Upload, painting: Painting | None
    ) -> tuple[list[Example], frozenset[str]]:
        """The photo at hand with its strokes, or else its labels, then four with a ground truth.

        And the names of the sample photos among them. Raises InputError, CheckpointError.
        """
        image = load_thumbnail(photo)
        own = painting_of(image, painting)
        labels = own.labels if own else self.labels_for(photo).labels
        name = name_of(photo)
        others = [key for key in TAUGHT if key != name][: PHOTOS - 1]
        examples = [example(image, labels)]
        for key in others:
            truth = load_ground_truth(key)
            assert truth is not None
            examples.append(example(load_thumbnail(str(SAMPLE_PHOTOS[key].path)), truth))
        return examples, frozenset({*others, name} - {None})


def example(image: Image.Image, labels: np.ndarray) -> Example:
    """An RGB photo and its labels (H, W), 0..2 or UNKNOWN. Raises InputError."""
    return Example(to_input(image, SIDE), strokes_of(labels))


def name_of(photo: Upload) -> str | None:
    """The sample photo's name, None for any other."""
    return next((key for key, one in SAMPLE_PHOTOS.items() if str(one.path) == photo), None)


def path_of(key: object) -> str:
    """The sample photo's file. Raises InputError for a name that is none."""
    if not isinstance(key, str) or key not in SAMPLE_PHOTOS:
        raise InputError("teach.no-photo", known=", ".join(SAMPLE_PHOTOS))
    return str(SAMPLE_PHOTOS[key].path)


def next_unseen(learnt: frozenset[str], last: str) -> str:
    """The sample photo to ask about next: none that was learnt, the one after `last`."""
    unseen = [key for key in UNSEEN if key in SAMPLE_PHOTOS and key not in learnt]
    return unseen[(unseen.index(last) + 1) % len(unseen) if last in unseen else 0]
