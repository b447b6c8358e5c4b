"""The filmstrip on disk: what is written is read, what is damaged is named, alone."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from segdemo.data.preprocessing import SIZE
from segdemo.evaluation.training_timeline import (
    Frame,
    Photo,
    TimelineError,
    TrainingTimeline,
    write_film,
    write_photos,
)
from segdemo.models.registry import UnknownStageError

PHOTOS = (Photo("cat", "somebody, CC0"), Photo("café", "nobody"))
FRAMES = (Frame(0), Frame(1.5), Frame(3))


def draw_labels(seed: int) -> np.ndarray:
    shape = len(PHOTOS), len(FRAMES), SIZE, SIZE
    return np.random.default_rng(seed).integers(0, 3, shape, np.uint8)


def draw_pictures(colours: tuple[str, str] = ("red", "blue")) -> list[Image.Image]:
    return [Image.new("RGB", (SIZE, SIZE), colour) for colour in colours]


@pytest.fixture
def folder(tmp_path):
    """A filmstrip of two stages."""
    write_photos(tmp_path, PHOTOS, draw_pictures())
    write_film(tmp_path, "cnn-1x1", FRAMES, draw_labels(0))
    write_film(tmp_path, "unet", FRAMES[1:], draw_labels(1)[:, 1:])
    return tmp_path


def tile(path, row, column) -> np.ndarray:
    with Image.open(path) as image:
        values = np.asarray(image)
    return values[row * SIZE : (row + 1) * SIZE, column * SIZE : (column + 1) * SIZE]


def test_what_is_written_is_read(folder):
    filmstrip = TrainingTimeline.read(folder)
    assert filmstrip.photos == PHOTOS
    assert list(filmstrip.films) == ["cnn-1x1", "unet"]
    assert not filmstrip.problems
    assert filmstrip.films["cnn-1x1"].frames == FRAMES
    assert filmstrip.films["unet"].frames == FRAMES[1:]


def test_a_row_is_a_photo_and_a_column_a_frame(folder):
    filmstrip = TrainingTimeline.read(folder)
    labels = draw_labels(0)
    for row in range(len(PHOTOS)):
        for column in range(len(FRAMES)):
            drawn = tile(filmstrip.films["cnn-1x1"].sprite, row, column)
            np.testing.assert_array_equal(drawn, labels[row, column])
    blue = tile(filmstrip.pictures, 1, 0).reshape(-1, 3).mean(0)
    np.testing.assert_allclose(blue, (0, 0, 255), atol=3)


def test_a_stage_is_written_again_alone(folder):
    before = (folder / "cnn-1x1.png").read_bytes()
    write_film(folder, "unet", FRAMES, draw_labels(7))
    filmstrip = TrainingTimeline.read(folder)
    assert filmstrip.films["unet"].frames == FRAMES
    np.testing.assert_array_equal(tile(filmstrip.films["unet"].sprite, 1, 2), draw_labels(7)[1, 2])
    assert (folder / "cnn-1x1.png").read_bytes() == before


def test_the_description_is_written_last(tmp_path):
    """A crash in between leaves a film that is known to be damaged, not one that looks whole."""
    written = []

    def save(path, data):
        written.append(path.name)
        path.write_bytes(data)

    write_photos(tmp_path, PHOTOS, draw_pictures(), save)
    write_film(tmp_path, "unet", FRAMES, draw_labels(0), save)
    assert written == ["photos.jpg", "photos.json", "unet.png", "unet.json"]


def test_no_folder_is_no_filmstrip(tmp_path):
    assert TrainingTimeline.read(tmp_path / "filmstrip") is None


def lose(path):
    path.unlink()


def flip_a_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def lose_a_frame(path):
    card = json.loads(path.read_text())
    del card["frames"][0]
    path.write_text(json.dumps(card))


def rename_a_field(path):
    path.write_text(path.read_text().replace('"epoch"', '"moment"'))


def write_a_list(path):
    path.write_text("[]")


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("unet.png", lose),
        ("unet.png", flip_a_bit),
        ("unet.png", cut),
        ("unet.json", cut),
        ("unet.json", write_a_list),
        ("unet.json", lose_a_frame),
        ("unet.json", rename_a_field),
    ],
)
def test_a_damaged_film_is_that_stage_s_problem_alone(folder, name, damage):
    damage(folder / name)
    filmstrip = TrainingTimeline.read(folder)
    assert list(filmstrip.films) == ["cnn-1x1"]
    assert list(filmstrip.problems) == ["unet"]
    assert "unet." in str(filmstrip.problems["unet"])


@pytest.mark.parametrize("name", ["photos.jpg", "photos.json"])
@pytest.mark.parametrize("damage", [lose, cut])
def test_without_the_photos_there_is_no_filmstrip(folder, name, damage):
    damage(folder / name)
    with pytest.raises(TimelineError, match=name):
        TrainingTimeline.read(folder)


def test_a_film_of_other_photos_is_not_shown_with_these(folder):
    other = folder / "other"
    other.mkdir()
    write_photos(other, PHOTOS, draw_pictures(("green", "yellow")))
    for name in ("unet.png", "unet.json"):
        shutil.copy(folder / name, other)
    filmstrip = TrainingTimeline.read(other)
    assert not filmstrip.films
    assert "other photos" in str(filmstrip.problems["unet"])


@pytest.mark.parametrize(
    "labels",
    [
        draw_labels(0)[:, :2],
        draw_labels(0)[:1],
        draw_labels(0)[..., :64],
        draw_labels(0).astype(np.int64),
        draw_labels(0) + 1,
    ],
)
def test_labels_that_do_not_fit_are_refused_and_nothing_is_written(folder, labels):
    before = (folder / "unet.png").read_bytes()
    with pytest.raises(ValueError, match="expected labels"):
        write_film(folder, "unet", FRAMES, labels)
    assert (folder / "unet.png").read_bytes() == before


def test_what_cannot_be_written(tmp_path):
    with pytest.raises(ValueError, match="2 pictures"):
        write_photos(tmp_path, PHOTOS, draw_pictures()[:1])
    with pytest.raises(TimelineError, match=r"photos\.json"):
        write_film(tmp_path, "unet", FRAMES, draw_labels(0))
    with pytest.raises(UnknownStageError):
        write_film(tmp_path, "u-net", FRAMES, draw_labels(0))
