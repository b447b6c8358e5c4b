"""Section *One click, all stages*: what it shows, in a real browser too, and `/probe`."""

import re

import gradio as gr
import pytest
from gradio_client import handle_file
from gradio_client.exceptions import AppError
from support.helpers import ANOTHER, VISITOR
from support.tabs import ANSWER_TIME

from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.errors import InputError
from segdemo.inference import Predictor
from segdemo.locales import Translator
from segdemo.models.checkpoints import MissingCheckpointError
from segdemo.models.registry import NETWORKS, STAGES
from segdemo.web.callbacks import view
from segdemo.web.tabs.explain.pixel import PixelSection
from segdemo.web.tabs.explain.pixel_answers import Answers
from segdemo.web.tabs.explain.pixel_numbers import ALL, probe
from segdemo.web.tabs.explain.pixel_view import Frame, Window, reading_card, windows

pytest.importorskip("playwright")
from playwright.sync_api import Expect

expect = Expect()  # this file's own
expect.set_options(timeout=ANSWER_TIME)
PHOTO = str(SAMPLE_PHOTOS[OPENING_PHOTO].path)
EN, VI = Translator("en"), Translator("vi")


@pytest.fixture(scope="module")
def pixel(predictor):
    return PixelSection(Answers(predictor))


def test_each_receptive_field_is_drawn_once():
    assert [window.reach for window in windows(EN)] == [0, 8, 20, None]
    assert windows(EN)[1] == Window(8, "17×17")


@pytest.mark.parametrize("t", [EN, VI])
@pytest.mark.parametrize("key", STAGES)
def test_a_card_says_what_its_stage_reads(pixel, key, t):
    answer = pixel.answers.to(PHOTO, key)
    card = reading_card(key, answer.at(64, 64), answer.palette, t)
    assert card.state == "done"
    assert [bar.chosen for bar in card.bars].count(True) == 1
    best = min if key == "kmeans" else max
    assert best(card.bars, key=lambda bar: bar.fraction).chosen
    assert card.title in card.description
    assert card.receptive_field in card.description
    assert len(card.frames) == (5 if key == "unet" else 1)  # two more skips see it all
    assert card.heat is None


def test_frames_are_percents_of_the_picture(pixel):
    def frame(key: str) -> Frame:
        answer = pixel.answers.to(PHOTO, key)
        return reading_card(key, answer.at(0, 127), answer.palette, EN).frames[-1]

    assert frame("cnn-5x5") == Frame("field", 0, 92.969, 7.031, 7.031)  # 9 of 128 pixels
    assert frame("unet") == Frame("field whole", 0, 0, 100, 100)


def test_the_measurement_fills_the_cards_one_by_one(pixel):
    first, *later = pixel.measure(PHOTO, [3, 5], EN, ANOTHER)
    assert len(first) == len(STAGES)
    filled = [[i for i, card in enumerate(step) if isinstance(card, str)] for step in later]
    assert filled == [[i] for i in range(1, len(STAGES))]
    answer, measured = (
        pixel.answers.to(PHOTO, "cnn-5x5"),
        pixel.answers.measured(PHOTO, "cnn-5x5", 3, 5),
    )
    card = reading_card("cnn-5x5", answer.at(3, 5), answer.palette, EN, measured=measured)
    assert card.heat.size == (128, 128)
    assert card.notes == [EN("insight-pixel.half", side=measured.half)]


@pytest.mark.parametrize(("place", "measured"), [((3, 6), True), ((3, 5), False)])
def test_a_measurement_ends_when_its_visitor_chose_something_else(pixel, place, measured):
    pixel.look([3, 5], PHOTO, True, EN, VISITOR)
    run = pixel.measure(PHOTO, [3, 5], EN, VISITOR)
    assert next(run)
    pixel.look([0, 0], PHOTO, True, EN, ANOTHER)
    assert next(run)
    _, *cards, _ = pixel.look(list(place), PHOTO, measured, EN, VISITOR)
    assert list(run) == [cards]  # once more, as the run's last card may have come after them
    assert list(pixel.measure(PHOTO, [3, 5], EN, VISITOR)) == []


@pytest.mark.parametrize(
    ("photo", "place"), [(None, [0, 0]), (PHOTO, [128, 0]), (PHOTO, [None, None]), (PHOTO, {})]
)
def test_what_is_no_pixel_is_refused(pixel, photo, place):
    with pytest.raises(InputError):
        pixel.look(place, photo, True, EN, VISITOR)


def test_without_a_photo_nothing_of_the_last_one_stays(pixel):
    picture, *others = (gr.HTML() for _ in range(2 + len(STAGES)))
    asked = [gr.State(), gr.State(), gr.State()]
    show = view(pixel.show, asked, [picture, *others], emptied=others)
    shown = show(None, [64, 64], False, "vi", VISITOR)
    assert VI("photo.missing") in shown.pop(picture)
    assert shown == dict.fromkeys(others, "")


