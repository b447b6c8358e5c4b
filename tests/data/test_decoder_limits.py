"""The limits of the processes that photos are decoded in: each is set, and each can be reached."""

import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image
from support.decoding import BROKEN_OFF, children, outcome
from support.photo_bombs import BOMBS
from support.photo_corpus import grey_tiff, picture, save
from support.server import PATIENCE, eventually

from segdemo.data import decoder_client
from segdemo.data.decoder_client import TEMPLATE
from segdemo.data.photo_limits import AT_ONCE, MAX_CPU_SECONDS, MAX_MEMORY

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no template")

GOOD = save(picture(), "PNG")
NOISE = np.random.default_rng(0).integers(0, 256, (4000, 4000, 3), np.uint8)
SLOW = save(Image.fromarray(NOISE), "PNG", compress_level=1)[:19_000_000]


def test_a_child_may_open_nothing_and_use_little():
    thread = threading.Thread(target=outcome, args=(SLOW,))
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


# Reached


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
