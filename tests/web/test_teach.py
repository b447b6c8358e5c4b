"""Tab *Teach it*: its callbacks, its endpoint, and a visitor who paints, trains and asks."""

import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from segdemo.cache import TRAININGS
from segdemo.data.classes import UNKNOWN
from segdemo.data.painting import Painting, fingerprint, run_lengths
from segdemo.data.palette import ground_truth_image
from segdemo.data.sample_photos import SAMPLE_PHOTOS, load_ground_truth
from segdemo.errors import InputError
from segdemo.lecture.teaching.networks import SIDE, THIN
from segdemo.lecture.teaching.strokes import strokes_of
from segdemo.lecture.teaching.training import STEPS, Race, Settings
from segdemo.locales import Translator
from segdemo.web.photo_view import load_thumbnail
from segdemo.web.tabs.teach import other_photo, recording, view
from segdemo.web.tabs.teach.choices import Choices
from segdemo.web.tabs.teach.endpoint import labels_of
from segdemo.web.tabs.teach.other_photo import Asking
from segdemo.web.tabs.teach.painter import Painter
from segdemo.web.tabs.teach.session import TrainingSession, TrainingSessions
from segdemo.web.tabs.teach.sources import PHOTOS, Sources, example, next_unseen
from segdemo.web.tabs.teach.teacher import Teacher

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.markup import elements, words
from support.tabs import ANSWER_TIME

PHOTO = str(SAMPLE_PHOTOS["german-shepherd"].path)
OTHER = str(SAMPLE_PHOTOS["siamese"].path)
T = Translator("en")
NETWORKS = ["cnn-1x1", "cnn-5x5"]
CHOSEN = Choices.parse(NETWORKS, 0.03, "ce", [1, 1, 1], 0)


@pytest.fixture
def teacher(predictor):
    return Teacher(Sources(predictor, None))


@pytest.fixture(scope="module")
def painting():
    """A third of the ground truth."""
    image = load_thumbnail(PHOTO)
    labels = load_ground_truth("german-shepherd").copy()
    labels[::3] = UNKNOWN
    small = Image.fromarray(labels).resize(image.size, Image.Resampling.NEAREST)
    return Painting(fingerprint(image), np.array(small))


def asking(teacher):
    return Asking(teacher.sources, teacher.sessions)


def play(teacher, painting, name=None, photo=PHOTO, chosen=CHOSEN):
    return teacher.play(name, painting, photo, False, False, chosen, T)


def rounds(shown):
    return json.loads(shown[2])["rounds"]


def refused(key, call, *values):
    with pytest.raises(InputError) as refusal:
        call(*values)
    assert refusal.value.key == key


def test_a_run_goes_on_while_somebody_asks_and_not_a_step_longer(teacher, painting):
    run = play(teacher, painting)
    name, *_ = first = next(run)
    assert rounds(first) == 0
    later = next(run)
    assert rounds(later) > 0
    assert teacher.sessions.is_busy_for(None)
    run.close()  # as Gradio does where it is cancelled or its visitor has left
    assert not teacher.sessions.is_busy_for(None)
    assert teacher.sessions.get(name).race.rounds == rounds(later)
    again = next(play(teacher, painting, name))
    assert (again[0], rounds(again)) == (name, rounds(later))
    other_seed = next(play(teacher, painting, name, chosen=replace(CHOSEN, seed=1)))
    assert other_seed[0] != name
    refused("teach.gone", asking(teacher).another, name, "", PHOTO, T)


def test_a_recorded_run_is_for_who_waits_for_somebody_else_and_ends_at_a_pause(teacher, painting):
    run = play(teacher, painting)
    name = next(run)[0]
    assert json.loads(teacher.wait(None, painting, PHOTO, T)[1])["recorded"]
    unchanged = (view.UNCHANGED, view.UNCHANGED)
    assert teacher.wait(name, painting, PHOTO, T) == unchanged  # Play pressed twice
    assert teacher.wait(None, None, PHOTO, T) == unchanged
    only_pet = Painting(painting.photo, np.where(painting.labels == 0, 0, UNKNOWN))
    assert teacher.wait(None, only_pet, PHOTO, T) == unchanged
    run.close()
    assert teacher.wait(None, painting, PHOTO, T) == unchanged
    assert teacher.pause(None, PHOTO, NETWORKS, T)[1] == view.NO_FRAME
    assert json.loads(teacher.pause(name, PHOTO, NETWORKS, T)[1])["state"] == "stopped"
    assert teacher.pause(name, OTHER, NETWORKS, T)[1] == view.NO_FRAME


