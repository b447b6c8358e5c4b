"""Tab *Results* in a real browser, over two small stages, drawn test photos and a short film."""

import json
import re
import shutil

import numpy as np
import pytest
from conftest import CHECKPOINTS
from gradio_client import Client
from PIL import Image
from support.drawn_pets import write_dataset

from segdemo.data.preprocessing import SIZE
from segdemo.evaluation.training_timeline import (
    Frame,
    Photo,
    TrainingTimeline,
    write_film,
    write_photos,
)
from segdemo.inference import Predictor
from segdemo.locales import Translator
from segdemo.models import checkpoints
from segdemo.models.registry import NETWORKS, STAGES
from segdemo.web.examples import TestSplit

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.tabs import ANSWER_TIME

KEYS = ("cnn-1x1", "cnn-5x5")
WORST, BEST = "Very_Round_2", "Round_3"
FRAMES = (25, 13)  # of the two films: 8 seconds to watch
CHARTS = ("ladder", "cost", "classes", "curves")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Checkpoints of two stages that name their worst and best photos, and a film of both."""
    folder = tmp_path_factory.mktemp("checkpoints")
    for key in KEYS:
        shutil.copy(checkpoints.weights_path(CHECKPOINTS, NETWORKS[key]), folder)
        card = checkpoints.read_metadata(CHECKPOINTS, NETWORKS[key])
        card["test"] |= {
            "worst": [{"name": WORST, "miou": 0.12}],
            "best": [{"name": BEST, "miou": 0.93}],
        }
        checkpoints.metadata_path(folder, NETWORKS[key]).write_text(json.dumps(card))
    film = folder / "filmstrip"
    film.mkdir()
    pictures = [Image.new("RGB", (SIZE, SIZE), colour) for colour in ("red", "blue")]
    write_photos(film, (Photo("cat", "somebody"), Photo("dog", "nobody")), pictures)
    for key, moments in zip(KEYS, FRAMES):
        frames = [Frame(moment / 2) for moment in range(moments)]
        labels = np.arange(moments, dtype=np.uint8)[None, :, None, None] % 3
        labels = np.broadcast_to(labels, (2, moments, SIZE, SIZE)).copy()
        write_film(film, key, frames, labels)
    return folder


@pytest.fixture(scope="module")
def page_url(folder, tmp_path_factory):
    """Instead of the shipped page."""
    from segdemo.web.page import build_app, launch_options

    tests = TestSplit(write_dataset(tmp_path_factory.mktemp("data"), trainval=2, test=4))
    app = build_app(Predictor(folder), tests, TrainingTimeline.read(folder / "filmstrip"))
    _, url, _ = app.launch(prevent_thread_lock=True, quiet=True, **launch_options(tests))
    yield url
    app.close()


@pytest.fixture
def tab(open_page):
    page = open_page("tab=results")
    expect(lines(page)).to_have_count(len(KEYS), timeout=ANSWER_TIME)
    return page


def marks(page, chart):
    """What a chart has drawn in its first layer: bars or points."""
    return page.locator(
        f"#results-{chart}-chart svg.marks .layer_0_marks path[aria-roledescription]"
    )


def lines(page):
    """The training curves."""
    return page.locator("#results-curves-chart svg.marks .mark-line.role-mark path")


def caption(page, key):
    return page.locator(f"#film figure[data-stage={key}] figcaption span")


@pytest.mark.main_way
def test_every_chart_is_drawn(tab):
    expect(marks(tab, "ladder")).to_have_count(len(KEYS))
    expect(marks(tab, "cost")).to_have_count(len(KEYS))
    expect(marks(tab, "classes")).to_have_count(3 * len(KEYS))
    for chart in CHARTS:
        drawing = tab.locator(f"#results-{chart}-chart [role=graphics-document]")
        expect(drawing).to_have_attribute("aria-label", re.compile(r"\w+ \w+ \w+"))
        width = tab.locator(f"#results-{chart}-chart svg.marks").evaluate("it => it.clientWidth")
        assert width > 300
    bars = marks(tab, "ladder").evaluate_all("all => all.map(one => one.getBBox().width)")
    mious = [checkpoints.read_metadata(CHECKPOINTS, NETWORKS[key])["test"]["miou"] for key in KEYS]
    assert bars[1] / bars[0] == pytest.approx(mious[1] / mious[0], rel=0.02)


def test_charts_follow_the_theme(tab):
    bar = marks(tab, "ladder").first
    expect(bar).to_have_css("fill", "rgb(107, 107, 107)")
    tab.evaluate("document.body.classList.add('dark')")
    expect(bar).to_have_css("fill", "rgb(176, 176, 176)")


def test_the_table_names_what_is_missing(tab):
    rows = tab.locator("#results-ladder tbody tr")
    expect(rows).to_have_count(len(STAGES))
    expect(rows.nth(1)).to_contain_text(re.compile(r"0\.\d{3} to 0\.\d{3}"))
    expect(rows.last).to_contain_text("unet.json: file not found")


def test_measuring_fills_the_column_and_the_chart(tab):
    rows = tab.locator("#results-ladder tbody tr")
    expect(rows.nth(1).locator("td").nth(5)).to_have_text("–")
    tab.locator("#results-quantity").get_by_label(
        Translator("en")("results.cost.milliseconds")
    ).check()
    expect(rows.nth(2).locator("td").nth(5)).to_have_text(
        re.compile(r"^\d+(\.\d)?$"), timeout=ANSWER_TIME
    )
    axis = tab.locator("#results-cost-chart").get_by_text(
        Translator("en")("results.cost.milliseconds")
    )
    expect(axis.first).to_be_visible(timeout=ANSWER_TIME)
    expect(marks(tab, "cost")).to_have_count(len(KEYS))


def test_curves_against_minutes(tab):
    before = lines(tab).first.get_attribute("d")
    tab.locator("#results-clock").get_by_label(Translator("en")("results.curves.minutes")).check()
    line = lines(tab).first
    expect(line).not_to_have_attribute("d", before, timeout=ANSWER_TIME)
    card = checkpoints.read_metadata(CHECKPOINTS, NETWORKS["cnn-1x1"])
    tab.get_by_text(Translator("en")("results.numbers")).last.click()
    table = tab.get_by_role("group", name=Translator("en")("results.curves.title"))
    expect(table).to_contain_text(f"{card['history'][-1]['holdout_miou']:.3f}")


def test_the_film_steps_by_keyboard(tab):
    slider = tab.get_by_role("slider", name=Translator("en")("results.film.time"))
    mask = tab.locator("#film figure[data-stage=cnn-1x1] .film-tile i").first
    expect(caption(tab, "cnn-1x1")).to_have_text(re.compile("^epoch 12 "))
    expect(caption(tab, "cnn-5x5")).to_have_text(re.compile("^epoch 6 "))
    end = mask.evaluate("it => getComputedStyle(it).backgroundPosition")
    slider.focus()
    tab.keyboard.press("ArrowLeft")
    expect(caption(tab, "cnn-1x1")).to_have_text(re.compile("^epoch 11.5 "))
    assert mask.evaluate("it => getComputedStyle(it).backgroundPosition") != end
    tab.keyboard.press("Home")
    expect(caption(tab, "cnn-1x1")).to_have_text("epoch 0")
    expect(caption(tab, "cnn-5x5")).to_have_text("epoch 0")
    expect(slider).to_have_attribute("aria-valuetext", "0%")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    expect(caption(tab, "cnn-1x1")).to_have_text(re.compile("^epoch 1 "))
    expect(caption(tab, "cnn-5x5")).to_have_text("epoch 0.5")  # it has half as many


def test_the_film_plays_and_can_be_paused(tab):
    play = tab.locator("#film").get_by_role("button")
    expect(play).to_have_accessible_name(Translator("en")("results.film.play"))
    play.focus()
    tab.keyboard.press("Enter")  # at the end: from the beginning
    expect(play).to_have_accessible_name(Translator("en")("results.film.pause"))
    tab.keyboard.press("Enter")
    expect(play).to_have_accessible_name(Translator("en")("results.film.play"))
    expect(caption(tab, "cnn-1x1")).not_to_have_text(re.compile("^epoch 12 "))
    slider = tab.get_by_role("slider", name=Translator("en")("results.film.time"))
    slider.press("End")
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    play.press("Enter")
    expect(caption(tab, "cnn-1x1")).to_have_text(re.compile("^epoch 12 "))
    expect(play).to_have_accessible_name(Translator("en")("results.film.play"))


def test_the_film_s_pictures_arrive(tab):
    address = tab.locator("#film figure[data-stage=cnn-1x1]").evaluate(
        "it => getComputedStyle(it).getPropertyValue('--sprite').slice(5, -2)"
    )
    size = tab.evaluate(
        """async source => {
            const image = new Image();
            image.src = source;
            await image.decode();
            return [image.naturalWidth, image.naturalHeight];
        }""",
        address,
    )
    assert size == [FRAMES[0] * SIZE, 2 * SIZE]


def test_a_film_that_one_starts_oneself_stays_with_reduced_motion(page):
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("tab", name=Translator("en")("page.tab.results"), exact=True).click()
    expect(page.locator("#film").get_by_role("button")).to_be_visible()


def test_worst_and_best_photos_of_a_stage(tab):
    photos = tab.locator("#results-photos")
    expect(photos).to_contain_text("unet.json: file not found", timeout=ANSWER_TIME)
    tab.locator("#results-stage input").click()
    tab.get_by_role("option", name=Translator("en")("stages.cnn-5x5.title")).click()
    figures = photos.locator("figure")
    expect(figures).to_have_count(2, timeout=ANSWER_TIME)
    expect(figures.first).to_contain_text(f"mIoU 0.12 {WORST}")
    expect(figures.last).to_contain_text(f"mIoU 0.93 {BEST}")
    for name in ("photo", "truth", "answer"):
        picture = figures.first.get_by_role("img", name=Translator("en")(f"results.photos.{name}"))
        expect(picture).to_be_visible()


def test_both_languages(tab):
    tab.locator("#language").get_by_label("Tiếng Việt").check()
    heading = tab.get_by_role("heading", name=Translator("vi")("results.film.title"))
    expect(heading).to_be_visible(timeout=ANSWER_TIME)
    expect(tab.locator("#results-ladder")).to_contain_text(Translator("vi")("results.parameters"))
    for chart, words in (("ladder", "miou"), ("cost", "miou"), ("curves", "curves.miou")):
        axis = tab.locator(f"#results-{chart}-chart").get_by_text(
            Translator("vi")(f"results.{words}")
        )
        expect(axis.first).to_be_visible(timeout=ANSWER_TIME)
    expect(tab.locator("#film")).to_contain_text(Translator("vi")("results.film.photos"))


def test_a_language_chosen_before_the_tab_is_opened_again(tab):
    """What was drawn while the tab was hidden has its width all the same."""
    tab.get_by_role("tab", name=Translator("en")("page.tab.compare"), exact=True).click()
    tab.locator("#language").get_by_label("Tiếng Việt").check()
    opener = tab.get_by_role("tab", name=Translator("vi")("page.tab.results"), exact=True)
    opener.click(timeout=ANSWER_TIME)
    title = Translator("vi")("results.miou")
    expect(tab.locator("#results-ladder-chart").get_by_text(title).first).to_be_visible()
    for chart in CHARTS:
        drawing = tab.locator(f"#results-{chart}-chart svg.marks")
        expect(drawing).not_to_have_attribute("width", "0")


def test_it_fits_on_a_phone(tab):
    tab.set_viewport_size({"width": 390, "height": 844})
    expect(marks(tab, "ladder")).to_have_count(len(KEYS))
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for chart in CHARTS:
        right = f"#results-{chart}-chart svg.marks"
        assert tab.locator(right).evaluate("it => it.getBoundingClientRect().right") <= 390
    heights = tab.locator(
        "#measure, #film button, #film input, .results-numbers summary"
    ).evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(heights) >= 44


def test_the_endpoint(page_url, folder):
    record = Client(page_url, verbose=False).predict(api_name="/results")
    assert list(record) == list(STAGES)
    test = checkpoints.read_metadata(folder, NETWORKS["cnn-5x5"])["test"]
    for name in ("miou", "miou_interval", "pixel_accuracy", "iou"):
        assert record["cnn-5x5"][name] == test[name]
    assert record["cnn-5x5"]["receptive_field"] == 17
    assert "file not found" in record["unet"]["error"]
    assert "miou" not in record["kmeans"]
