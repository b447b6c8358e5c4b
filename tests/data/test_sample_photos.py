"""The sample photos: files that fit together, and none that a network was trained on."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from segdemo.data.classes import BACKGROUND, BORDER, PET
from segdemo.data.oxford_pets import Pets
from segdemo.data.sample_photos import (
    OPENING_PHOTO,
    SAMPLE_PHOTOS,
    find_ground_truth,
    load_ground_truth,
)

DRAWN = [key for key, photo in SAMPLE_PHOTOS.items() if photo.ground_truth]
UNKNOWN = [key for key in SAMPLE_PHOTOS if key not in DRAWN]


def test_every_animal_that_the_networks_know_has_a_ground_truth():
    assert OPENING_PHOTO in DRAWN
    assert [key for key, photo in SAMPLE_PHOTOS.items() if photo.taught] == DRAWN
    for key in UNKNOWN:
        assert load_ground_truth(key) is None
    with pytest.raises(KeyError):
        load_ground_truth("dog")


@pytest.mark.parametrize("key", DRAWN)
def test_a_trimap_fits_its_photo(key):
    labels = load_ground_truth(key)
    with Image.open(SAMPLE_PHOTOS[key].path) as photo:
        assert labels.shape == (photo.height, photo.width)
        assert max(photo.size) <= 1024
    assert labels.dtype == np.uint8
    assert set(np.unique(labels)) == {PET, BACKGROUND, BORDER}
    # As in the data set: pet and background never touch.
    for before, after in ((labels[1:], labels[:-1]), (labels[:, 1:], labels[:, :-1])):
        assert not ((before == PET) & (after == BACKGROUND)).any()
        assert not ((before == BACKGROUND) & (after == PET)).any()


@pytest.mark.parametrize("key", SAMPLE_PHOTOS)
def test_a_photo_is_known_by_its_bytes_alone(key):
    data = SAMPLE_PHOTOS[key].path.read_bytes()
    found, expected = find_ground_truth(data), load_ground_truth(key)
    assert (found is None) == (expected is None) == (key in UNKNOWN)
    assert found is None or np.array_equal(found, expected)
    assert find_ground_truth(data + b"\0") is None


def test_none_was_trained_on(pets_root):
    """The nearest training pictures, squashed to 32x32 grey values, are other pictures.

    Of two training pictures of which one is the other's nearest the correlation is 0.61 in the
    median; of a picture and itself, cropped to 90 %, 0.86. Here it is 0.70 at most.
    """
    training = Pets(pets_root, "trainval")
    known = np.stack([descriptor(Image.open(training.path(i))) for i in range(len(training))])
    assert (known @ known[100]).argmax() == 100
    for key in DRAWN:
        with Image.open(SAMPLE_PHOTOS[key].path) as photo:
            seen = (photo.convert("RGB"), ImageOps.mirror(photo.convert("RGB")))
        nearest = max((known @ descriptor(picture)).max() for picture in seen)
        assert nearest < 0.75, key


def descriptor(picture: Image.Image) -> np.ndarray:
    """(1024,) grey values without their mean, of length 1: a product of two is a correlation."""
    grey = np.asarray(picture.convert("L").resize((32, 32), Image.Resampling.BOX), float).ravel()
    grey -= grey.mean()
    return grey / np.linalg.norm(grey)