def test_a_stage_that_cannot_answer_says_so_and_the_others_go_on(tmp_path):
    """No checkpoint at all: k-means still answers, the measurement has nothing to do."""
    alone = PixelSection(Answers(Predictor(tmp_path)))
    _, _, *cards = alone.show(PHOTO, [0, 0], True, EN, VISITOR)
    (told,) = alone.measure(PHOTO, [0, 0], EN, VISITOR)
    assert told == cards
    said = probe(alone.answers, PHOTO, 0, 0, ALL, True)["stages"]
    assert said["kmeans"]["label"].startswith("cluster")
    assert all("error" in said[key] for key in NETWORKS)
    with pytest.raises(MissingCheckpointError):
        probe(alone.answers, PHOTO, 0, 0, "unet", True)


# ---- In the browser ----


@pytest.fixture
def section(open_page):
    """The section, open."""
    page = open_page("tab=insight&section=pixel")
    expect(cards(page)).to_have_count(len(STAGES))
    return page


def cards(page):
    return page.locator("#pixel-cards").get_by_role("article")


def card(page, key):
    heading = page.get_by_role("heading", name=EN(f"stages.{key}.title"), exact=True)
    return cards(page).filter(has=heading)


def photo(page):
    return page.locator("#pixel-photo .pixel-map")


def place(page):
    return page.locator("#pixel-place")


def click(page, picture, across, down):
    box = picture.bounding_box()
    picture.click(position={"x": across * box["width"], "y": down * box["height"]})


def crossing(page, picture):
    """Where the cross is on a picture: its style's row and column."""
    return picture.locator(".pixel-cross").evaluate(
        "one => ['--row', '--column'].map(name => getComputedStyle(one).getPropertyValue(name))"
    )


def says(row, column):
    return EN("insight-pixel.place", row=row, column=column, size=128)


@pytest.mark.main_way
def test_a_click_and_the_arrow_keys_move_the_pixel_on_every_picture(section):
    expect(place(section)).to_have_text(says(65, 65))
    click(section, photo(section), 0.25, 0.125)
    expect(place(section)).to_have_text(re.compile(r"1[67], .* 3[23] "))
    expect(photo(section)).to_be_focused()
    row, column = map(int, crossing(section, photo(section)))
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowDown"):
        section.keyboard.press(key)
    row, column = row + 7, column + 2
    expect(place(section)).to_have_text(says(row + 1, column + 1))
    expect(section).to_have_url(re.compile(f"pixel={row},{column}"))
    for picture in section.locator("#pixel .pixel-map").all():
        assert crossing(section, picture) == [str(row), str(column)]
    for key in ("Shift+ArrowUp",) * 16 + ("ArrowLeft",):  # past the edge and along it
        section.keyboard.press(key)
    expect(place(section)).to_have_text(says(1, column))
    part = EN("insight-pixel.sees.part", width=41, height=21)
    expect(card(section, "cnn-11x11")).to_contain_text(part)
    expect(card(section, "unet")).to_contain_text(EN("insight-pixel.sees.whole"))


def test_windows_are_drawn_around_the_pixel_and_cut_off_at_the_edge(section):
    """The box of 17 x 17 pixels, as the browser has it, in pixels of the 128 x 128."""

    def window():
        return section.locator("#pixel-photo i", has_text="17×17").evaluate("""one => {
            const [box, all] = [one, one.parentElement].map(it => it.getBoundingClientRect());
            return [(box.top - all.top) / all.height, (box.left - all.left) / all.width,
                box.height / all.height, box.width / all.width].map(it => 128 * it);
        }""")

    assert window() == pytest.approx([56, 56, 17, 17], abs=0.1)
    photo(section).focus()
    for _ in range(8):
        section.keyboard.press("Shift+ArrowUp")
    assert window() == pytest.approx([0, 56, 9, 17], abs=0.1)


def test_a_click_on_a_card_s_picture_chooses_there_too(section):
    before = card(section, "cnn-1x1").get_by_role("list").inner_text()
    click(section, card(section, "unet").get_by_role("img"), 0.9, 0.1)
    expect(place(section)).to_have_text(re.compile(r"1[2345], .* 11[4567] "))
    bars = card(section, "cnn-1x1").get_by_role("list")
    expect(bars).not_to_have_text(before)
    fractions = [float(fraction) for fraction in bars.locator("b").all_inner_texts()]
    assert sum(fractions) == pytest.approx(1, abs=2e-4)
    expect(photo(section)).to_be_focused()


