"""Photos changed on purpose: where their pixels go, and how many labels change."""

import numpy as np
import pytest
import torch
from PIL import Image
from support.helpers import refusal

from segdemo.analysis.prediction_change import LabelChange, label_change, mask_shift, match_clusters
from segdemo.analysis.robustness import (
    DIRECTIONS,
    MAX_SHIFT,
    MAX_STRENGTH,
    OUT_OF_FRAME,
    TESTS,
    Perturbation,
)
from segdemo.data.preprocessing import SIZE, resize_photo, to_input
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.locales import Translator
from segdemo.models import CNNSegmentation
from segdemo.models.registry import STAGES

GRADED = [key for key, test in TESTS.items() if test.step is not None]
PALETTE = np.zeros((3, 3), np.uint8)  # which nothing here looks at
PLACES = np.arange(SIZE * SIZE).reshape(SIZE, SIZE)


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    """Every colour anywhere, 128x128."""
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (SIZE, SIZE, 3), np.uint8))


@pytest.fixture(scope="module")
def places() -> Image.Image:
    """A photo that says in red and green which row and column a pixel is from."""
    rows, columns = np.divmod(PLACES, SIZE)
    return Image.fromarray(np.stack([rows, columns, 0 * rows], axis=-1).astype(np.uint8))


def place_of(pixels: Image.Image) -> np.ndarray:
    rows, columns, _ = np.moveaxis(np.asarray(pixels, int), -1, 0)
    return rows * SIZE + columns


# ---- The photo ----


@pytest.mark.parametrize("strength", [1, 3, MAX_SHIFT])
def test_a_shift_moves_every_pixel_and_leaves_out_what_has_left(photo, strength):
    before, labels = np.asarray(photo), PLACES % 7
    right = Perturbation("shift", strength, "right")
    assert (np.asarray(right.photo(photo))[:, strength:] == before[:, :-strength]).all()
    back = right.invert(labels)
    assert (back[:, :-strength] == labels[:, strength:]).all()
    assert (back[:, -strength:] == OUT_OF_FRAME).all()
    up = Perturbation("shift", strength, "up")
    assert (np.asarray(up.photo(photo))[:-strength] == before[strength:]).all()
    back = up.invert(labels)
    assert (back[strength:] == labels[:-strength]).all()
    assert (back[:strength] == OUT_OF_FRAME).all()


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("test", ["shift", "shuffle", "upside-down"])
def test_what_is_brought_back_is_where_it_came_from(places, test, direction):
    perturbation = Perturbation(test, 5, direction)
    changed = place_of(perturbation.photo(places))
    assert (changed != PLACES).mean() > 0.9
    back = perturbation.invert(changed)
    kept = back != OUT_OF_FRAME
    assert (back[kept] == PLACES[kept]).all()
    assert (~kept).sum() == (5 * SIZE if test == "shift" else 0)


def test_upside_down_the_last_row_comes_first(photo):
    assert np.array_equal(Perturbation("upside-down").photo(photo), np.asarray(photo)[::-1])


@pytest.mark.parametrize("test", GRADED)
def test_strength_0_is_the_photo_and_more_is_more(chelsea, test):
    small = np.asarray(resize_photo(chelsea), int)
    strengths = 0, MAX_STRENGTH // 2, MAX_STRENGTH
    pictures = [np.asarray(Perturbation(test, one).photo(chelsea), int) for one in strengths]
    differences = [np.abs(picture - small).mean() for picture in pictures]
    assert differences[0] == 0
    assert 0 < differences[1] < differences[2]


@pytest.mark.parametrize("test", TESTS)
def test_the_same_test_gives_the_same_picture(chelsea, test):
    first, second = (Perturbation(test).photo(chelsea) for _ in range(2))
    assert (first.size, first.mode) == ((SIZE, SIZE), "RGB")
    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    ("test", "strength", "colour", "expected"),
    [
        ("hue", 8, (200, 20, 20), (20, 200, 200)),  # the opposite of red
        ("hue", 8, (90, 90, 90), (90, 90, 90)),
        ("blur", 8, (200, 100, 0), (200, 100, 0)),
        ("dark", 4, (200, 100, 0), (120, 60, 0)),
    ],
)
def test_one_colour_by_hand(test, strength, colour, expected):
    changed = Perturbation(test, strength).photo(Image.new("RGB", (SIZE, SIZE), colour))
    assert changed.getcolors() == [(SIZE * SIZE, expected)]


def test_grey_has_one_value_a_pixel(photo):
    red, green, blue = Perturbation("grey").photo(photo).split()
    assert np.array_equal(red, green)
    assert np.array_equal(green, blue)
    assert np.std(red) > 10


def test_noise_has_the_deviation_it_names():
    perturbation = Perturbation("noise", 2)
    noise = np.asarray(perturbation.photo(Image.new("RGB", (SIZE, SIZE), (128, 128, 128)))) - 128.0
    assert noise.std() == pytest.approx(perturbation.amount, rel=0.02)
    assert noise.mean() == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize(
    ("arguments", "key", "named"),
    [
        (("sharp",), "unknown-test", "upside-down"),
        ((None,), "unknown-test", "shuffle"),
        (([],), "unknown-test", "shift"),
        (("shift", 49), "unknown-strength", "48"),
        (("dark", 9), "unknown-strength", "8"),
        (("shift", -1), "unknown-strength", "48"),
        (("noise", 2.5), "unknown-strength", "8"),
        (("noise", "much"), "unknown-strength", "8"),
        (("blur", None), "unknown-strength", "8"),
        (("shift", 1, "sideways"), "unknown-direction", "left"),
        (("shift", 1, {}), "unknown-direction", "up"),
    ],
)
def test_what_is_not_offered_is_refused_by_name(arguments, key, named):
    error = refusal(Perturbation, *arguments)
    assert error.key == f"insight-perturb.{key}"
    assert named in error.sentence(Translator("en"))
    assert named in error.sentence(Translator("vi"))


