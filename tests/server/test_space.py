"""`python app.py` as on a Space, or stricter: no root, nothing to write but its home, no way out.

In a network of its own, which has no other host, and in a view of the file system in which the
project, Python and the packages cannot be written.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from PIL import Image
from support.app_process import CLOSED, Process

from segdemo.data.sample_photos import OPENING_PHOTO, SAMPLE_PHOTOS
from segdemo.models.registry import STAGES

USER = 1000  # as on a Space
PORT = 7861  # of the environment: not the one that the app takes by itself
MEMORY = 16 << 30  # bytes
# A folder that only this process sees, of what it needs: "$1" the project, "$2" Python, "$3" the
# packages, "$4" its home. Where they really lie may be closed to other users.
CONFINED = f"""
set -e
mount -t tmpfs -o mode=755 none /mnt
mkdir /mnt/project /mnt/python /mnt/packages /mnt/home
for folder in project python packages; do
    mount --bind "$1" /mnt/$folder
    mount -o remount,bind,ro /mnt/$folder
    shift
done
mount --bind "$1" /mnt/home
cd /mnt/project
exec prlimit --data={MEMORY} setpriv --reuid={USER} --regid={USER} --clear-groups --no-new-privs \\
    /mnt/python/bin/python3 -u app.py
"""
# Every stage asked as a visitor of the API would; prints the size of each label map, by stage.
VISIT = f"""
import json, sys
from gradio_client import Client, handle_file
from PIL import Image

client = Client("http://127.0.0.1:{PORT}", verbose=False, analytics_enabled=False)
photo, *stages = sys.argv[1:]
sizes = {{}}
for stage in stages:
    label_map, numbers = client.predict(handle_file(photo), stage, api_name="/segment")
    sizes[stage] = Image.open(label_map).size
print(json.dumps(sizes))
"""


@pytest.fixture(scope="module")
def network() -> Iterator[list[str]]:
    """A command that runs another one in a network without other hosts."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("only root, with iproute2, can lay out a network")
    name = f"segdemo-{os.getpid()}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    inside = ["ip", "netns", "exec", name]
    subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)
    yield inside
    subprocess.run(["ip", "netns", "delete", name], check=True)


@pytest.fixture(scope="module")
def space(tmp_path_factory, network) -> Iterator[Process]:
    home = tmp_path_factory.mktemp("home")
    os.chown(home, USER, USER)
    (home / "project").symlink_to(ROOT)
    folders = (ROOT, sys.base_prefix, sysconfig.get_path("purelib"), home)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/mnt/home",
        "TMPDIR": "/mnt/home",
        "PYTHONPATH": "/mnt/packages",
        "LD_LIBRARY_PATH": "/mnt/python/lib",  # a Python that is built of a shared library
        "GRADIO_SERVER_PORT": str(PORT),
    }
    confined = ["unshare", "--mount", "sh", "-c", CONFINED, "sh", *map(str, folders)]
    with Process(home, environment, command=[*network, *confined]) as process:
        yield process


def test_every_stage_answers(space, network, tmp_path):
    photo = SAMPLE_PHOTOS[OPENING_PHOTO].path
    visit = [*network, sys.executable, "-c", VISIT, photo, *STAGES]
    done = subprocess.run(visit, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    sizes = json.loads(done.stdout.splitlines()[-1])
    assert list(sizes) == list(STAGES)
    with Image.open(photo) as image:
        assert set(map(tuple, sizes.values())) == {image.size}


def test_it_has_no_rights_and_no_way_out(space):
    status = Path(f"/proc/{space.pid}/status").read_text()
    said = dict(line.split(":\t", 1) for line in status.splitlines())
    assert said["Uid"].split() == [str(USER)] * 4
    assert int(said["CapEff"], 16) == 0
    mounts = [line.split() for line in Path(f"/proc/{space.pid}/mounts").read_text().splitlines()]
    options = {mount[1]: mount[3].split(",") for mount in mounts}
    assert all("ro" in options[f"/mnt/{name}"] for name in ("project", "python", "packages"))
    devices = Path(f"/proc/{space.pid}/net/dev").read_text().splitlines()[2:]
    assert [line.split(":")[0].strip() for line in devices] == ["lo"]


def test_it_ends_when_told_whichever_thread_hears_it(space):
    threads = {int(name) for name in os.listdir(f"/proc/{space.pid}/task")} - {space.pid}
    assert ctypes.CDLL(None).tgkill(space.pid, min(threads), signal.SIGTERM) == 0
    assert space.ended(CLOSED) == 0
    assert "warning" not in space.said
    assert "Traceback" not in space.said
