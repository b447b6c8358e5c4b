"""docs/adding-a-stage.md and docs/adding-a-language.md, followed to the letter on a copy."""

import json
import shutil
import signal
from pathlib import Path

import pytest
import torch
from playwright.sync_api import expect
from support.app_process import STAGE, Process, copy

from segdemo.models import CNNSegmentation
from segdemo.models.checkpoints import serialise

KEY, CODE = "cnn-3x3", "eo"
TITLE = "A toy of 3x3"
SENTENCES = {  # that belong to a stage, by the file
    "stages": [f"{KEY}.title", f"{KEY}.fixes", f"{KEY}.wrong"],
    "results": [f"short.{KEY}"],
    "insight-pixel": [f"look.{KEY}"],
}
HEADING = "De koloroj al U-Net"


def insert(file: Path, before: str, added: str) -> None:
    """Write `added` in front of the one place where the file says `before`."""
    content = file.read_text(encoding="utf-8")
    assert content.count(before) == 1
    file.write_text(content.replace(before, added + before), encoding="utf-8")


def translate(file: Path, sentences: dict[str, str]) -> None:
    known = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(known | sentences), encoding="utf-8")


def languages(project: Path) -> list[Path]:
    return [file.parent for file in (project / "segdemo" / "locales").glob("*/page.json")]


def add_stage(project: Path) -> None:
    registry = project / "segdemo" / "models" / "registry.py"
    line = f'Stage("{KEY}", "Segmentation (2)", CNNSegmentation, {{"kernel_size": 3}}),\n        '
    insert(registry, 'Stage("cnn-5x5"', line)
    for language in languages(project):
        for topic, keys in SENTENCES.items():
            translate(language / f"{topic}.json", dict.fromkeys(keys, TITLE))
    checkpoints = project / "checkpoints"
    torch.manual_seed(0)
    data, digest = serialise(CNNSegmentation(kernel_size=3).state_dict())
    (checkpoints / f"{KEY}.safetensors").write_bytes(data)
    metadata = json.loads((checkpoints / f"{STAGE}.json").read_text(encoding="utf-8"))
    metadata |= {"stage": KEY, "sha256": digest, "arguments": {"kernel_size": 3}}
    (checkpoints / f"{KEY}.json").write_text(json.dumps(metadata), encoding="utf-8")


def add_language(project: Path) -> None:
    locales = project / "segdemo" / "locales"
    shutil.copytree(locales / "en", locales / CODE)
    translate(locales / CODE / "page.json", {"title": HEADING})
    insert(locales / "__init__.py", '"vi": "Tiếng Việt"', f'"{CODE}": "Esperanto", ')


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    copy(home)
    add_language(home / "project")
    add_stage(home / "project")
    with Process(home, {}) as process:
        yield str(process.caller.http.base_url)
        process.end(signal.SIGTERM)
        assert "Traceback" not in process.said, process.said


@pytest.fixture
def page(browser, url):
    page = browser.new_page(locale="en-GB")
    page.goto(url)
    yield page
    page.close()


def test_a_ninth_stage_answers_on_the_page(page, url):
    page.goto(f"{url}/?layout=grid")
    card = page.locator(f"article.done[data-stage='{KEY}']")
    expect(card).to_contain_text(TITLE, timeout=120_000)
    places = page.locator("article[data-stage]").evaluate_all(
        "all => all.map(one => one.dataset.stage)"
    )
    assert places.index(KEY) == places.index("cnn-1x1") + 1


def test_a_third_language_is_offered_and_spoken(page):
    page.get_by_role("radio", name="Esperanto").check()
    expect(page.get_by_role("heading", name=HEADING)).to_be_visible(timeout=60_000)
    assert page.evaluate("document.documentElement.lang") == CODE


def test_a_link_knows_both(page, url):
    page.goto(f"{url}/?layout=grid&stages={KEY}&lang={CODE}")
    expect(page.get_by_role("heading", name=HEADING)).to_be_visible(timeout=60_000)
    expect(page.locator(f"article.done[data-stage='{KEY}']")).to_be_visible(timeout=120_000)