# ---- The labels ----


def test_a_fraction_by_hand():
    """Shifted right by 1: of the twelve pixels that both photos have, three changed."""
    before = np.array([[0, 1, 1, 2], [0, 1, 1, 2], [0, 0, 1, 2], [0, 0, 0, 2]])
    after = np.array([[0, 0, 1, 1], [2, 0, 0, 1], [1, 0, 0, 2], [0, 1, 0, 0]])
    back = Perturbation("shift", 1, "right").invert(after)
    change = LabelChange(before, after, back, PALETTE)
    assert change.kept.sum() == 12
    assert np.argwhere(change.changed).tolist() == [[1, 1], [2, 2], [3, 0]]
    assert change.fraction == 3 / 12


def test_partners_by_hand():
    before = np.array([0, 0, 0, 1, 1, 1])
    assert match_clusters(before, np.array([1, 1, 0, 0, 0, OUT_OF_FRAME]), 2, 2).tolist() == [1, 0]
    # Cluster 2 of three is left over: it gets a number of its own.
    assert match_clusters(before, np.array([1, 1, 1, 0, 0, 2]), 2, 3).tolist() == [1, 0, 4]
    assert match_clusters(before, np.array([0, 0, 0, 0, 0, 0]), 2, 1).tolist() == [0]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("moved", [-2, 0, 3])
def test_how_far_a_mask_moved(direction, moved):
    before = np.ones((40, 40), int)
    before[15:22, 14:25] = 0
    down, along = DIRECTIONS[direction]
    after = np.roll(before, (moved * down, moved * along), (0, 1))
    change = LabelChange(before, after, after, PALETTE)
    assert mask_shift(change, direction, 3) == moved


def test_a_mask_of_one_label_cannot_tell():
    mask = np.ones((40, 40), int)
    assert mask_shift(LabelChange(mask, mask, mask, PALETTE), "right", 4) is None


def test_a_mask_that_went_out_of_reach_cannot_tell():
    """Its best match lies further off than is looked for, so the last place tried is no answer."""
    before, after = (np.tile(np.arange(40) >= edge, (40, 1)).astype(int) for edge in (25, 5))
    change = LabelChange(before, after, after, PALETTE)
    assert mask_shift(change, "right", 4) is None
    assert mask_shift(change, "left", 10) == 20


# ---- The stages ----


@pytest.mark.parametrize("key", STAGES)
def test_a_shift_by_nothing_changes_nothing(predictor, chelsea, key):
    change = label_change(predictor, key, chelsea, Perturbation("shift", 0))
    assert change.fraction == 0


@pytest.mark.parametrize("path", [photo.path for photo in SAMPLE_PHOTOS.values()])
def test_colours_alone_do_not_care_where_they_are(predictor, path):
    """k-means and 1x1: nothing changes, exactly. Larger kernels lose what they look for."""
    with Image.open(path) as opened:
        photo = opened.convert("RGB")
    for test in ("shuffle", "upside-down"):
        for key in ("kmeans", "cnn-1x1"):
            assert label_change(predictor, key, photo, Perturbation(test)).fraction == 0
    for key in ("cnn-5x5", "unet"):
        assert label_change(predictor, key, photo, Perturbation("shuffle")).fraction > 0


@pytest.mark.parametrize("seed", range(5))
def test_a_1x1_network_follows_any_permutation(chelsea, seed):
    torch.manual_seed(seed)
    network = CNNSegmentation(kernel_size=1).eval()
    inputs = to_input(chelsea)
    order = torch.randperm(SIZE * SIZE)
    shuffled = inputs.flatten(2)[..., order].reshape(inputs.shape)
    with torch.inference_mode():
        labels, moved = (network(photo).argmax(dim=1).flatten() for photo in (inputs, shuffled))
    assert torch.equal(moved, labels[order])


@pytest.mark.parametrize(("key", "reach"), [("cnn-1x1", 0), ("cnn-5x5", 8), ("cnn-11x11", 20)])
def test_the_inside_of_a_cnn_s_answer_follows_a_shift(predictor, chelsea, key, reach):
    """As far from the edges as the network sees, every logit moves with its pixel."""
    shift = 5
    changed = Perturbation("shift", shift, "left").photo(chelsea)
    before = predictor.predict(key, chelsea).logits
    after = predictor.predict(key, changed).logits
    inside = slice(reach + shift, SIZE - reach)
    follows = slice(reach, SIZE - reach - shift)
    torch.testing.assert_close(after[:, :, follows], before[:, :, inside], atol=1e-3, rtol=1e-3)


def test_clusters_keep_their_numbers_when_colours_trade_places(predictor):
    """Numbered from dark to light: of blue, red, yellow, turned by 180 degrees, the first and the
    last become yellow and blue."""
    stripes = np.zeros((SIZE, SIZE, 3), np.uint8)
    for start, colour in ((0, (0, 0, 255)), (40, (255, 0, 0)), (90, (255, 255, 0))):
        stripes[:, start:] = colour
    photo = Image.fromarray(stripes)
    change = label_change(predictor, "kmeans", photo, Perturbation("hue", MAX_STRENGTH))
    assert change.fraction == 0
    assert change.after[0, [0, 40, 90]].tolist() == [0, 1, 2]
    assert change.palette[:3].tolist() == [[0, 0, 255], [255, 0, 0], [255, 255, 0]]
