"""The quick start: Gradio's import without its stub files."""

import subprocess
import sys

from conftest import ROOT

COUNT = """
import sys
touched = []
def note(event, arguments):
    if event == "open" and str(arguments[0]).endswith(".pyi"):
        touched.append(arguments[0])
sys.addaudithook(note)
{before}
import gradio
print(len(touched), callable(gradio.Slider.release))
"""


def touched_stubs(before: str) -> str:
    """How many, and whether a component has an event of its own."""
    code = COUNT.format(before=before)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_stub_is_touched_and_components_have_their_events():
    before = "from segdemo.web.skip_stubs import import_without_stubs\nimport_without_stubs()"
    assert touched_stubs(before) == "0 True\n"
    assert not touched_stubs("").startswith("0 ")
