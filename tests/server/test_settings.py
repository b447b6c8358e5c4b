"""The server is set up for a page that is open to anybody, and its papers say what is so."""

import re

import pytest
from conftest import ROOT

from segdemo.data import decoder
from segdemo.data.sample_photos import SAMPLE_PHOTOS
from segdemo.web.page import launch_options

README = (ROOT / "README.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
REQUIREMENTS = dict(
    re.fullmatch(r"([\w.-]+)(\W.*)", line).groups()
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").split()
)


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


# ---- Headers ----

HEADERS = (
    "content-security-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
)


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
    headers = caller.http.get("/").headers
    for name in HEADERS:
        assert answer.headers[name] == headers[name]
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
    examples = [str(photo.path) for photo in SAMPLE_PHOTOS.values()]
    for path in ("/", "/config", "/gradio_api/info?all_endpoints=true", "/gradio_api/openapi.json"):
        told = caller.http.get(path).text
        for example in examples:
            told = told.replace(example, "")
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
