"""Two copies of the app behind the nginx of `deploy/`, and behind one that takes turns."""

import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from conftest import ROOT
from gradio_client import Client, handle_file
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from support.app_process import STAGE, Process, copy
from support.photo_corpus import save
from support.server import PATIENCE, Caller, Reply, eventually, photo
from support.tabs import upload

from segdemo.locales import Translator
from segdemo.web.security import limits
from segdemo.web.security.request_error import bilingual

SITE = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
STICKY = r"    hash \$seat consistent;\n"
BUSY = 60_000  # milliseconds, for a machine that trains
VISITORS = 20  # that all of them draw seats at one replica happens once in 500,000 times
PHOTO = save(Image.new("RGB", (70, 30), "orange"), "PNG")
# Around a site, all that nginx writes being in its own folder.
SURROUNDINGS = """
daemon off;
user root;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    {site}
}}
"""


@contextmanager
def balancer(folder: Path, replicas: list[Process], changes: dict | None = None) -> Iterator[str]:
    """nginx with the site in front of `replicas`, on a free port; yields its address.

    changes: what stands in the site instead of what, as regular expressions.
    """
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed")
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    servers = "".join(f"    server {netloc(replica)};\n" for replica in replicas)
    site = replaced(
        r"    listen 80.*;\n    listen \[::\]:80.*;\n", f"    listen {address};\n", SITE
    )
    site = replaced(r"(    server 127\.0\.0\.1:\d+;\n)+", servers, site)
    for pattern, by in (changes or {}).items():
        site = replaced(pattern, by, site)
    (folder / "nginx.conf").write_text(SURROUNDINGS.format(site=site))
    process = subprocess.Popen(["nginx", "-p", folder, "-c", "nginx.conf", "-e", "stderr"])
    try:
        eventually(lambda: process.poll() is not None or answers(f"http://{address}"))
        assert process.poll() is None
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def netloc(replica: Process) -> str:
    return replica.caller.http.base_url.netloc.decode()


def replaced(pattern: str, by: str, site: str) -> str:
    changed, count = re.subn(pattern, by, site)
    assert count == 1, pattern
    return changed


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/robots.txt").status_code == 200
    except httpx.ConnectError:
        return False


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    copy(home)
    return home


@pytest.fixture(scope="module")
def replicas(home):
    with Process(home, {}) as first, Process(home, {}) as second:
        yield [first, second]


@pytest.fixture(scope="module")
def sticky(home, replicas):
    with balancer(home / "sticky", replicas) as url:
        yield url


@pytest.fixture(scope="module")
def alternating(home, replicas):
    with balancer(home / "alternating", replicas, {STICKY: ""}) as url:
        yield url


@pytest.fixture(scope="module")
def torn(home, replicas):
    """Calls go to one replica, and their answers are waited for at the other."""
    called, listened = (netloc(replica) for replica in replicas)
    place = f'map $uri $place {{ default {called}; "/gradio_api/queue/data" {listened}; }}\n'
    changes = {
        r"(?=map \$request_id)": place,
        "proxy_pass http://segdemo": "proxy_pass http://$place",
    }
    with balancer(home / "torn", replicas, changes) as url:
        yield url


def uploaded(caller: Caller) -> dict:
    """A photo that the caller sent, having looked at the page, as pages and gradio_client do."""
    assert caller.config
    return photo(caller.upload(("photo.png", PHOTO)).raise_for_status().json()[0])


def segment(caller: Caller, image: dict) -> Reply:
    return caller.call_by_name("segment", [image, STAGE, 3, "rgb", False])


def replica_of(file: dict) -> str:
    """The folder of the replica that has the file."""
    return Path(file["path"]).parts[-3]


def visitor_of(replica: Process, url: str) -> Caller:
    """Somebody whom the load balancer at `url` sends to `replica`."""
    wanted = replica_of(uploaded(replica.caller))
    while True:
        visitor = Caller(url)
        if replica_of(uploaded(visitor)) == wanted:
            return visitor


def open_page(browser: Browser, url: str, seat: str | None = None) -> Page:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    if seat:
        context.add_cookies([{"name": "seat", "value": seat, "url": url}])
    page = context.new_page()
    page.goto(url)
    answered(page)
    return page


def choose(page: Page, folder: Path, width: int) -> None:
    """Put an own photo in the place of the one that is there, and wait for its answers."""
    Image.new("RGB", (width, 30), "orange").save(folder / "photo.png")
    upload(page, folder / "photo.png")
    page.wait_for_function(
        "ratio => getComputedStyle(document.documentElement).getPropertyValue('--ratio')"
        ".trim() === ratio",
        arg=f"{width} / 30",
        timeout=BUSY,
    )
    answered(page)


def answered(page: Page) -> None:
    expect(page.locator(f"article.done[data-stage={STAGE}]")).to_be_visible(timeout=BUSY)


# ---- With sticky sessions ----


def test_a_visitor_stays_at_one_replica_and_all_are_used(sticky):
    seen = set()
    for _ in range(VISITORS):
        caller = Caller(sticky)
        image = uploaded(caller)
        label_map = segment(caller, image).data[0]
        assert replica_of(label_map) == replica_of(image)
        assert caller.http.get(f"/gradio_api/file={label_map['path']}").status_code == 200
        seen.add(replica_of(image))
    assert len(seen) == 2


