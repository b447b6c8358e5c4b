"""What one visitor sends is nobody else's, takes nobody's place, and does not stay."""

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from gradio.route_utils import delete_files_created_by_app
from PIL import Image
from support.photo_corpus import save
from support.server import PATIENCE, Caller, eventually, opening_photo, photo

from segdemo.errors import InputError
from segdemo.web.security.uploads import cleanup_lifespan, delete_expired


@pytest.fixture(scope="module")
def caller(page_url):
    return Caller(page_url)


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
        page.get_by_label("Remove Image").or_(page.get_by_label("Clear")).first.click()
        page.locator("#photo input[type=file]").set_input_files(path)
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


def test_old_files_are_swept_and_others_stay(tmp_path):
    for name in ("old/photo.png", "shown/first.png", "part-of-an-upload"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    kept = {str(tmp_path / "shown/first.png")}
    delete_expired(tmp_path, age=3600, kept=kept)
    assert len(list(tmp_path.rglob("*"))) == 5
    time.sleep(0.05)  # the clock of files is coarse
    delete_expired(tmp_path, age=0, kept=kept)
    assert {str(path) for path in tmp_path.rglob("*") if path.is_file()} == kept
    for _ in range(2):  # a folder that lost a file was touched just now
        time.sleep(0.05)
        delete_expired(tmp_path, age=0)
    assert not tmp_path.exists()


def test_a_photo_whose_time_is_over_is_gone(caller, upload_folder):
    """From the disk, from its address, and for calls; a page that still shows it is told."""
    path = caller.upload(("photo.png", own_photo(9))).json()[0]
    ask = [photo(path), "cnn-1x1", 3, "rgb", False]
    assert caller.call(caller.named("segment"), ask).data
    time.sleep(0.05)  # the clock of files is coarse
    delete_expired(upload_folder, age=0, kept=opening_photo(upload_folder))
    assert not os.path.exists(path)
    assert caller.http.get(f"/gradio_api/file={path}").status_code == 403
    gone = InputError("photo.unreadable").sentence("en")
    assert caller.call(caller.named("segment"), ask).refusal == gone
    default = caller.named("segment").defaults
    assert caller.call(caller.named("segment"), default).data  # the example is still there


def test_gradio_s_own_deletion_knows_every_road(predictor, tmp_path, monkeypatch):
    """What came by upload or `data:` URL, and what was answered, is all known to Gradio."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    from segdemo.web.page import build_app, launch_options

    page = build_app(predictor, test_split=None)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_options())
    try:
        caller = Caller(url)
        before = {path for path in tmp_path.rglob("*") if path.is_file()}
        image = photo(caller.upload(("photo.png", own_photo(5))).json()[0])
        assert caller.call_by_name("segment", [image, "kmeans", 3, "rgb", False]).data
        inline = {"url": "data:image/png;base64,aGVsbG8=", "meta": {"_type": "gradio.FileData"}}
        assert caller.call_by_name("segment", [inline, "kmeans", 3, "rgb", False]).refusal
        assert {path for path in tmp_path.rglob("*") if path.is_file()} > before
        for session in page.state_holder.session_data.values():
            assert not any(session.config_values.values())  # of what a visitor sent last
        delete_files_created_by_app(page, age=0)
        assert {path for path in tmp_path.rglob("*") if path.is_file()} == before
    finally:
        page.close()


def test_a_running_server_sweeps_what_a_killed_one_left(predictor, tmp_path, monkeypatch):
    """With an hour cut to a moment."""
    own, other = tmp_path / "segdemo-own", tmp_path / "segdemo-killed"
    for folder in (own, other, tmp_path / "somebody"):
        (folder / "hash").mkdir(parents=True)
        (folder / "hash" / "photo.png").write_bytes(b"1")
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(own))
    from segdemo.web.page import build_app

    async def run() -> None:
        page = build_app(predictor, test_split=None)
        async with cleanup_lifespan(age=0.2, every=0.1)(page.app):
            while (own / "hash" / "photo.png").exists() or other.joinpath("hash").exists():
                await asyncio.sleep(0.05)

    # In a thread of its own: Playwright's loop runs in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, asyncio.wait_for(run(), PATIENCE)).result()
    assert (tmp_path / "somebody" / "hash" / "photo.png").exists()
