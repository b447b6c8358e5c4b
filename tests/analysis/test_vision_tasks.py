"""Four answers to one picture: regions that are pets, boxes around them, page and endpoint."""

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from scipy import ndimage
from support.helpers import unhurried
from support.markup import elements, words

from segdemo.analysis.cluster_labels import class_labels
from segdemo.analysis.vision_tasks import MIN_PET_FRACTION, Box, Detection, vision_tasks
from segdemo.data.classes import BACKGROUND, BORDER, PET
from segdemo.data.oxford_pets import Pets
from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.errors import InputError
from segdemo.inference import Predictor
from segdemo.locales import Translator
from segdemo.models.checkpoints import CheckpointError
from segdemo.models.registry import STAGES
from segdemo.web.tabs.explain.vision_tasks import VisionTasksSection

TOUCHING = np.ones((3, 3))  # by a side or a corner
small_maps = arrays(
    np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(PET, BORDER)
)


def ground(height: int = 100, width: int = 100) -> np.ndarray:
    return np.full((height, width), BACKGROUND, np.uint8)


def test_two_squares_are_two_pets_and_a_speck_is_none():
    labels = ground()
    labels[10:30, 20:40] = PET
    labels[60:90, 50:80] = PET
    labels[5:8, 90:93] = PET  # 9 pixels of 10,000
    found = vision_tasks(labels)
    assert found.detections == (
        Detection(Box(50, 60, 80, 90), 0.09),
        Detection(Box(20, 10, 40, 30), 0.04),
    )
    assert found.pet
    assert found.box == Box(20, 10, 80, 90)
    assert found.share == pytest.approx(0.04 + 0.09 + 0.0009)


def test_no_pet():
    labels = ground()
    labels[10:60, 10:60] = BORDER  # a border without a pet is none
    found = vision_tasks(labels)
    assert (found.pet, found.box, found.detections, found.share) == (False, None, (), 0.0)


@pytest.mark.parametrize(("pixels", "pets"), [(100, 1), (99, 0)])
def test_the_least_pet(pixels, pets):
    labels = ground()
    labels[40:50, 40:50] = np.where(np.arange(100).reshape(10, 10) < pixels, PET, BORDER)
    assert MIN_PET_FRACTION == 0.01
    assert len(vision_tasks(labels).detections) == pets


def test_corners_and_borders_join():
    labels = ground()
    labels[10:30, 10:30] = PET
    labels[30:50, 30:50] = PET  # touches by a corner
    labels[45:48, 50:60] = BORDER  # leads on
    labels[40:60, 60:80] = PET
    (found,) = vision_tasks(labels).detections
    assert found == Detection(Box(10, 10, 80, 60), 0.12)


@unhurried
@given(
    arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 2))
)
def test_boxes_are_scipy_s_and_hold_every_pet_pixel(labels):
    """On so small a picture a single pixel is no speck."""
    found = vision_tasks(labels)
    regions, _ = ndimage.label(labels != BACKGROUND, TOUCHING)
    expected = {
        Box(columns.start, rows.start, columns.stop, rows.stop)
        for index, (rows, columns) in enumerate(ndimage.find_objects(regions), start=1)
        if (labels[regions == index] == PET).any()
    }
    assert {detection.box for detection in found.detections} == expected
    assert sum(detection.share for detection in found.detections) == pytest.approx(found.share)
    rows, columns = np.nonzero(labels == PET)
    assert found.pet == bool(len(rows))
    if found.pet:
        assert found.box.left <= columns.min() <= columns.max() < found.box.right
        assert found.box.top <= rows.min() <= rows.max() < found.box.bottom


def test_a_box_in_another_size():
    assert Box(10, 20, 30, 50).scaled((100, 50), (200, 25)) == Box(20, 10, 60, 25)


