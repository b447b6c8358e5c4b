"""`python app.py` where what only Linux or only Unix has is absent."""

import signal

import pytest
from PIL import Image
from support.app_process import STAGE, Process, copy
from support.photo_corpus import save
from support.server import photo

# Run by Python before the app. os.open is left: there it refuses folders alone.
ABSENT = """
import ctypes.util, os, sys
def deny_proc(event, values):
    if event in ("open", "os.listdir", "os.scandir") and str(values[0]).startswith("/proc"):
        raise FileNotFoundError(2, "No such file or directory", values[0])
def find_library(name):
    return None
ctypes.util.find_library = find_library
sys.modules["resource"] = None
del os.sched_getaffinity, os.fork, os.getuid, os.geteuid
sys.addaudithook(deny_proc)
"""


@pytest.fixture
def home(tmp_path):
    copy(tmp_path)
    (tmp_path / "absent").mkdir()
    (tmp_path / "absent" / "sitecustomize.py").write_text(ABSENT)
    return tmp_path


def test_the_app_starts_answers_and_ends(home):
    with Process(home, {"PYTHONPATH": str(home / "absent")}) as process:
        image = save(Image.new("RGB", (60, 40), "green"), "PNG")
        small = photo(process.caller.upload(("small.png", image)).json()[0])
        answer = process.caller.call_by_name("segment", [small, STAGE, 3, "rgb", False])
        assert answer.data, process.said
        assert process.end(signal.SIGTERM) == 0
        assert "Traceback" not in process.said, process.said
