"""More visitors than can be answered at once: each is told their place, or that it is full."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import httpx
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from support.server import Caller, photo

from segdemo.locales import Translator
from segdemo.web.page import build_app, launch_options
from segdemo.web.security import limits
from segdemo.web.security.request_error import bilingual

BUSY = 12  # calls, of a second or so


@contextmanager
def a_busy_class(caller: Caller) -> Iterator[None]:
    """Visitors who ask all stages about photos that nobody has asked about yet."""
    noise = np.random.default_rng()
    paths = []
    for _ in range(BUSY):
        file = io.BytesIO()
        Image.fromarray(noise.integers(0, 255, (400, 400, 3), np.uint8)).save(file, "JPEG")
        paths += caller.upload(("photo.jpg", file.getvalue())).raise_for_status().json()
    calls = [
        Thread(target=caller.call_by_name, args=("compare", [photo(path), 3, "rgb", False]))
        for path in paths
    ]
    for call in calls:
        call.start()
    yield
    for call in calls:
        call.join()


def place_in(language: str) -> re.Pattern:
    """What says the place, of any numbers; how long it takes may follow."""
    said = re.escape(Translator(language)("compare.place").rstrip("."))
    return re.compile(re.sub(r"\\\[\w+\\\]", r"\\d+", said))


def test_a_waiting_visitor_sees_their_place(page, page_url):
    status = page.locator("#status")
    expect(status).to_contain_text(Translator("en")("compare.all-done", total=8))
    place = page.locator("#place [data-place]")
    expect(place).to_be_hidden()
    with a_busy_class(Caller(page_url)):
        page.locator("#examples button").last.click()
        expect(place).to_have_text(place_in("en"))
        page.locator("#language label", has_text="Tiếng Việt").click()
        expect(place).to_have_text(place_in("vi"))
    expect(status).to_contain_text("8", timeout=60_000)
    expect(place).to_be_hidden(timeout=60_000)


@pytest.fixture
def small_queue(predictor, monkeypatch):
    """The page with a queue of two places."""
    monkeypatch.setattr("segdemo.web.page.WAITING_CALLS", 2)
    app = build_app(predictor, test_split=None)
    _, url, _ = app.launch(prevent_thread_lock=True, quiet=True, **launch_options())
    yield Caller(url)
    app.close()


@pytest.mark.main_way
def test_a_full_queue_says_so_and_what_to_do(small_queue):
    with a_busy_class(small_queue):
        refusals = []
        for _ in range(10):
            body = {"data": [None, 3, "rgb", False]}
            answer = small_queue.post("/gradio_api/call/compare", body)
            if answer.status_code != 200:
                refusals.append((answer.status_code, answer.json()["detail"]))
    assert set(refusals) == {(429, bilingual("full", limit=limits.WAITING_CALLS))}


def test_no_two_listeners_make_each_other_wait_for_ever(page_url):
    """When one had to wait, Gradio calls all listeners of its event anew, the other one too."""
    config = httpx.get(f"{page_url}config").raise_for_status().json()
    waiting = Counter(
        tuple(event)
        for listener in config["dependencies"]
        if listener["backend_fn"] and listener["trigger_mode"] == "always_last"
        for event in listener["targets"]
    )
    assert waiting
    assert {event: count for event, count in waiting.items() if count > 1} == {}
