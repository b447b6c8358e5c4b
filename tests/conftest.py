"""What several tests need: the shipped checkpoints, the data set where it is, a running page."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

# As app.py does, before PyTorch is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("MKL_DISABLE_FAST_MM", "1")
import torch

ROOT = Path(__file__).parent.parent
CHECKPOINTS = Path(os.environ.get("SEGDEMO_CHECKPOINTS", ROOT / "checkpoints"))
SHARED = Path(os.environ.get("SEGDEMO_SHARED", ROOT.parent / "shared"))
# The shell is the same browser without windows: a page is open in three quarters of the time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
# Before Gradio is imported: uploads of the tests' own server.
os.environ["GRADIO_TEMP_DIR"] = tempfile.mkdtemp(prefix="segdemo-tests-")

torch.set_num_threads(2)


@pytest.fixture(scope="session")
def pets_root() -> Path:
    """The folder that holds oxford-iiit-pet at 128x128."""
    if not (SHARED / "oxford-iiit-pet").is_dir():
        pytest.skip("the Oxford-IIIT Pet data set is not beside the project")
    return SHARED


@pytest.fixture(scope="session")
def originals() -> Path:
    """The folder of test photos and trimaps at their original size."""
    if not (SHARED / "pets-originals").is_dir():
        pytest.skip("the original test photos are not beside the project")
    return SHARED / "pets-originals"


@pytest.fixture(scope="session")
def predictor():
    from segdemo.inference import Predictor

    loaded = Predictor(CHECKPOINTS)
    assert not loaded.load_errors, loaded.load_errors
    return loaded


@pytest.fixture(scope="session")
def chelsea():
    """The CC0 cat of scikit-image, RGB."""
    from segdemo.data.decoder import open_photo
    from segdemo.data.sample_photos import SAMPLE_PHOTOS

    return open_photo(SAMPLE_PHOTOS["cat"].path).image


@pytest.fixture(scope="session")
def page_url(predictor):
    """The real page on a free port, without the data set."""
    from segdemo.web.page import build_app, launch_options

    app = build_app(predictor, test_split=None)
    _, url, _ = app.launch(prevent_thread_lock=True, quiet=True, **launch_options())
    yield url
    app.close()


@pytest.fixture(scope="module")
def client(page_url):
    """Calls of the page's API, as a script makes them."""
    from gradio_client import Client

    return Client(page_url, verbose=False)


@pytest.fixture(scope="session")
def upload_folder() -> Path:
    """Where the page at `page_url` keeps what visitors send and get."""
    return Path(os.environ["GRADIO_TEMP_DIR"])


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)  # milliseconds: nobody waits that long on an idle machine
    with sync_playwright() as playwright:
        chromium = CHROMIUM or playwright.chromium.executable_path
        if not Path(chromium).exists():
            pytest.skip("Chromium is not installed")
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def window(browser, page_url):
    """Where the page can be opened; any console error or request to another host is a failure."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB")
    page = context.new_page()
    errors, foreign = [], []
    page.errors = errors
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "request",
        lambda r: None if r.url.startswith((page_url, "data:", "blob:")) else foreign.append(r.url),
    )
    yield page
    context.close()
    assert not errors
    assert not foreign


@pytest.fixture
def page(window, page_url):
    """The page just opened."""
    window.goto(page_url)
    return window


def pytest_addoption(parser):
    parser.addoption(
        "--nothing-skipped", action="store_true", help="a test that cannot run here has failed"
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.skipped and item.config.getoption("--nothing-skipped"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but nothing may be: {report.longrepr}"


MISSING = {  # what some tests need beside Python's packages: why they are skipped, how to add it
    "Chromium": (
        "Chromium is not installed",
        "apt install chromium-headless-shell",
        "python -m playwright install chromium",
        "python -m playwright install chromium",
    ),
    "nginx": (
        "nginx is not installed",
        "apt install nginx-light",
        "brew install nginx",
        "run the tests in WSL, as on Debian",
    ),
    "Ray": ("Ray is not installed", *3 * ["pip install -r deploy/ray-requirements.txt"]),
}


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """After all else: which tests were skipped for want of a program, and how to add it."""
    yield
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())]
    for name, (reason, *ways) in MISSING.items():
        count = sum(reason in text for text in reasons)
        if count:
            terminalreporter.write_line(f"Not tested: {count} tests need {name}. To add it:")
            for system, way in zip(("Debian", "macOS", "Windows"), ways):
                terminalreporter.write_line(f"  {system + ':':9}{way}")
