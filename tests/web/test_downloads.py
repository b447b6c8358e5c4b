"""Taking things home in a real browser: buttons give files, the code follows the page."""

import io
import zipfile

import pytest
from PIL import Image

from segdemo.export.python_code import python_code
from segdemo.inference.kmeans import KMeansSettings
from segdemo.locales import Translator
from segdemo.models.registry import STAGES
from segdemo.web.components.report.sheet import SHEET

pytest.importorskip("playwright")
from playwright.sync_api import expect
from support.compare_tab import expect_answers
from support.tabs import ANSWER_TIME


@pytest.fixture
def home(page):
    """The page with its example answered, the accordion open."""
    expect_answers(page)
    page.get_by_role("button", name=Translator("en")("take-home.title")).click()
    return page


def saved(page, name: str) -> tuple[str, bytes]:
    """The name and content of the file that the browser saves once a button is pressed."""
    button = page.get_by_role("button", name=Translator("en")(f"take-home.{name}"), exact=True)
    with page.expect_download(timeout=ANSWER_TIME) as download:
        button.click()
    file = download.value
    return file.suggested_filename, file.path().read_bytes()


def code_shown(page) -> str:
    """The code as the editor holds it."""
    lines = page.locator("#stage-code .cm-line").all_text_contents()
    return "\n".join(lines).strip()


@pytest.mark.main_way
def test_pressing_report_saves_the_sheet(home):
    name, data = saved(home, "report")
    assert name == "report.png"
    with Image.open(io.BytesIO(data)) as sheet:
        assert sheet.width == SHEET
    expect(home.locator("#report-file").get_by_text("report", exact=True)).to_be_visible()


def test_pressing_archive_saves_the_label_maps(home):
    name, data = saved(home, "archive")
    assert name == "label-maps.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {f"{key}.png" for key in STAGES} < set(archive.namelist())


def test_a_report_speaks_the_page_s_language(home):
    _, english = saved(home, "report")
    home.locator("#language").get_by_label("Tiếng Việt").check()
    button = home.get_by_role("button", name=Translator("vi")("take-home.report"), exact=True)
    with home.expect_download(timeout=ANSWER_TIME) as download:
        button.click()
    vietnamese = download.value.path().read_bytes()
    title = (0, 0, SHEET, 80)
    sheets = [Image.open(io.BytesIO(data)).crop(title) for data in (english, vietnamese)]
    assert sheets[0].tobytes() != sheets[1].tobytes()


def test_the_code_follows_stage_and_settings(home):
    assert code_shown(home) == python_code("unet", KMeansSettings()).strip()
    home.get_by_role("combobox", name=Translator("en")("page.stage")).click()
    home.get_by_role("option", name=Translator("en")("stages.kmeans.title")).click()
    expect(home.locator("#stage-code")).to_contain_text("cluster(photo.image")
    assert code_shown(home) == python_code("kmeans", KMeansSettings()).strip()
    home.get_by_role("button", name=Translator("en")("compare.options")).click()
    home.locator("#clusters input[type=number]").fill("6")
    home.locator("#clusters input[type=number]").press("Enter")
    expect(home.locator("#stage-code")).to_contain_text("clusters=6")


def test_nothing_is_wider_than_the_screen(home):
    saved(home, "report")
    for width in (390, 1366):
        home.set_viewport_size({"width": width, "height": 844})
        assert home.evaluate("document.documentElement.scrollWidth") <= width
