"""K-means: by hand, against scikit-learn's fit of every pixel, and what visitors send."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pytest
from PIL import Image
from skimage import data
from skimage.color import rgb2lab
from sklearn.cluster import KMeans
from support.helpers import refusal

from segdemo.inference.kmeans import (
    LUMINANCE,
    SAMPLE,
    SPANS,
    KMeansSettings,
    best_assignment,
    cluster,
)
from segdemo.metrics import confusion_matrix, score

pytestmark = pytest.mark.filterwarnings("error")

BLACK, GREY, WHITE, BLUE = (0, 0, 0), (180, 180, 180), (255, 255, 255), (0, 0, 255)


def picture(rows: list) -> Image.Image:
    """Rows of RGB colours -> photo."""
    return Image.fromarray(np.array(rows, np.uint8))


@pytest.fixture(scope="module")
def cat() -> Image.Image:
    return Image.fromarray(data.chelsea())


def test_grey_values_by_hand():
    row = [(value,) * 3 for value in (200, 0, 10, 210)]
    result = cluster(picture([row]), KMeansSettings(2))
    assert result.labels.tolist() == [[1, 0, 0, 1]]
    assert result.centres.tolist() == [[5, 5, 5], [205, 205, 205]]
    assert result.inertia == pytest.approx(3 * 25)


@pytest.mark.parametrize("space", SPANS)
@pytest.mark.parametrize("clusters", [2, 3, 8])
def test_no_more_clusters_than_colours(space, clusters):
    photo = picture([[WHITE, BLUE, WHITE], [BLUE, BLUE, WHITE]])
    result = cluster(photo, KMeansSettings(clusters, space))
    assert result.labels.tolist() == [[1, 0, 1], [0, 0, 1]]
    assert result.centres.tolist() == [list(BLUE), list(WHITE)]
    assert result.inertia == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("space", SPANS)
@pytest.mark.parametrize("size", [(1, 1), (300, 200)])
def test_one_colour_is_one_cluster(space, size):
    result = cluster(Image.new("RGB", size, (10, 200, 30)), KMeansSettings(8, space))
    assert not result.labels.any()
    assert result.labels.shape == size[::-1]
    assert result.centres.tolist() == [[10, 200, 30]]


def test_a_colour_of_a_single_pixel_is_found():
    """As long as all pixels are in the sample; eight times fewer look for a good start."""
    photo = Image.new("RGB", (128, SAMPLE // 128), WHITE)
    photo.paste(BLACK, (0, 0, 40, 128))
    photo.putpixel((3, 1), BLUE)
    result = cluster(photo, KMeansSettings(3))
    assert result.centres.tolist() == [list(BLACK), list(BLUE), list(WHITE)]
    assert (result.labels == 1).sum() == result.labels[1, 3] == 1


def test_lab_groups_what_looks_alike():
    """Black is nearer to blue than to grey in RGB (255 to 312), not in Lab (137 to 73)."""
    photo = picture([[BLACK, BLUE, GREY]])
    assert cluster(photo, KMeansSettings(2, "rgb")).labels.tolist() == [[0, 0, 1]]
    black, blue, grey = cluster(photo, KMeansSettings(2, "lab")).labels[0]
    assert black == grey != blue


def test_position_separates_what_colours_cannot():
    photo = Image.new("RGB", (40, 10), GREY)
    assert not cluster(photo, KMeansSettings(2)).labels.any()
    labels = cluster(photo, KMeansSettings(2, position=True)).labels
    assert (labels[:, :20] == labels[0, 0]).all()
    assert (labels[:, 20:] == 1 - labels[0, 0]).all()


@pytest.mark.parametrize("space", SPANS)
@pytest.mark.parametrize("clusters", [3, 8])
def test_nearly_as_tight_as_the_fit_of_every_pixel(cat, space, clusters):
    pixels = np.asarray(cat).reshape(-1, 3).astype(np.float32)
    points = rgb2lab(pixels / 255) if space == "lab" else pixels
    full = KMeans(clusters, n_init=2, random_state=1).fit(points)
    ours = cluster(cat, KMeansSettings(clusters, space))
    assert ours.inertia <= 1.01 * full.inertia_ / len(points)


def test_clusters_are_their_pixels_mean_colours_from_dark_to_light(cat):
    result = cluster(cat, KMeansSettings(8, "lab"))
    pixels = np.asarray(cat)
    means = np.array([pixels[result.labels == index].mean(axis=0) for index in range(8)])
    np.testing.assert_allclose(result.centres, means, atol=0.5 + 1e-6)
    assert result.labels.dtype == result.centres.dtype == np.uint8
    assert (np.diff(means @ LUMINANCE) > 0).all()


@pytest.mark.parametrize("position", [False, True])
def test_the_same_photo_gets_the_same_clusters(cat, position):
    settings = KMeansSettings(8, "lab", position)
    with ThreadPoolExecutor(3) as threads:
        first, *others = threads.map(cluster, [cat] * 4, [settings] * 4)
    for other in others:
        assert np.array_equal(first.labels, other.labels)
        assert np.array_equal(first.centres, other.centres)
        assert first.inertia == other.inertia


def test_best_assignment_by_hand():
    truth = np.array([[0, 0, 0, 1, 1, 1, 2, 2]])
    labels = np.array([[3, 3, 0, 0, 0, 1, 2, 2]])
    assert best_assignment(labels, truth, clusters=4).tolist() == [1, 1, 2, 0]


def test_best_assignment_leaves_out_a_class_that_is_not_there():
    truth = np.array([[1, 1, 1, 2]])
    labels = np.array([[0, 0, 1, 1]])
    # Cluster 1 as background: IoU 3/4 and 0. As border: 2/3 and 1/2, the better mean.
    assert best_assignment(labels, truth, clusters=2).tolist() == [1, 2]


@pytest.mark.parametrize("seed", range(5))
def test_best_assignment_is_the_best_of_all(seed):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, (9, 7))
    labels = np.where(rng.random(truth.shape) < 0.4, truth, rng.integers(0, 5, truth.shape))
    best = best_assignment(labels, truth, clusters=5)
    mious = [
        score(confusion_matrix(np.array(classes)[labels], truth)).miou
        for classes in product(range(3), repeat=5)
    ]
    assert score(confusion_matrix(best[labels], truth)).miou == max(mious)


@pytest.mark.parametrize("clusters", [1, 9, -3, 2.5, float("nan"), "many", "", True, None, [3]])
def test_a_number_of_clusters_that_cannot_be_used(clusters):
    assert refusal(KMeansSettings, clusters).key == "kmeans.clusters"


@pytest.mark.parametrize("space", ["hsv", "RGB", "", None, 3, ["rgb"], {}])
def test_a_space_that_is_not_there(space):
    assert refusal(KMeansSettings, 3, space).key == "kmeans.space"


@pytest.mark.parametrize("position", [None, "yes", 1, []])
def test_a_position_that_is_neither_yes_nor_no(position):
    assert refusal(KMeansSettings, 3, "rgb", position).key == "kmeans.position"


def test_a_whole_number_in_any_spelling_will_do():
    assert KMeansSettings(4.0) == KMeansSettings("4") == KMeansSettings(4)
    assert type(KMeansSettings(4.0).clusters) is int