def test_a_run_goes_on_in_the_language_that_the_page_has_now(teacher, painting):
    run = play(teacher, painting)
    name = next(run)[0]
    vi = Translator("vi")
    teacher.look(name, PHOTO, NETWORKS, vi)
    assert json.loads(next(run)[2])["said"] == vi("teach.said.training")
    run.close()


def test_what_is_there_follows_the_language_and_goes_with_the_photo(teacher, painting):
    name, *_ = teacher.step(None, painting, PHOTO, False, CHOSEN, T)
    assert asking(teacher).look(name, T) == ""
    asking(teacher).another(name, "", PHOTO, T)
    vi = Translator("vi")
    _, frame, numbers = teacher.look(name, PHOTO, NETWORKS, vi)
    assert json.loads(frame)["said"] == vi("teach.said.stopped")
    assert words(numbers).startswith(vi("teach.numbers", rate="0.03"))
    assert vi("teach.other.why-one") in words(asking(teacher).look(name, vi))
    assert teacher.look(name, OTHER, NETWORKS, vi)[1:] == (view.NO_FRAME, "")


def test_an_empty_board_has_the_chosen_networks(teacher):
    board, *_ = teacher.look(None, PHOTO, ["unet", "cnn-1x1"], T)
    lanes = [one["data-lane"] for one in elements(board, "figure") if "data-lane" in one]
    assert lanes == ["cnn-1x1", "unet"]


def test_a_run_ends_by_itself(teacher, painting, monkeypatch):
    monkeypatch.setattr("segdemo.web.tabs.teach.teacher.STEPS", 3)
    monkeypatch.setattr("segdemo.web.tabs.teach.session.SLICE", 60)  # it ends within one
    *_, last = play(teacher, painting, chosen=replace(CHOSEN, networks=("cnn-1x1",)))
    frame = json.loads(last[2])
    assert (frame["rounds"], frame["state"]) == (3, "trained")
    monkeypatch.setattr("segdemo.web.tabs.teach.teacher.LONGEST", 0)
    *_, last = play(teacher, painting)
    assert json.loads(last[2])["said"] == T("teach.said.timed-out", seconds=25)


def test_a_run_whose_networks_are_lost_says_so_and_does_not_go_on(teacher, painting):
    run = play(teacher, painting)
    name = next(run)[0]
    run.close()
    for learner in teacher.sessions.get(name).race.learners:
        learner.losses.append(float("nan"))
    refused("teach.over", next, play(teacher, painting, name))
    (one, _) = json.loads(teacher.change(name, False, False, T))["networks"].values()
    assert one["trouble"] == T("teach.lost")


def test_one_step_in_numbers_is_a_step_of_the_run(teacher, painting):
    name, _, frame, numbers = teacher.step(None, painting, PHOTO, True, CHOSEN, T)
    assert json.loads(frame)["rounds"] == 1
    assert all(one["unsure"] for one in json.loads(frame)["networks"].values())
    race = teacher.sessions.get(name).race
    assert f"{race.learners[0].losses[0]:.4f}" in numbers


def test_what_is_painted_while_it_trains_is_learnt_and_another_photo_s_strokes_are_not(
    teacher, painting
):
    name, *_ = teacher.step(None, painting, PHOTO, False, CHOSEN, T)
    labels = painting.labels.copy()
    labels[labels == 2] = UNKNOWN
    sent = {"photo": painting.photo, "runs": run_lengths(labels)}
    painter = Painter(teacher.sources, teacher.sessions)
    painter.learn(sent, name, PHOTO, T)
    race = teacher.sessions.get(name).race
    assert np.array_equal(race.examples[0].strokes.taught, strokes_of(labels).taught)
    refused("mask-editor.other-photo", painter.paint, sent, OTHER, T)
    refused("teach.no-strokes", next, play(teacher, painting, name, OTHER))
    one_class = np.where(labels == 0, labels, UNKNOWN).astype(np.uint8)
    sent = {"photo": painting.photo, "runs": run_lengths(one_class)}
    refused("teach.one-class.pet", painter.learn, sent, name, PHOTO, T)


def test_settings_change_from_the_next_step_on(teacher, painting):
    name, *_ = teacher.step(None, painting, PHOTO, False, CHOSEN, T)
    settings = Settings(3, "ce-dice", (0, 1, 2))
    teacher.adjust(name, replace(CHOSEN, settings=settings), T)
    assert teacher.sessions.get(name).settings == settings
    weightless = replace(CHOSEN, settings=Settings(weights=(0, 0, 0)))
    refused("loss-errors.weights.unused", teacher.adjust, name, weightless, T)


def test_what_the_controls_cannot_say_is_refused():
    refused("teach.rate", Choices.parse, NETWORKS, 1e9, "ce", [1, 1, 1], 0)
    refused("teach.seed", Choices.parse, NETWORKS, 3, "ce", [1, 1, 1], -1)


