"""Answers to a photo: labels of the asked size, shares, scores, memory of what was answered."""

import io
from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import CHECKPOINTS
from PIL import Image

from segdemo.data.classes import UNKNOWN
from segdemo.data.decoder import open_photo
from segdemo.data.ground_truth import GroundTruth, GroundTruthSource
from segdemo.data.oxford_pets import Pets
from segdemo.data.palette import CLASS_PALETTE, label_image, png
from segdemo.data.preprocessing import to_input
from segdemo.inference import Predictor
from segdemo.inference.averaging import predict_averaged
from segdemo.inference.kmeans import KMeansSettings
from segdemo.inference.segmentation import SegmentationRequest, SegmentationResult, segment
from segdemo.metrics import confusion_matrix, score
from segdemo.models.registry import STAGES, UnknownStageError

SETTINGS = KMeansSettings()


@pytest.mark.parametrize("key", STAGES)
@pytest.mark.parametrize("size", [(90, 131), (1, 1), (300, 20)])
def test_labels_have_the_asked_size(predictor, chelsea, key, size):
    result = segment(predictor, key, SegmentationRequest(chelsea, size), SETTINGS)
    assert result.labels.shape == size
    assert result.labels.dtype == np.uint8
    assert result.labels.max() < len(result.palette)
    assert sum(result.fractions) == pytest.approx(1)


def test_shares_count_pixels():
    labels = np.array([[0, 0], [0, 2]], np.uint8)
    assert SegmentationResult(labels, CLASS_PALETTE, 1.0).fractions == (0.75, 0.0, 0.25)


def test_an_unknown_stage_is_refused(predictor, chelsea):
    with pytest.raises(UnknownStageError):
        segment(predictor, "resnet", SegmentationRequest(chelsea, (9, 9)), SETTINGS)


def test_the_same_photo_is_answered_from_memory(chelsea):
    predictor = Predictor(CHECKPOINTS)
    first = predictor.predict("unet", chelsea)
    assert predictor.predict("unet", chelsea.copy()) is first
    assert predictor.predict("unet", chelsea.rotate(180)) is not first


def test_averaged_is_the_mean_of_the_photo_and_its_mirror_image(predictor, chelsea):
    """So mirroring the photo mirrors the answer, exactly, which the plain network's does not do."""
    inputs = to_input(chelsea)
    found = predict_averaged(predictor, inputs).logits
    one = predictor.predict_inputs("unet", inputs).logits.softmax(0)
    other = predictor.predict_inputs("unet", inputs.flip(-1)).logits.softmax(0).flip(-1)
    torch.testing.assert_close(found.softmax(0), (one + other) / 2)
    mirrored = predict_averaged(predictor, inputs.flip(-1)).logits
    torch.testing.assert_close(mirrored.flip(-1), found)
    plain = SegmentationRequest(chelsea, (128, 128))
    averaged = replace(plain, averaged=True)
    labels = segment(predictor, "unet", averaged, SETTINGS).labels
    assert np.array_equal(labels, found.argmax(0).numpy())
    assert not np.array_equal(labels, segment(predictor, "unet", plain, SETTINGS).labels)
    others = [segment(predictor, "cnn-5x5", one, SETTINGS).labels for one in (plain, averaged)]
    assert np.array_equal(*others)


def test_k_means_is_scored_by_its_best_case(predictor):
    """Two flat colours: the truth can be named exactly."""
    truth = np.zeros((40, 60), np.uint8)
    truth[:, 30:] = 1
    photo = Image.fromarray(
        np.where(truth[..., None] == 0, (200, 30, 30), (20, 60, 200)).astype("u1")
    )
    known = GroundTruth(truth, GroundTruthSource.PAINTED)
    request = SegmentationRequest(photo, (40, 60), known)
    result = segment(predictor, "kmeans", request, KMeansSettings(2))
    assert result.score.miou == 1.0
    assert result.palette.tolist() == [[20, 60, 200], [200, 30, 30]]


def test_unpainted_pixels_are_not_counted(predictor, chelsea):
    """Right on all that was painted: a score of 1, whatever is predicted elsewhere."""
    size = (chelsea.height, chelsea.width)
    predicted = segment(predictor, "unet", SegmentationRequest(chelsea, size), SETTINGS).labels
    painted = predicted.copy()
    painted[: size[0] // 2] = UNKNOWN
    known = GroundTruth(painted, GroundTruthSource.PAINTED)
    result = segment(predictor, "unet", SegmentationRequest(chelsea, size, known), SETTINGS)
    assert result.score.miou == result.score.pixel_accuracy == 1.0


def test_a_label_image_is_indexed_and_lossless():
    labels = np.random.default_rng(0).integers(0, 3, (50, 70)).astype(np.uint8)
    with Image.open(io.BytesIO(png(label_image(labels)))) as image:
        assert image.mode == "P"
        assert np.array_equal(np.array(image), labels)
        assert image.convert("RGB").getpixel((0, 0)) == tuple(CLASS_PALETTE[labels[0, 0]])


def test_photos_at_their_own_size_score_like_the_evaluation(predictor, originals, pets_root):
    """The chain of the page against the evaluation at 128x128, on the same 52 test photos."""
    pets = Pets(pets_root, "test")
    squashed = {name: index for index, name in enumerate(pets.names)}
    own = np.zeros((3, 3), np.int64)
    small = np.zeros((3, 3), np.int64)
    for path in sorted((originals / "images").glob("*.jpg")):
        truth = np.array(Image.open(originals / "trimaps" / f"{path.stem}.png")) - 1
        result = segment(
            predictor, "unet", SegmentationRequest(open_photo(path).image, truth.shape), SETTINGS
        )
        own += confusion_matrix(result.labels, truth)
        photo, truth = pets[squashed[path.stem]]
        result = segment(
            predictor, "unet", SegmentationRequest(photo.convert("RGB"), truth.shape), SETTINGS
        )
        small += confusion_matrix(result.labels, truth)
    print(f"own size {score(own).miou:.4f}, 128x128 {score(small).miou:.4f}")
    assert score(own).miou == pytest.approx(score(small).miou, abs=0.02)