def test_gradio_client_stays_too(sticky, tmp_path):
    """It keeps the cookie of its first answer."""
    (tmp_path / "photo.png").write_bytes(PHOTO)
    for _ in range(4):
        client = Client(sticky, verbose=False, download_files=tmp_path)
        image = handle_file(tmp_path / "photo.png")
        label_map, _ = client.predict(image, STAGE, api_name="/segment")
        with Image.open(label_map) as found:
            assert found.size == (70, 30)


def test_a_script_without_cookies_is_told_by_its_address(sticky):
    for _ in range(4):
        path = httpx.post(f"{sticky}/gradio_api/upload", files={"files": PHOTO}).json()[0]
        call = f"{sticky}/gradio_api/call/segment"
        joined = httpx.post(call, json={"data": [photo(path), STAGE, 3, "rgb", False]})
        assert "set-cookie" not in joined.headers
        answer = httpx.get(f"{call}/{joined.json()['event_id']}", timeout=PATIENCE)
        assert answer.text.startswith("event: complete")


def test_the_cookie_names_nobody(sticky):
    drawn = httpx.get(sticky).headers["set-cookie"]
    assert re.fullmatch("seat=[0-9a-f]{3}; Path=/; HttpOnly; SameSite=Lax", drawn)
    seated = httpx.get(sticky, cookies={"seat": "0af"})
    assert "set-cookie" not in seated.headers
    other = httpx.get(sticky, cookies={"seat": "not a seat"})
    assert other.headers["set-cookie"].startswith("seat=")


def test_nginx_leaves_it_to_the_app_to_refuse(sticky):
    """With a sentence; nginx itself would send a page of HTML."""
    megabytes = int(re.search(r"client_max_body_size (\d+)m;", SITE)[1])
    assert megabytes * 2**20 > max(limits.MAX_CALL, limits.MAX_FORM)
    refused = Caller(sticky).upload(("photo.png", bytes(limits.MAX_FORM + 1)))
    assert (refused.status_code, refused.json()["detail"]) == (
        413,
        bilingual("too-large", limit=20),
    )


def test_a_browser_keeps_photo_and_place(sticky, browser, tmp_path):
    """Uploads, streams, files, and what the server remembers: which section is open."""
    page = open_page(browser, sticky)
    choose(page, tmp_path, 70)
    for tab in ("insight", "answers"):
        page.locator(f"[role=tab][data-tab-id={tab}]:visible").click()
    page.locator("#answers-stage input[value=cnn-1x1]").check()
    for language, name in (("en", "English"), ("vi", "Tiếng Việt")):
        page.locator("#language").get_by_label(name).check()
        rule = Translator(language)("insight-answers.rule", least="1")
        expect(page.locator("#answers .rule p")).to_have_text(rule, timeout=BUSY)
    page.context.close()


# ---- A replica dies ----


def test_another_replica_takes_over(home, replicas, browser, tmp_path):
    """A photo was at the dead one alone: it is asked for again, and everything else goes on."""
    with (
        Process(home, {}) as dying,
        balancer(tmp_path / "failing", [replicas[0], dying]) as url,
    ):
        visitor = visitor_of(dying, url)
        image = uploaded(visitor)
        assert segment(visitor, image).data
        page = open_page(browser, url, visitor.http.cookies["seat"])
        choose(page, tmp_path, 70)

        assert dying.end(signal.SIGKILL) == -signal.SIGKILL
        assert segment(visitor, image).refusal == bilingual("not-uploaded")
        assert segment(visitor, uploaded(visitor)).data
        page.locator("#language").get_by_label("Tiếng Việt").check()
        said = Translator("vi")("server.not-uploaded")  # of both languages, the page's
        expect(page.get_by_text(said).first).to_be_visible(timeout=BUSY)
        choose(page, tmp_path, 80)
        page.context.close()


# ---- Without sticky sessions ----


def test_what_needs_one_request_works_everywhere(alternating):
    """Page, files of the page, and calls that are answered at once."""
    page = httpx.get(alternating).text
    script = re.search(r'src="\./(assets/[^"]+\.js)"', page)[1]
    for path in ("", "config", "theme.css", "gradio_api/info", script):
        first, second = (httpx.get(f"{alternating}/{path}") for _ in range(2))
        assert first.status_code == second.status_code == 200
        assert path not in ("theme.css", script) or first.content == second.content
    for _ in range(4):
        call = {"data": [[[1, 5], [4, 8]], "nearest", 2, False]}
        answer = httpx.post(f"{alternating}/gradio_api/run/upsample", json=call)
        assert answer.json()["data"][0][0] == [1, 1, 5, 5]


def test_a_browser_is_told_and_does_not_load_again_and_again(torn, browser):
    page = browser.new_page()
    page.goto(torn)
    said = Translator("en")("server.no-session")
    expect(page.get_by_text(said).first).to_be_visible(timeout=BUSY)
    expect(page.get_by_text("Connection Lost")).to_have_count(0)
    page.close()
