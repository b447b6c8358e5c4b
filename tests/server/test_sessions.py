"""What one visitor sends is nobody else's, takes nobody's place, and does not stay."""

import os
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from support.photo_corpus import save
from support.server import EXAMPLES, Caller, eventually, photo
from support.tabs import upload

from segdemo.errors import InputError


def own_photo(number: int) -> bytes:
    """A photo whose k-means answer tells it apart: its one colour's own size."""
    return save(Image.new("RGB", (40 + number, 30), (20 * number, 50, 200)), "PNG")


def test_two_visitors_at_once_get_each_their_own(page_url):
    def visit(number: int) -> list:
        caller = Caller(page_url)
        image = photo(caller.upload(("photo.png", own_photo(number))).json()[0])
        sizes = []
        for _ in range(3):
            endpoint = caller.named("segment")
            label_map = caller.call(endpoint, [image, "kmeans", 2, "rgb", False]).data[0]
            with Image.open(label_map["path"]) as found:
                sizes.append((found.size, found.getpixel((0, 0)), found.getpalette()[:3]))
        return sizes

    with ThreadPoolExecutor(6) as pool:
        for number, sizes in enumerate(pool.map(visit, range(6))):
            assert sizes == [((40 + number, 30), 0, [20 * number, 50, 200])] * 3


def test_two_browsers_show_each_their_own(browser, page_url, tmp_path):
    pages = []
    for number in range(2):
        path = tmp_path / f"{number}.png"
        path.write_bytes(own_photo(3 * number))
        page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        page.goto(page_url)
        page.locator("article.card.done").first.wait_for(timeout=60_000)
        pages.append((page, path))
    for page, path in pages:
        upload(page, path)
    for number, (page, _) in enumerate(pages):
        page.wait_for_function(
            "ratio => getComputedStyle(document.documentElement).getPropertyValue('--ratio')"
            ".trim() === ratio",
            arg=f"{40 + 3 * number} / 30",
            timeout=60_000,
        )
        page.context.close()


def test_the_same_name_is_not_the_same_photo(caller):
    first, second = (caller.upload(("photo.png", own_photo(n))).json()[0] for n in (1, 2))
    assert first != second
    assert len(os.path.basename(os.path.dirname(first))) == 64  # nobody guesses it


# ---- Places ----


def test_a_visitor_who_leaves_gives_the_place_back(caller):
    """Many begin a comparison and close the page; the next visitor does not wait for them."""
    image = photo(caller.upload(("photo.png", own_photo(7))).json()[0])
    endpoint = caller.named("compare")
    for number in range(12):
        session = f"leaving-{number}"
        body = {
            "data": [image, 2 + number % 7, "lab", number % 2 == 0],
            "fn_index": endpoint.index,
            "session_hash": session,
        }
        assert caller.post("/gradio_api/queue/join", body).status_code == 200
        with caller.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}):
            pass  # the connection is closed before the first answer
    status = "/gradio_api/queue/status"
    eventually(lambda: caller.http.get(status).json()["queue_size"] == 0)
    assert caller.call(caller.named("segment"), [image, "cnn-1x1", 3, "rgb", False]).data


def test_one_who_never_listens_holds_nobody_up(caller):
    endpoint = caller.named("segment")
    body = {"data": endpoint.defaults, "fn_index": endpoint.index, "session_hash": "deaf"}
    assert caller.post("/gradio_api/queue/join", body).status_code == 200
    assert caller.call(endpoint, endpoint.defaults).data


# ---- Time ----


@contextmanager
def in_fast_time(predictor, folder: Path, monkeypatch) -> Iterator[Caller]:
    """The page with its uploads in `folder`, an hour being cut to a moment."""
    from segdemo.web import page as web

    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    monkeypatch.setattr(web, "UPLOADS_KEPT", 0.5)
    monkeypatch.setattr(web, "CLEANUP_INTERVAL", 0.1)
    page = web.build_app(predictor, None)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **web.launch_options())
    try:
        yield Caller(url)
    finally:
        page.close()


def test_what_a_visitor_sends_and_gets_is_gone_in_time(predictor, tmp_path, monkeypatch):
    """From the disk, from its address and for calls, however it came; the examples stay.

    What a killed server has left goes too, and what is somebody else's does not.
    """
    own, killed, other = (tmp_path / name for name in ("segdemo-own", "segdemo-killed", "other"))
    for folder in (own, killed, other):
        (folder / "hash").mkdir(parents=True)
        (folder / "hash" / "photo.png").write_bytes(b"1")
    with in_fast_time(predictor, own, monkeypatch) as caller:
        segment = caller.named("segment")
        example = EXAMPLES["photo"]
        path = caller.upload(("photo.png", own_photo(9))).json()[0]
        inline = b64encode(own_photo(8)).decode()
        for image in (photo(path), {"url": f"data:image/png;base64,{inline}"}, example):
            caller.call(segment, [image, "cnn-1x1", 3, "rgb", False])
        caller.call(caller.named("report"), caller.named("report").defaults)
        eventually(lambda: not any(killed.glob("**/*")) and not any(own.glob("**/*.*")))
        assert caller.http.get(f"/gradio_api/file={path}").status_code in (403, 404)
        gone = InputError("photo.unreadable").in_every_language()
        assert caller.call(segment, [photo(path), "cnn-1x1", 3, "rgb", False]).refusal == gone
        # Of whoever opens the page after all that time: its photo is there, and is answered.
        assert caller.call(segment, segment.defaults).data
        assert caller.http.get(f"/gradio_api/file={example['path']}").status_code == 200
        assert caller.upload(("photo.png", own_photo(9))).status_code == 200
    assert (other / "hash" / "photo.png").exists()


def test_the_opening_photo_stays(predictor, tmp_path, monkeypatch, browser):
    with in_fast_time(predictor, tmp_path / "segdemo-own", monkeypatch) as caller:
        page = browser.new_page()
        refused = []
        page.on("response", lambda answer: refused.append(answer) if answer.status > 399 else None)
        for _ in range(2):
            page.goto(str(caller.http.base_url))
            shown = page.locator("#photo img").first
            shown.wait_for(state="attached", timeout=60_000)
            page.locator("article.card.done").first.wait_for(timeout=60_000)
            page.wait_for_function("image => image.naturalWidth > 0", arg=shown.element_handle())
            time.sleep(1)  # twice the time that files are kept
        assert not refused
        page.close()
