"""Which ground truth belongs to a file, and who drew it."""

import shutil

import numpy as np
from support.helpers import refusal

from segdemo.data.ground_truth import GroundTruthSource
from segdemo.data.sample_photos import SAMPLE_PHOTOS, load_ground_truth
from segdemo.locales import LANGUAGES, Translator
from segdemo.web.examples import TestSplit, find_annotation, labels_of, load_request


def test_a_sample_photo_is_known_by_another_name_and_as_bytes(tmp_path):
    sent = shutil.copy(SAMPLE_PHOTOS["tabby"].path, tmp_path / "IMG_0001.jpg")
    for photo in (str(sent), sent.read_bytes()):
        found = find_annotation(None, photo)
        assert found.source == GroundTruthSource.DRAWN_BY_US
        assert np.array_equal(found.labels, load_ground_truth("tabby"))
    assert np.array_equal(load_request(None, str(sent)).ground_truth.labels, found.labels)


def test_of_other_photos_nothing_is_known(tmp_path, chelsea):
    saved = tmp_path / "chelsea.png"  # the same pixels and name in another file
    chelsea.save(saved, optimize=True)
    for photo in (None, str(saved), str(SAMPLE_PHOTOS["lion"].path)):
        assert find_annotation(None, photo) is None


def test_a_file_that_is_gone_is_refused(tmp_path):
    error = refusal(find_annotation, None, str(tmp_path / "photo.jpg"))
    assert error.key == "photo.unreadable"


def test_a_test_photo_has_the_data_set_s(pets_root):
    tests = TestSplit(pets_root)
    path, labels = tests.find("Abyssinian_201")
    found = find_annotation(tests, str(path))
    assert found.source == GroundTruthSource.DATASET
    assert np.array_equal(found.labels, labels)
    assert find_annotation(None, str(path)) is None
    sample = find_annotation(tests, str(SAMPLE_PHOTOS["cat"].path))
    assert sample.source == GroundTruthSource.DRAWN_BY_US


def test_labels_of_a_photo_are_a_person_s_or_else_the_u_net_s(predictor, tmp_path, chelsea):
    """Also of a smaller size, each the nearest pixel's."""
    drawn = load_ground_truth("tabby")
    known = labels_of(predictor, None, str(SAMPLE_PHOTOS["tabby"].path))
    assert known.source == GroundTruthSource.DRAWN_BY_US
    assert np.array_equal(known.labels, drawn)
    half = drawn.shape[0] // 2, drawn.shape[1] // 2
    smaller = labels_of(predictor, None, str(SAMPLE_PHOTOS["tabby"].path), size=half)
    assert smaller.source == known.source
    assert np.array_equal(smaller.labels, drawn[1::2, 1::2])
    saved = tmp_path / "chelsea.png"
    chelsea.save(saved)
    predicted = labels_of(predictor, None, str(saved), size=(128, 128))
    assert predicted.source == GroundTruthSource.PSEUDO_LABEL
    assert np.array_equal(predicted.labels, predictor.predict("unet", chelsea).logits.argmax(0))


def test_every_source_has_its_sentence():
    for language in LANGUAGES:
        said = [
            Translator(language)(f"ground-truth.source.{source}") for source in GroundTruthSource
        ]
        assert len(set(said)) == len(GroundTruthSource)
