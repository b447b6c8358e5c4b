"""Training on painted strokes, against the same loop written out, and what it must hold."""

import numpy as np
import pytest
import torch
from support.drawn_pets import draw

from segdemo.data.classes import UNKNOWN
from segdemo.data.preprocessing import to_input
from segdemo.errors import InputError
from segdemo.lecture.teaching import progress
from segdemo.lecture.teaching.networks import SIDE, THIN, build
from segdemo.lecture.teaching.strokes import held_back_squares, strokes_of, to_grid
from segdemo.lecture.teaching.training import (
    Example,
    Learner,
    Race,
    Settings,
    parse_networks,
    parse_settings,
)


@pytest.fixture(scope="module")
def example():
    """A drawn pet and three strokes: pet, background, border."""
    photo, trimap = draw(seed=3)
    truth = np.array(trimap) - 1
    painted = np.full_like(truth, UNKNOWN)
    rows = slice(truth.shape[0] // 3, truth.shape[0] // 2)
    painted[rows] = truth[rows]
    return Example(to_input(photo, SIDE), strokes_of(painted))


@pytest.mark.parametrize("key", THIN)
def test_it_trains_as_a_plain_loop_does(example, key):
    learner = Learner(key, seed=7)
    settings = Settings(rate=0.2, weights=(1.0, 2.0, 0.5))
    for _ in range(2):
        learner.step(example, settings)
    numbers = learner.measured_step(example, settings)

    model = build(key, seed=7)
    optimizer = torch.optim.SGD(model.parameters(), 0.2)
    criterion = torch.nn.CrossEntropyLoss(torch.tensor([1.0, 2.0, 0.5]), ignore_index=UNKNOWN)
    targets = torch.from_numpy(example.strokes.taught).long()[None]
    losses = []
    for _ in range(3):
        optimizer.zero_grad()
        loss = criterion(model(example.inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert learner.losses == pytest.approx(losses, rel=1e-5)
    for ours, plain in zip(learner.network.parameters(), model.parameters()):
        torch.testing.assert_close(ours, plain)
    flat = torch.cat([weight.grad.flatten() for weight in model.parameters()])
    assert numbers.before == losses[-1]
    assert numbers.gradient_norm == pytest.approx(flat.norm().item(), rel=1e-4)
    after = criterion(model(example.inputs), targets).item()
    assert numbers.after == pytest.approx(after, rel=1e-4)


def test_the_loss_with_dice_is_what_the_shipped_networks_were_trained_to_lower(example):
    from train.losses import IGNORED, LOSSES

    logits = torch.randn(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    targets = example.strokes.targets
    ours = Settings(loss="ce-dice").criterion(logits, targets)
    theirs = LOSSES["ce-dice"](logits, targets.where(targets != UNKNOWN, IGNORED))
    torch.testing.assert_close(ours, theirs)


def test_the_same_seed_and_strokes_give_the_same_masks_whatever_was_looked_at_between(example):
    def race(look: bool, seed: int) -> list[np.ndarray]:
        race = Race(list(THIN), [example], seed)
        for _ in range(3):
            race.round(Settings())
            if look:
                progress.standings(race)
        race.measured_round(Settings()) if look else race.round(Settings())
        return [standing.labels for standing in progress.standings(race)]

    first = race(look=False, seed=1)
    assert all(map(np.array_equal, first, race(look=True, seed=1)))
    assert not all(map(np.array_equal, first, race(look=False, seed=2)))


def test_the_strokes_are_learnt_and_new_ones_from_the_next_step_on(example):
    race = Race(["cnn-5x5"], [example], seed=0)
    for _ in range(15):
        race.round(Settings(rate=0.1))
    (before,) = progress.standings(race)
    assert before.losses[-1] < before.losses[0] / 4
    swapped = np.array([1, 0, 2, UNKNOWN], np.uint8)  # pet and background the other way round
    strokes = type(example.strokes)(
        swapped[example.strokes.taught], swapped[example.strokes.held_back]
    )
    race.examples[0] = Example(example.inputs, strokes)
    race.round(Settings())
    assert race.learners[0].losses[-1] > 4 * before.losses[-1]


def test_several_photos_are_learnt_in_turn(example):
    other = Example(example.inputs.flip(-1), example.strokes)
    race = Race(["cnn-1x1"], [example, other], seed=0)
    for _ in range(3):
        race.round(Settings())
    alone = Learner("cnn-1x1", seed=0)
    for photo in (example, other, example):
        alone.step(photo, Settings())
    assert race.learners[0].losses == alone.losses


def test_a_rate_that_is_too_high_diverges(example):
    learner = Learner("cnn-1x1", seed=0)
    assert not learner.diverges
    for _ in range(12):
        learner.step(example, Settings(rate=30))
    assert learner.diverges
    explodes = Learner("unet", seed=0)
    for _ in range(4):  # on a slow machine there may be no more of them in a run
        explodes.step(example, Settings(rate=100))
    assert explodes.diverges
    calm = Learner("cnn-1x1", seed=0)
    for _ in range(12):
        calm.step(example, Settings())
    assert not calm.diverges


def test_a_loss_that_is_no_number_changes_no_weight_and_is_the_last(example):
    learner = Learner("cnn-1x1", seed=0)
    learner.step(example, Settings())
    spoilt = Example(example.inputs * float("nan"), example.strokes)
    before = [weight.clone() for weight in learner.network.parameters()]
    learner.step(spoilt, Settings())
    learner.step(example, Settings())
    assert (learner.is_lost, learner.steps, len(learner.losses)) == (True, 1, 2)
    assert all(map(torch.equal, before, learner.network.parameters()))


def test_one_painted_square_in_five_is_held_back_and_teaches_nothing():
    labels = np.zeros((SIDE, SIDE), np.uint8)
    labels[:, SIDE // 2 :] = 1
    strokes = strokes_of(labels)
    held = strokes.held_back != UNKNOWN
    assert held.mean() == pytest.approx(1 / 5, abs=0.02)
    assert np.array_equal(held, strokes.taught == UNKNOWN)
    assert np.array_equal(np.where(held, strokes.held_back, strokes.taught), labels)
    square = held_back_squares()[::4, ::4]
    assert not (square[:, 1:] & square[:, :-1]).any()
    assert not (square[1:] & square[:-1]).any()


def test_a_stroke_that_is_added_leaves_what_is_held_back_as_it_was():
    labels = np.full((100, 80), UNKNOWN, np.uint8)
    labels[:50], labels[50:] = 0, UNKNOWN
    labels[90:] = 1
    few = strokes_of(labels)
    labels[60:70] = 2
    more = strokes_of(labels)
    known = few.held_back != UNKNOWN
    assert np.array_equal(few.held_back[known], more.held_back[known])


def test_a_class_of_one_dot_is_taught():
    labels = np.full((SIDE, SIDE), UNKNOWN, np.uint8)
    labels[:, :8] = 1
    row, column = np.argwhere(held_back_squares()[:, 8:])[0]
    labels[row, column + 8] = 2
    strokes = strokes_of(labels)
    assert (strokes.taught == 2).sum() == 1
    assert (strokes.held_back == 2).sum() == 0


def test_the_thinnest_stroke_reaches_the_grid_and_the_most_painted_label_wins():
    labels = np.full((512, 384), UNKNOWN, np.uint8)
    labels[3, 200] = 2
    labels[104:112, 0:4], labels[104:112, 4:6] = 0, 1  # one pixel of SIDE is 8 by 6 of these
    grid = to_grid(labels)
    assert grid[0, 33] == 2
    assert grid[13, 0] == 0
    assert (grid == UNKNOWN).sum() == SIDE * SIDE - 2


def test_unsure_is_one_minus_the_margin_between_the_two_likeliest():
    probabilities = torch.tensor([0.5, 0.3, 0.2])
    logits = probabilities.log()[:, None, None]
    assert progress.unsure(logits) == pytest.approx(0.8)
    assert progress.unsure(torch.zeros(3, 1, 1)) == pytest.approx(1)
    assert progress.unsure(torch.full((3, 1, 1), float("nan"))) == 1


def test_the_score_is_of_what_was_held_back_alone():
    truth = np.array([[0, 0, 1, UNKNOWN]])
    assert progress.iou_of_labelled(np.array([[0, 1, 1, 2]]), truth) == pytest.approx(0.5)
    assert progress.iou_of_labelled(np.zeros((1, 4), int), np.full((1, 4), UNKNOWN)) is None


@pytest.mark.parametrize(
    ("labels", "key"),
    [
        (np.full((9, 9), UNKNOWN, np.uint8), "teach.no-strokes"),
        (np.array([[0, UNKNOWN]], np.uint8), "teach.one-class.pet"),
    ],
)
def test_strokes_that_teach_nothing_are_refused(labels, key):
    with pytest.raises(InputError) as refusal:
        strokes_of(labels)
    assert refusal.value.key == key


@pytest.mark.parametrize("rate", [0, -1, 1000, "fast", None, float("nan"), True])
def test_a_rate_out_of_range_is_refused(rate):
    with pytest.raises(InputError, match="0.001"):
        parse_settings(rate, "ce")


def test_settings_and_networks_as_people_send_them(example):
    assert parse_settings("0,1", "ce-dice", [1, "2", 0]) == Settings(0.1, "ce-dice", (1, 2, 0))
    assert parse_networks(["unet", "cnn-1x1"]) == ("cnn-1x1", "unet")
    for wrong in ([], ["kmeans"], "unet", None, [["unet"]]):
        with pytest.raises(InputError):
            parse_networks(wrong)
    with pytest.raises(InputError):
        parse_settings(0.1, ["ce"])
    Settings(weights=(0, 1, 0)).check(example.strokes)
    with pytest.raises(InputError):
        Settings(weights=(0, 0, 0)).check(example.strokes)


def test_the_thin_networks_are_the_lecture_s_classes_of_a_quarter_of_the_width_or_less():
    from segdemo.models.registry import NETWORKS

    for key in THIN:
        thin, full = build(key, 0), NETWORKS[key].build()
        assert type(thin) is type(full)
        shapes = [(a.shape, b.shape) for a, b in zip(thin.parameters(), full.parameters())]
        assert len(list(thin.parameters())) == len(list(full.parameters()))
        assert all(a[0] * 4 <= b[0] or a[0] == 3 for a, b in shapes)
        assert thin(torch.zeros(1, 3, SIDE, SIDE)).shape == (1, 3, SIDE, SIDE)
