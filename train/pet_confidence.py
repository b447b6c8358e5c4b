"""When the page says that a photo probably shows no pet, and how often it is wrong."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import skimage
import sklearn.datasets
from PIL import Image
from scipy.stats import binomtest

from segdemo.analysis.pet_confidence import STAGE, pet_confidence
from segdemo.data.decoder import open_photo
from segdemo.inference import Predictor
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS
from train.data import PetTensors, split_holdout
from train.originals import originals
from train.publish import write_card

FALSE_ALARMS = 0.02  # on the validation set: one photo of a pet in fifty gets the note
# All pictures that scikit-image and scikit-learn bring along, but for animals (chelsea, horse)
# and second pictures of one scene.
SKIMAGE_WITHOUT_PET = (
    "astronaut.png",
    "brick.png",
    "camera.png",
    "cell.png",
    "chessboard_RGB.png",
    "clock_motion.png",
    "coffee.png",
    "coins.png",
    "color.png",
    "grass.png",
    "gravel.png",
    "hubble_deep_field.jpg",
    "ihc.png",
    "logo.png",
    "microaneurysms.png",
    "moon.png",
    "motorcycle_left.png",
    "page.png",
    "phantom.png",
    "retina.jpg",
    "rocket.jpg",
    "text.png",
)
SKLEARN_WITHOUT_PET = ("china.jpg", "flower.jpg")


def measure_pet_note(
    predictor: Predictor, pets: PetTensors, test: PetTensors, own_size: Path
) -> dict:
    """Set the threshold on the validation set, count the notes, write both into the U-Net's JSON.

    `pets` is the split "trainval", `own_size` a folder of test photos at their own size; pictures
    without a pet come with scikit-image and scikit-learn. Every photo takes the page's way. Returns
    what was written. Raises CheckpointError or PetDataError.
    """

    def confidences(photos: Iterable[Image.Image]) -> np.ndarray:
        return np.array(
            [pet_confidence(predictor.predict(STAGE, photo).logits) for photo in photos]
        )

    _, holdout = split_holdout(pets.names)
    threshold = float(np.quantile(confidences(_photos(pets, holdout)), FALSE_ALARMS))
    record = {
        "threshold": threshold,
        "own_size": count(confidences(one.photo for one in originals(own_size)), threshold),
        "test": count(confidences(_photos(test, range(len(test.names)))), threshold),
        "without_pet": count(confidences(pictures_without_pet()), threshold),
    }
    card = checkpoints.read_metadata(predictor.folder, NETWORKS[STAGE])
    write_card(predictor.folder, NETWORKS[STAGE], card | {"pet_note": record})
    return record


def count(confidences: np.ndarray, threshold: float) -> dict:
    """(pictures,) confidences -> on how many the note appears, and the fraction's interval."""
    noted, pictures = int((confidences < threshold).sum()), len(confidences)
    interval = binomtest(noted, pictures).proportion_ci(0.95, method="exact")
    return {"noted": noted, "pictures": pictures, "interval": [*map(float, interval)]}


def pictures_without_pet() -> Iterable[Image.Image]:
    """RGB pictures, decoded as on the page."""
    folders = (
        (Path(skimage.__file__).parent / "data", SKIMAGE_WITHOUT_PET),
        (
            Path(sklearn.datasets.__file__).parent / "images",
            SKLEARN_WITHOUT_PET,
        ),
    )
    for folder, names in folders:
        for name in names:
            yield open_photo(folder / name).image


def _photos(pets: PetTensors, indices: Iterable[int]) -> Iterable[Image.Image]:
    for index in indices:
        yield Image.fromarray(pets.photos[index].movedim(0, -1).numpy())
