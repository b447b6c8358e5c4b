"""Tab *Other domains*: what it says, in a real browser, and its endpoint."""

import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from segdemo.analysis.conversion import TASKS, Picture
from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.evaluation.conversion_scores import Score, TaskScores
from segdemo.evaluation.scores import Estimate
from segdemo.lecture.lesson_links import DOMAINS
from segdemo.locales import Translator
from segdemo.models.registry import CONVERTERS
from segdemo.web.tabs.domains import row_view

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.tabs import ANSWER_TIME

PHOTO = str(SAMPLE_PHOTOS[OPENING_PHOTO].path)
T = Translator("en")
GREY = torch.full((3, 128, 128), 128, dtype=torch.uint8)


def pictures(task: str) -> list[Picture]:
    """A row in which each picture is 1 dB better than the one before."""
    names = ["input", *TASKS[task].filters]
    names += [key.removeprefix(f"{task}-") for key in TASKS[task].networks]
    scored = [Picture(name, GREY, 20.0 + i, 0.5) for i, name in enumerate(names)]
    return [*scored, Picture("original", GREY)]


# ---- What is shown ----


def test_links_know_the_tasks():
    assert tuple(TASKS) == DOMAINS


@pytest.mark.parametrize("task", TASKS)
def test_a_row_compares_what_goes_in_with_the_last_network(task):
    row = row_view.row(task, pictures(task), None, T)
    names = [tile.name for tile in row.tiles]
    assert (row.left, row.right) == (names[0], names[-2])
    assert [tile.name for tile in row.tiles if tile.is_best] == [row.right]
    assert row.table is None
    assert len({tile.title for tile in row.tiles}) == len(names)


@pytest.mark.parametrize("task", TASKS)
def test_what_changed_in_the_code_is_what_the_networks_are(task):
    written = [line for code in row_view.codes(task, T) for line in code.lines]
    for key in TASKS[task].networks:
        head = CONVERTERS[key].build().classify
        line = f"nn.Conv2d({head.in_channels}, {head.out_channels}, kernel_size=3, padding=1)"
        assert any(line in after for _, after in written)
    assert all("CrossEntropyLoss" in before or "Conv2d" in before for before, _ in written)


def test_the_test_photos_numbers_are_those_measured():
    one = Score(Estimate(28.04, (27.96, 28.12)), Estimate(0.8123, (0.81, 0.82)))
    names = ("input", "median", "non-local-means", "encoder-decoder", "unet")
    scores = TaskScores(3669, 25, dict.fromkeys(names, one), {}, {})
    table = row_view.row("denoise", pictures("denoise"), scores, T).table
    assert [row.title for row in table.rows][-1] == T("stages.unet.title")
    interval = T("results.range", low="28.0", high="28.1")
    assert all(
        (row.psnr, row.psnr_interval, row.ssim) == ("28.0", interval, "0.812") for row in table.rows
    )
    assert table.sentence.count("28.0") == len(names)
    assert table.choices == ()


def test_a_classification_says_how_often_it_is_right():
    one = Score(Estimate(24.0, (23.9, 24.1)), Estimate(0.9, (0.89, 0.91)))
    names = ("input", *(key.removeprefix("colourise-") for key in TASKS["colourise"].networks))
    right = {
        name: {"top-1": Estimate(first, (0, 1)), "top-5": Estimate(first + 0.4, (0, 1))}
        for name, first in (
            ("most-frequent", 0.2),
            ("bins-encoder-decoder", 0.3),
            ("bins-unet", 0.4),
        )
    }
    scores = TaskScores(3669, 0.4, dict.fromkeys(names, one), {}, right)
    table = row_view.row("colourise", pictures("colourise"), scores, T).table
    for choice, percents in zip(
        table.choices, (("20.0", "30.0", "40.0"), ("60.0", "70.0", "80.0")), strict=True
    ):
        assert all(f" {percent}%" in choice for percent in percents)


# ---- The page ----


def test_one_task_at_a_time_two_pictures_under_one_handle(page, page_url):
    page.goto(f"{page_url}?tab=domains&sigma=40")
    row = page.locator("#domains-denoise-row")
    large = row.locator(".pair img")
    expect(large.first).to_be_visible(timeout=ANSWER_TIME)
    expect(page.get_by_role("slider", name=T("domains.denoise.strength")).first).to_have_value("40")
    right = row.get_by_role("combobox", name=T("domains.right"))
    expect(right).to_have_value("unet")
    row.get_by_role("button", name=T("domains.denoise.original")).click()
    expect(right).to_have_value("original")
    shown = row.locator("[data-name=original] img").get_attribute("src")
    assert large.nth(1).get_attribute("src") == shown
    row.get_by_role("combobox", name=T("domains.left")).select_option("median")
    assert large.nth(0).get_attribute("src") != shown
    handle = row.get_by_role("slider", name=T("domains.handle"))
    handle.focus()
    handle.press("ArrowRight")
    split = row.locator(".curtain").evaluate("it => it.style.getPropertyValue('--split')")
    assert split == "51%"
    page.get_by_role("radio", name=T("domains.super-resolve.title")).check()
    expect(page.locator("#domains-super-resolve-row .pair")).to_be_visible(timeout=ANSWER_TIME)
    expect(row).to_be_hidden()


def test_pictures_and_numbers_for_scripts(page_url, tmp_path):
    client = Client(page_url, verbose=False)
    gallery, numbers = client.predict(handle_file(PHOTO), api_name="/convert")
    assert [one["caption"] for one in gallery] == [*numbers, "original"]
    assert numbers["unet"]["psnr"] > numbers["input"]["psnr"]
    with Image.open(gallery[0]["image"]) as picture:
        assert picture.size == (128, 128)
    small = tmp_path / "small.png"
    Image.new("RGB", (31, 40), "red").save(small)
    for photo, strength, said in ((PHOTO, 1000, "1000"), (small, 25, "31×40")):
        with pytest.raises(AppError, match=said):
            client.predict(handle_file(photo), "denoise", strength, api_name="/convert")


def test_in_another_language_a_row_is_asked_for_once_more_at_most(page, page_url):
    """Opening the tab and learning the language are one event, which ends."""
    page.goto(page_url)
    page.locator("#language").get_by_label("Tiếng Việt").check()
    asked = []
    page.on("request", lambda r: asked.append(r.url) if "queue/join" in r.url else None)
    page.locator("[role=tab][data-tab-id=domains]").click()
    row = page.locator("#domains-denoise-row")
    expect(row.get_by_text(Translator("vi")("domains.code"))).to_be_visible(timeout=ANSWER_TIME)
    page.wait_for_timeout(3000)  # what would be asked again and again
    assert 1 <= len(asked) <= 2  # the cards may still be asked for