def test_the_measurement_follows_the_pixel(section):
    """A pixel chosen while the last one is measured: no heat of the last one stays."""
    heats = section.locator("#pixel-cards img")
    done = section.locator("#pixel-cards article.done")
    expect(done).to_have_count(len(STAGES), timeout=ANSWER_TIME)
    measured = section.get_by_label(EN("insight-pixel.measured"))
    measured.check()
    expect(heats.first).to_be_visible()
    click(section, photo(section), 0.75, 0.75)
    expect(place(section)).not_to_have_text(says(65, 65))
    expect(heats).to_have_count(len(NETWORKS))
    expect(section.get_by_text(EN("insight-pixel.measuring"), exact=True)).to_have_count(0)
    expect(card(section, "cnn-1x1")).to_contain_text(EN("insight-pixel.half", side=1))
    row, column = map(int, crossing(section, photo(section)))
    lit = heats.first.evaluate("""image => {
        const canvas = new OffscreenCanvas(128, 128), context = canvas.getContext('2d');
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, 128, 128);
        return Array.from({ length: 128 * 128 }, (_, i) => i).filter(i => data[4 * i] > 100);
    }""")
    assert lit == [128 * row + column]  # of 1x1 kernels: this pixel and no other
    measured.uncheck()
    expect(heats).to_have_count(0)


def test_a_measurement_that_nobody_waits_for_is_abandoned(section):
    """Switched on and off at once: what is still being measured does not come back."""
    measured = section.get_by_label(EN("insight-pixel.measured"))
    measured.check()
    expect(section.locator("#pixel-cards img").first).to_be_visible()
    measured.uncheck()
    expect(section.locator("#pixel-cards img")).to_have_count(0)
    measured.check()
    expect(section.locator("#pixel-cards img")).to_have_count(len(NETWORKS))


def test_a_measurement_is_made_again_for_who_comes_back(section):
    measured = section.get_by_label(EN("insight-pixel.measured"))
    heats = section.locator("#pixel-cards img")
    measured.check()
    expect(heats).to_have_count(len(NETWORKS))
    heats.evaluate_all("all => all.forEach(one => one.className = 'old')")
    for name in ("skips", "pixel"):
        section.get_by_role("tab", name=EN(f"insight.{name}")).click()
    expect(section.locator("#pixel-cards img:not(.old)")).to_have_count(len(NETWORKS))
    expect(measured).to_be_checked()


def test_the_language_changes_and_the_place_is_kept(section):
    click(section, photo(section), 0.25, 0.25)
    expect(place(section)).to_have_text(re.compile("3[23]"))
    section.locator("#language").get_by_label("Tiếng Việt").check()
    expect(place(section)).to_have_text(re.compile("Hàng 3[23]"))
    expect(cards(section).last).to_contain_text(VI("insight-pixel.look.unet"))


def test_photo_and_cards_stay_in_view_together(section):
    last = card(section, "unet").get_by_role("img")
    for width, height in ((390, 844), (820, 1180), (1024, 768)):
        section.set_viewport_size({"width": width, "height": height})
        section.evaluate("scrollTo(0, 0)")
        last.scroll_into_view_if_needed()
        expect(photo(section)).to_be_in_viewport(ratio=0.9)
        expect(last).to_be_in_viewport(ratio=0.5)


# ---- The API ----


def ask(client, *arguments):
    return client.predict(handle_file(SAMPLE_PHOTOS["cat"].path), *arguments, api_name="/probe")


def test_probe_tells_of_every_stage(client, chelsea):
    width, height = chelsea.size
    said = ask(client, width - 1, 0)
    assert (said["row"], said["column"]) == (0, 127)
    assert list(said["stages"]) == list(STAGES)
    for key in NETWORKS:
        stage = said["stages"][key]
        shares = stage["probabilities"]
        assert sum(shares.values()) == pytest.approx(1)
        assert max(shares, key=shares.get) == stage["label"]
        assert stage["box"]["top"] == 0
        assert stage["box"]["right"] == width - 1
        assert "measured" not in stage
    assert said["stages"]["cnn-5x5"]["box"]["left"] == 119 * width // 128
    assert [skip["left"] for skip in said["stages"]["unet"]["skips"]][-1] == 124 * width // 128
    colours = said["stages"]["kmeans"]
    nearest = min(range(3), key=colours["distances"].__getitem__)
    assert colours["label"] == f"cluster {nearest}"
    assert colours["probabilities"] is None


def test_probe_measures_on_demand(client, chelsea):
    said = ask(client, 225, 150, "cnn-5x5", True)
    assert list(said["stages"]) == ["cnn-5x5"]
    stage = said["stages"]["cnn-5x5"]
    found = stage["measured"]
    assert found["support"] == stage["box"]
    assert found["within"]["17"] == found["within"]["97"] == 1
    assert 0 < found["within"]["1"] < found["within"]["9"] < 1
    assert found["half"] in range(3, 17, 2)
    assert ask(client, 225, 150, "kmeans", True)["stages"]["kmeans"]["measured"] is None


@pytest.mark.parametrize(("x", "y"), [(451, 0), (0, 300), (-1, 5), (1.5, 5)])
def test_probe_names_what_is_wrong(client, x, y):
    with pytest.raises(AppError, match=r"451×300 pixels.*0 to 450.*0 to 299"):
        ask(client, x, y)