def test_one_pet_a_test_photo(predictor, pets_root):
    """What MIN_PET_FRACTION was chosen by: one region in nearly every trimap and U-Net answer."""
    pets = Pets(pets_root, "test")
    drawn = [len(vision_tasks(pets[i][1]).detections) == 1 for i in range(3, len(pets), 12)]
    said = []
    for index in range(3, len(pets), 48):
        photo, truth = pets[index]
        labels = class_labels(predictor, "unet", photo.convert("RGB"), truth.shape)
        said.append(len(vision_tasks(labels).detections) == 1)
    print(f"one pet: {np.mean(drawn):.3f} of the trimaps, {np.mean(said):.3f} of the U-Net's")
    assert np.mean(drawn) > 0.97
    assert np.mean(said) > 0.95


# ---- The section ----


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("key", STAGES)
def test_four_pictures_for_every_stage(predictor, key, language):
    photo = str(SAMPLE_PHOTOS[OPENING_PHOTO].path)
    html = VisionTasksSection(predictor).show(photo, key, Translator(language))
    described = [
        picture["aria-label"] for picture in elements(html, "div") if "aria-label" in picture
    ]
    tasks = ("classification", "localization", "detection", "segmentation")
    for name, words_of_it in zip(tasks, described, strict=True):
        assert words_of_it.startswith(Translator(language)(f"insight-answers.{name}"))
    found = VisionTasksSection(predictor).numbers(photo, key)
    boxes = [one for one in elements(html, "i") if one.get("class") == "answer-box"]
    assert len(boxes) == bool(found["pet"]) + len(found["boxes"])
    assert (Translator(language)("insight-answers.named")[:20] in words(html)) == (key == "kmeans")


def test_what_is_missing_raises(predictor, tmp_path):
    """The page says it as a sentence: see `PageContext.show_on`."""
    with pytest.raises(InputError):
        VisionTasksSection(predictor).show(None, "unet", Translator())
    broken = VisionTasksSection(Predictor(tmp_path))
    for key in ("unet", "kmeans"):  # the clusters get their names from the U-Net
        with pytest.raises(CheckpointError, match="unet"):
            broken.show(str(SAMPLE_PHOTOS[OPENING_PHOTO].path), key, Translator())


# ---- The endpoint ----


@pytest.fixture(scope="module")
def ask(page_url):
    client = Client(page_url, verbose=False)
    return lambda *inputs: client.predict(*inputs, api_name="/four_answers")


def test_boxes_are_in_pixels_of_the_photo_as_sent(ask, chelsea, tmp_path):
    """The cat on a wide grey ground, sent in two sizes: the large one is reduced on the page."""
    ground = Image.new("RGB", (900, 500), (120, 130, 140))
    ground.paste(chelsea, (225, 100))
    found = {}
    for factor in (1, 3):
        path = tmp_path / f"{factor}.png"
        ground.resize((900 * factor, 500 * factor)).save(path)
        found[factor] = ask(handle_file(path), "unet")
    small, large = found[1], found[3]
    assert small["pet"]
    assert large["pet"]
    assert large["share"] == pytest.approx(small["share"], abs=0.02)
    assert large["boxes"][0]["right"] > 900
    for side in ("left", "top", "right", "bottom"):
        assert large["box"][side] == pytest.approx(3 * small["box"][side], abs=0.03 * 2700)
    for box in large["boxes"]:
        assert 0 <= box["left"] < box["right"] <= 2700
        assert 0 <= box["top"] < box["bottom"] <= 1500
        assert MIN_PET_FRACTION <= box["share"] <= large["share"]


def test_a_plain_picture_has_no_pet_and_no_box(ask, tmp_path):
    path = tmp_path / "plain.png"
    Image.new("RGB", (64, 64), (0, 0, 255)).save(path)
    assert ask(handle_file(path), "unet") == {"pet": False, "share": 0, "box": None, "boxes": []}


def test_the_endpoint_names_what_is_wrong(ask, tmp_path):
    path = tmp_path / "text.png"
    path.write_bytes(b"no photo")
    with pytest.raises(AppError, match="not a photo"):
        ask(handle_file(path), "unet")
    with pytest.raises(AppError, match="no photo yet"):
        ask(None, "unet")
    with pytest.raises(AppError):
        ask(handle_file(SAMPLE_PHOTOS[OPENING_PHOTO].path), "resnet")