def test_reset_forgets_what_was_trained_and_takes_the_next_seed(teacher, painting):
    name, *_ = teacher.step(None, painting, PHOTO, False, CHOSEN, T)
    *_, seed = teacher.reset(name, PHOTO, NETWORKS, 0, T)
    assert seed == 1
    assert teacher.sessions.find(name) is None
    refused("teach.untrained", asking(teacher).another, None, "", PHOTO, T)


def test_sessions_are_bounded_and_the_oldest_goes_first():
    photo = example(load_thumbnail(PHOTO), load_ground_truth("german-shepherd"))
    sessions = TrainingSessions()
    names = [
        sessions.add(TrainingSession(Race(["cnn-1x1"], [photo], seed), "", Settings()))
        for seed in range(TRAININGS + 1)
    ]
    assert sessions.find(names[0]) is None
    assert all(map(sessions.find, names[1:]))


def test_the_labels_taken_are_the_ground_truth_or_said_to_be_the_u_net_s(teacher):
    painter = Painter(teacher.sources, teacher.sessions)
    painting, _, note = painter.take(PHOTO, T)
    assert T("ground-truth.source.drawn-by-us") in note
    assert (painting.labels != UNKNOWN).all()
    *_, note = painter.take(str(SAMPLE_PHOTOS["lion"].path), T)
    assert "U-Net" in note


def test_another_photo_is_one_that_was_not_learnt():
    assert next_unseen(frozenset(), "") == "siamese"
    assert next_unseen(frozenset({"cat"}), "siamese") != "cat"
    asked = ""
    for _ in range(20):
        asked = next_unseen(frozenset({"tabby", "siamese"}), asked)
        assert asked not in ("tabby", "siamese")


def test_the_page_s_new_photo_is_asked_about_first_and_scored(teacher, painting):
    name, *_ = teacher.step(None, painting, PHOTO, False, CHOSEN, T)
    first, answer = asking(teacher).another(name, "", OTHER, T)
    assert "IoU" in answer
    second, _ = asking(teacher).another(name, first, OTHER, T)
    assert (first, second) == ("page", "siamese")
    assert set(teacher.sessions.get(name).scores) == {("siamese", 1)}
    with_shipped = set(NETWORKS) | {"shipped"}
    assert set(teacher.sessions.get(name).scores["siamese", 1]) == with_shipped


def test_pet_and_background_are_scored_where_the_border_is_not():
    truth = np.array([[0, 0, 1, 2]])
    assert other_photo.iou_of_pet_and_background(np.array([[0, 0, 1, 1]]), truth) == 1
    one_wrong = other_photo.iou_of_pet_and_background(np.array([[0, 2, 1, 1]]), truth)
    assert one_wrong == pytest.approx((1 / 2 + 1) / 2)


def test_five_photos_are_the_one_at_hand_and_four_with_a_ground_truth(teacher, painting):
    run = teacher.play_five(None, painting, PHOTO, "siamese", False, CHOSEN, T)
    session = teacher.sessions.get(next(run)[0])
    run.close()
    assert len(session.race.examples) == len(session.learnt) == PHOTOS
    taught = strokes_of(painting.labels).taught
    assert np.array_equal(session.race.examples[0].strokes.taught, taught)


def test_a_curve_is_within_the_chart_and_of_five_photos_their_mean():
    points = view.curve([1.0, 0.01, 1e9, float("nan"), 0.0])
    assert points == [(0, 0), (1, -2), (2, 3), (3, 3), (4, -6)]
    assert len(view.curve([1.0] * 1000)) <= STEPS
    assert view.moving_mean([1, 3, 5, 7], 2) == [1, 2, 4, 6]


def test_held_back_squares_are_hatched():
    labels = np.zeros((SIDE, SIDE), np.uint8)
    labels[:, 32:] = 1
    picture = np.array(view.strokes_picture(strokes_of(labels)))
    assert set(np.unique(picture)) == {0, 1, UNKNOWN}
    assert (picture == UNKNOWN).mean() == pytest.approx(0.1, abs=0.01)


def test_the_recording_is_a_whole_race():
    frames = json.loads(recording.show(T)[1])["recorded"]
    assert frames[-1]["rounds"] == STEPS
    assert set(frames[-1]["networks"]) == set(THIN)


@pytest.mark.parametrize("mode", ["L", "P"])
def test_label_maps_as_numbers_and_as_colours(mode):
    labels = np.array([[0, 1], [2, 7]], np.uint8)
    image = ground_truth_image(np.minimum(labels, 3)) if mode == "P" else Image.fromarray(labels)
    assert labels_of(image.convert("RGB")).tolist() == [[0, 1], [2, UNKNOWN]]


