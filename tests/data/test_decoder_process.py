"""The processes that photos are decoded in: what they may use, and what happens when one ends."""

import os
import resource
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
from support.decoding import BROKEN_OFF, Outcome, outcome
from support.memory import MEBIBYTE
from support.photo_bombs import BOMBS
from support.photo_corpus import grey_tiff, picture, save
from support.server import PATIENCE, eventually

from segdemo.data import decoder_client
from segdemo.data.decoder_client import TEMPLATE, Template, decode_once
from segdemo.data.image_formats import FORMATS
from segdemo.data.photo_limits import AT_ONCE, MAX_CPU_SECONDS, MAX_MEMORY

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no template")

GOOD = save(picture(), "PNG")
NOISE = np.random.default_rng(0).integers(0, 256, (2000, 3000, 3), np.uint8)
SLOW = save(Image.fromarray(NOISE), "PNG", compress_level=1)


def test_a_child_may_open_nothing_and_use_little():
    noise = np.random.default_rng(0).integers(0, 256, (4000, 4000, 3), np.uint8)
    slow = save(Image.fromarray(noise), "PNG", compress_level=1)[:19_000_000]
    thread = threading.Thread(target=outcome, args=(slow,))
    thread.start()
    seen = {}
    while thread.is_alive():
        for child in children():
            try:
                limits = Path(f"/proc/{child}/limits").read_text()
                opened = [
                    os.readlink(f"/proc/{child}/fd/{n}") for n in os.listdir(f"/proc/{child}/fd")
                ]
            except OSError:  # it has ended
                continue
            seen = {line[:25].strip(): line[26:46].strip() for line in limits.splitlines()}
            if seen["Max open files"] == "0":
                assert not [name for name in opened if "/" in name and name != "/dev/null"]
                thread.join()
    assert seen["Max open files"] == seen["Max file size"] == seen["Max processes"] == "0"
    assert seen["Max address space"] == str(MAX_MEMORY)
    assert seen["Max cpu time"] == str(MAX_CPU_SECONDS)


def test_a_codec_that_is_taken_over_can_start_and_open_nothing():
    """What a child has bound itself to, tried in a process of its own; by root, as root too."""
    program = """
import os, resource, socket
from segdemo.data.decoder_process import main
main()
def fork():
    if not os.fork():
        os._exit(0)
def lift():
    resource.setrlimit(resource.RLIMIT_NPROC, (9, 9))
for act in (fork, lift, socket.socket, lambda: open("/etc/passwd")):
    try:
        act()
        print("done")
    except (OSError, ValueError):
        print("refused")
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, input=GOOD, stdout=subprocess.PIPE, check=True)
    assert done.stdout.endswith(b"refused\n" * 4)


def test_two_photos_are_decoded_at_once():
    assert outcome(GOOD)
    threads = [threading.Thread(target=outcome, args=(SLOW,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    most = 0
    while any(thread.is_alive() for thread in threads):
        most = max(most, len(children()))
    assert most == AT_ONCE == 2


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


# Limits that are reached


def processor_seconds(pid: int) -> float:
    """What the children that it has waited for have used."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in after_name[13:15]) / os.sysconf("SC_CLK_TCK")


def seconds_of(data: bytes) -> float:
    """Processor time of a photo that breaks off; the next one works."""
    good = outcome(GOOD)
    before = processor_seconds(TEMPLATE.pid)
    assert outcome(data) == BROKEN_OFF
    assert outcome(GOOD) == good
    return processor_seconds(TEMPLATE.pid) - before


def test_memory_that_is_used_up_is_a_sentence(monkeypatch):
    """Tags that each claim the whole file: a few of them are read, all would need 1.2 GB."""
    monkeypatch.setattr(decoder_client, "MAX_SECONDS", PATIENCE)
    length = 8_000_000
    tags = [(40_000 + tag, 7, length - 8, 8) for tag in range(150)]
    few, all_of_them = (
        grey_tiff(8, 8, (279, 4, 1, 64), *some, length=length) for some in (tags[:5], tags)
    )
    assert not isinstance(outcome(few), str)
    assert seconds_of(all_of_them) < MAX_CPU_SECONDS - 1  # so that was not what ended it


def test_processor_time_that_is_used_up_is_a_sentence(monkeypatch):
    monkeypatch.setattr(decoder_client, "MAX_SECONDS", PATIENCE)
    used = seconds_of(BOMBS["jpeg of 5,000 scans"]())
    assert MAX_CPU_SECONDS - 1 < used < MAX_CPU_SECONDS + 1  # the system counts in ticks


def test_a_child_that_stands_still_is_a_sentence():
    good, found = outcome(GOOD), []
    endless = BOMBS["jpeg of 5,000 scans"]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoder_client, "MAX_SECONDS", 2)
        thread = threading.Thread(target=lambda: found.append(outcome(endless)), daemon=True)
        thread.start()
        eventually(children)
        (child,) = children()
        os.kill(child, signal.SIGSTOP)
        thread.join(PATIENCE)
    assert found == [BROKEN_OFF]
    assert outcome(GOOD) == good
    assert child not in children()


def limit_processes(pid: int, number: int) -> None:
    """Of a template: whose limits its own user may set, which for root's is nobody."""
    nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    subprocess.run(["prlimit", f"--pid={pid}", f"--nproc={number}:"], check=True, **nobody)


def test_a_fork_that_fails_is_a_sentence():
    good, pid = outcome(GOOD), TEMPLATE.pid
    limit_processes(pid, 0)
    assert outcome(GOOD) == outcome(GOOD) == "photo.no-process"
    limit_processes(pid, resource.getrlimit(resource.RLIMIT_NPROC)[0])
    assert outcome(GOOD) == good
    assert TEMPLATE.pid == pid


# What ends


def children() -> list[int]:
    """The processes that decode now."""
    return [
        int(pid)
        for pid in Path(f"/proc/{TEMPLATE.pid}/task/{TEMPLATE.pid}/children").read_text().split()
    ]


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
