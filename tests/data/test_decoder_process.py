"""The processes that photos are decoded in: what happens when one ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image
from support.decoding import BROKEN_OFF, Outcome, children, outcome
from support.memory import MEBIBYTE
from support.photo_corpus import picture, save

from segdemo.data import decoder_client
from segdemo.data.decoder_client import TEMPLATE, Template, decode_once
from segdemo.data.image_formats import FORMATS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no template")

GOOD = save(picture(), "PNG")
NOISE = np.random.default_rng(0).integers(0, 256, (2000, 3000, 3), np.uint8)
SLOW = save(Image.fromarray(NOISE), "PNG", compress_level=1)


def test_the_template_is_small_and_knows_no_secret(monkeypatch):
    monkeypatch.setenv("A_TOKEN", "of-somebody")
    template = Template()
    assert outcome(GOOD, template) == outcome(GOOD)
    status = Path(f"/proc/{template.pid}/status").read_text()
    (resident,) = (int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)
    assert resident * 1024 < 60 * MEBIBYTE
    assert b"of-somebody" not in Path(f"/proc/{template.pid}/environ").read_bytes()
    maps = Path(f"/proc/{template.pid}/maps").read_text()
    assert not [name for name in ("torch", "sklearn", "onnxruntime", "openvino") if name in maps]
    os.kill(template.pid, signal.SIGKILL)


# What ends


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGSEGV])
def test_a_child_that_ends_at_once_is_a_sentence_and_the_next_photo_works(ending):
    """As soon as it is there, while it reads, decodes and answers, and when it has ended."""
    whole_picture, good = outcome(SLOW), outcome(GOOD)
    found: list[Outcome] = []
    for delay in (0, 0.002, 0.01, 0.03, 0.1, 0.3):
        thread = threading.Thread(target=lambda: found.append(outcome(SLOW)))
        thread.start()
        while thread.is_alive() and not children():
            time.sleep(0.001)
        time.sleep(delay)
        for child in children():
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(child, ending)
        thread.join()
        assert outcome(GOOD) == good
    assert set(found) <= {BROKEN_OFF, whole_picture}
    assert BROKEN_OFF in found


def test_a_template_that_is_killed_comes_back():
    before = outcome(GOOD)
    for _ in range(3):
        pid = TEMPLATE.pid
        os.kill(pid, signal.SIGKILL)
        assert outcome(GOOD) == before
        assert TEMPLATE.pid != pid


def test_a_template_that_is_killed_while_it_decodes_comes_back():
    expected = outcome(GOOD)
    found = []
    threads = [threading.Thread(target=lambda: found.append(outcome(GOOD))) for _ in range(12)]
    for number, thread in enumerate(threads):
        thread.start()
        if number % 4 == 2 and (pid := TEMPLATE.pid):  # None while it is started anew
            with suppress(ProcessLookupError):  # it ended at the last signal
                os.kill(pid, signal.SIGKILL)
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert set(found) <= {expected, BROKEN_OFF, "photo.no-process"}
    assert outcome(GOOD) == expected


def test_without_processes_there_is_a_sentence_and_then_photos_again(tmp_path):
    """In a process of its own, whose program for decoders cannot be started at first."""
    program = """
import sys
from segdemo.data.decoder import open_photo
from segdemo.errors import InputError
from pathlib import Path

photo, python = sys.argv[1], sys.executable
sys.executable = "/nowhere/python"
try:
    open_photo(photo)
except InputError as error:
    print(error.key)
sys.executable = python
print(open_photo(photo).original_size)
"""
    path = tmp_path / "photo.png"
    path.write_bytes(GOOD)
    done = subprocess.run(
        [sys.executable, "-c", program, path], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == ["photo.no-process", "(37, 23)"], done.stderr


def test_a_full_disk_is_no_hindrance(tmp_path):
    program = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
from segdemo.data.decoder import open_photo
assert open_photo(sys.argv[1]).original_size == (37, 23)
"""
    path = tmp_path / "photo.png"
    path.write_bytes(GOOD)
    subprocess.run([sys.executable, "-c", program, path], cwd=ROOT, check=True)


def test_the_template_ends_with_its_server():
    program = """
import sys
from segdemo.data.decoder import open_photo
from segdemo.data.decoder_client import TEMPLATE
open_photo(sys.stdin.buffer)
print(TEMPLATE.pid, flush=True)
import os
os._exit(0)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, input=GOOD, capture_output=True
    )
    deadline = time.monotonic() + 60
    while Path(f"/proc/{int(done.stdout)}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# Elsewhere


@pytest.mark.parametrize("form", FORMATS)
def test_a_process_started_for_one_photo_answers_the_same(form):
    for data in (save(picture(), form), save(picture(), form)[:200]):
        by_template = outcome(data)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(decoder_client.sys, "platform", "darwin")
            assert outcome(data) == by_template
    assert decode_once(GOOD).startswith(b'{"size": [37, 23]')