def test_the_api_trains_on_a_label_map(page_url, tmp_path):
    client = Client(page_url, verbose=False)
    labels = np.full((36, 48), 9, np.uint8)
    labels[:10], labels[20:30] = 1, 0
    path = tmp_path / "strokes.png"
    path.write_bytes(_png(labels))
    asked = [["unet", "cnn-1x1"], 3, 0.1, 5]
    found = client.predict(handle_file(PHOTO), handle_file(path), *asked, api_name="/teach")
    assert list(found) == ["cnn-1x1", "unet"]
    race = Race(("cnn-1x1",), [example(load_thumbnail(PHOTO), np.where(labels > 2, 3, labels))], 5)
    for _ in range(3):
        race.round(Settings(0.1))
    assert found["cnn-1x1"]["losses"] == pytest.approx(race.learners[0].losses, rel=1e-4)
    assert np.shape(found["unet"]["labels"]) == (SIDE, SIDE)
    path.write_bytes(_png(labels[:, :20]))
    with pytest.raises(AppError, match="proportions"):
        client.predict(handle_file(PHOTO), handle_file(path), *asked, api_name="/teach")
    with pytest.raises(AppError, match="learning rate"):
        client.predict(handle_file(PHOTO), None, ["unet"], 3, 1e6, 0, api_name="/teach")


def _png(labels):
    file = io.BytesIO()
    Image.fromarray(labels).save(file, "PNG")
    return file.getvalue()


@pytest.mark.main_way
def test_a_visitor_paints_trains_and_sees_it_fail_elsewhere(page):
    page.get_by_role("tab", name=T("page.tab.teach"), exact=True).click()
    canvas = page.locator("#teach-editor canvas")
    expect(canvas).to_be_visible(timeout=ANSWER_TIME)

    def press(name):
        page.get_by_role("button", name=T(name), exact=True).click()

    press("teach.play")
    alert = page.get_by_role("alert")
    expect(alert).to_have_text(T("teach.no-strokes"), timeout=ANSWER_TIME)
    page.locator("#teach-rate input").press("ArrowRight")  # 0.1
    box = canvas.bounding_box()
    for label, height in ((1, 0.1), (0, 0.5)):
        page.locator(f"#teach-editor [data-label='{label}']").click()
        y = box["y"] + height * box["height"]
        page.mouse.move(box["x"] + 0.4 * box["width"], y)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.6 * box["width"], y, steps=4)
        page.mouse.up()
    press("teach.play")
    unet = page.locator("[data-lane=unet]")
    step = unet.locator("[data-value=step]")
    expect(unet.locator("[data-mask]")).to_be_visible(timeout=ANSWER_TIME)
    expect(step).not_to_have_text("0", timeout=ANSWER_TIME)
    expect(alert).to_have_count(0)
    press("teach.pause")
    said = page.locator("#teach-board .said")
    expect(said).to_have_text(T("teach.said.stopped"), timeout=ANSWER_TIME)
    reached = int(step.inner_text())  # the same as the server's, or the next step is not the next
    press("teach.step")
    expect(step).to_have_text(str(reached + 1), timeout=ANSWER_TIME)
    expect(page.locator(".step-numbers tbody tr")).to_have_count(len(THIN))
    press("teach.another")
    expect(page.locator("#teach-answer .lane")).to_have_count(len(THIN) + 1, timeout=ANSWER_TIME)
    expect(page.get_by_text(T("teach.other.why-one"))).to_be_in_viewport()
    decades = page.locator("#teach-board .decades li").count() - 1
    heights = page.locator("#teach-board [data-curve]").evaluate_all(
        "all => all.flatMap(one => [...one.points].map(point => point.y))"
    )
    assert decades >= 2
    assert -0.2 < min(heights) < 1
    assert decades == 2 or decades - 1 < max(heights) < decades + 0.2
    expect(page).to_have_url(re.compile("teach_rate=0.1"))
    page.locator("#language").get_by_label("Tiếng Việt").check()
    vi = Translator("vi")
    expect(said).to_have_text(vi("teach.said.stopped"), timeout=ANSWER_TIME)
    expect(page.locator(".step-numbers caption")).to_have_text(vi("teach.numbers", rate="0.1"))
    answer = page.locator("#teach-answer")
    expect(answer.get_by_text(vi("teach.other.why-one"))).to_be_visible(timeout=ANSWER_TIME)
    page.get_by_role("button", name=vi("teach.reset"), exact=True).click()
    expect(page).to_have_url(re.compile("teach_seed=1"))
    expect(step).to_have_text("–")
    expect(answer.locator(".lane")).to_have_count(0)
    page.reload()
    expect(page.locator("#teach-rate output")).to_have_text("0.1", timeout=ANSWER_TIME)
    page.errors.clear()  # what leaving breaks off, Gradio notes in the console
