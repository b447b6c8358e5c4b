"""The server is set up for a page that is open to anybody, and its papers say what is so."""

import re

import pytest
from conftest import ROOT
from photo_corpus import BOMBS, impostors, whole
from server import Caller
from test_server_costs import COSTLY
from test_server_process import CLOSED
from test_server_values import KINDS

from segdemo.photos import containers, decoder
from segdemo.ui.examples import shipped_photos
from segdemo.ui.page import launch_options
from segdemo.ui.security import limits
from segdemo.ui.security.headers import HEADERS

README = (ROOT / "README.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
REQUIREMENTS = dict(
    re.fullmatch(r"([\w.-]+)(\W.*)", line).groups()
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").split()
)


@pytest.fixture(scope="module")
def caller(page_url):
    return Caller(page_url)


# ---- Settings ----


def test_gradio_s_own_switches(page_url):
    options = launch_options()
    assert options["max_file_size"] == decoder.MAX_BYTES
    for off in ("run_history", "enable_monitoring", "show_error", "ssr_mode", "share"):
        assert options[off] is False, off
    assert not options.get("allowed_paths")
    assert options.get("strict_cors", True)


def test_the_page_says_the_same(caller):
    config = caller.config
    assert config["max_file_size"] == decoder.MAX_BYTES
    assert not config["analytics_enabled"]
    assert not config["run_history"]
    assert config["enable_queue"]
    assert config["footer_links"] == ["api"]


def test_the_queue_is_bounded(networks):
    from segdemo.ui.page import build_app

    page = build_app(networks, tests=None)
    assert page.max_size if hasattr(page, "max_size") else page._queue.max_size
    assert page._queue.max_size == limits.WAITING_CALLS
    assert not page.api_open
    assert page.delete_cache == (limits.SWEEPS, limits.UPLOADS_KEPT)


# ---- Headers ----


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/config", 200),
        ("GET", "/theme.css", 200),
        ("GET", "/gradio_api/file=/etc/passwd", 403),
        ("GET", "/nowhere", 404),
        ("POST", "/gradio_api/call/nothing", 404),
    ],
)
def test_every_answer_bears_the_headers(caller, method, path, status):
    answer = caller.http.request(method, path, json={"data": []} if method == "POST" else None)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "x-frame-options" not in answer.headers  # it would forbid the Space's frame


def test_what_the_headers_allow(caller):
    """A Space shows the page in a frame and the page its camera; other sites get neither."""
    headers = caller.http.get("/").headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert "https://huggingface.co" in policy["frame-ancestors"]
    assert "*" not in policy["frame-ancestors"].replace("https://*.huggingface.co", "")
    assert "http" not in policy["script-src"]
    assert "camera=(self)" in headers["permissions-policy"]


def test_a_browser_keeps_no_photo(caller):
    path = caller.upload(("cat.png", b"secret")).json()[0]
    assert caller.http.get(f"/gradio_api/file={path}").headers["cache-control"] == "no-store"


def test_chromium_obeys(browser, page_url):
    """No script of another origin runs, and of the devices the camera alone is within reach."""
    page = browser.new_page()
    page.goto(page_url)
    assert page.evaluate("document.featurePolicy.allowsFeature('camera')")
    assert not page.evaluate("document.featurePolicy.allowsFeature('microphone')")
    blocked = page.evaluate(
        """() => new Promise(done => {
            document.addEventListener('securitypolicyviolation', event => done(event.blockedURI));
            document.head.append(Object.assign(
                document.createElement('script'), { src: 'data:text/javascript,0' }));
        })"""
    )
    assert blocked.startswith("data")
    page.close()


# ---- What the page tells of the server ----


def test_no_path_of_the_server_is_told(caller, upload_folder):
    """But where the example photos lie, within the packages that ship them."""
    examples = [str(path) for path in shipped_photos()]
    for path in ("/", "/config", "/gradio_api/info?all_endpoints=true", "/gradio_api/openapi.json"):
        told = caller.http.get(path).text
        for example in examples:
            told = told.replace(example, "")
        told = re.sub(re.escape(str(upload_folder)) + r"/[0-9a-f]{64}/chelsea\.png", "", told)
        for secret in (str(ROOT), str(ROOT.home()), str(upload_folder), "site-packages"):
            assert secret not in told, (path, told[max(told.find(secret) - 100, 0) :][:200])


# ---- Papers ----


def front_matter() -> dict[str, str]:
    block = README.split("---")[1]
    return {
        key: value.strip(' "') for key, value in re.findall(r"^(\w+): (.+)$", block, re.MULTILINE)
    }


def test_the_space_gets_what_was_tested():
    space = front_matter()
    assert REQUIREMENTS["gradio"] == f"=={space['sdk_version']}"
    assert (ROOT / space["app_file"]).is_file()
    major, minor = map(int, space["python_version"].split("."))
    assert (major, minor) >= (3, 11)


def test_a_space_on_zero_gpu_takes_it_too():
    """It knows Python 3.10 and 3.12, and PyTorch from 2.8.0 to 2.13.0 by exact version."""
    assert front_matter()["python_version"] in ("3.10", "3.12")
    torch = REQUIREMENTS["torch"]
    assert torch.startswith("==")
    assert (2, 8) <= tuple(map(int, torch.removeprefix("==").split(".")[:2])) <= (2, 13)


def test_the_limits_in_words_are_those_in_the_code():
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", SECURITY, re.MULTILINE))
    megabyte, hour = 10**6, 3600
    for row, value in {
        "one photo's file": f"{decoder.MAX_BYTES // megabyte} MB",
        "one photo, as JPEG": f"{decoder.MAX_JPEG_PIXELS // megabyte} megapixels",
        "one photo, any other format": f"{decoder.MAX_PIXELS // megabyte} megapixels",
        "a photo's longer side": f"{decoder.MAX_SIDE:,} pixels",
        "one upload, all its files": f"{limits.MAX_FORM // megabyte} MB",
        "one call": f"{limits.MAX_CALL // megabyte} MB, {limits.MAX_VALUES:,} values,"
        f" nested {limits.MAX_DEPTH} deep",
        "calls waiting": f"{limits.WAITING_CALLS}",
        "sessions remembered": f"{limits.SESSIONS:,}",
        "photos and results on disk": f"{limits.UPLOADS_KEPT // hour} hour,"
        f" looked for every {limits.SWEEPS // 60} minutes",
        "disk left free": f"{limits.SPARE_DISK // megabyte} MB",
        "processor time to decode one photo": f"{containers.MAX_CPU_SECONDS} seconds",
        "after SIGTERM": f"{limits.CLOSING} seconds for running answers, {CLOSED} for all",
    }.items():
        assert rows[row] == value, row
    assert "SECURITY.md" in README


@pytest.mark.skipif("AVIF" not in decoder.FORMATS, reason="this Pillow has no AVIF")
def test_the_readme_counts_what_is_tried(caller):
    advisories = (ROOT / "tests" / "test_server_advisories.py").read_text(encoding="utf-8")
    shown = sum(key is None for _, key in BOMBS.values())
    arguments = sum(len(endpoint.names) for endpoint in caller.endpoints if endpoint.public)
    rows = dict(re.findall(r"^\| (.+?) \| (.+?) \|", README, re.MULTILINE))
    for row, count in {
        "photos in every format and mode that Pillow writes": len(list(whole())),
        "bombs: much work in few bytes": len(BOMBS),
        "the costliest photos that are taken": len(COSTLY),
        "files that are no photos, named `.png`": len(impostors()),
        "every kind of JSON value for every argument of the API": len(KINDS) * arguments,
    }.items():
        assert rows[row] == str(count), row
    numbers = set(re.findall(r"CVE-\d+-\d+|GHSA(?:-\w{4}){3}", advisories))
    assert rows["requests from Gradio's security advisories"] == f"{len(numbers)} advisories"
    assert f"{shown} shown, {len(BOMBS) - shown} refused" in README
