"""`python app.py` and `segdemo`: what they refuse, in one sentence and with exit code 2."""

import socket
import subprocess
import sys

import pytest
from conftest import CHECKPOINTS, ROOT

from segdemo.web import cli


@pytest.fixture
def refusal(monkeypatch, capsys):
    """Calls the command; returns the one line it says when it does not start."""

    def call(*arguments: str, **environment: str) -> str:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(cli, "start", lambda *_: pytest.fail("the page was started"))
        assert cli.main(["--checkpoints", str(CHECKPOINTS), *arguments]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        (line,) = said.err.splitlines()
        return line

    return call


@pytest.mark.parametrize("port", ["http", "", "0", "70000", "-1", "7860.0", "²"])
def test_a_port_that_is_none(refusal, port):
    assert repr(port) in refusal(GRADIO_SERVER_PORT=port)


def test_a_port_that_is_taken_is_not_replaced_by_the_next(refusal):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert port in refusal(GRADIO_SERVER_PORT=port)


def test_a_port_that_is_free_again_is_taken():
    """Connections of the server before may linger on it."""
    with socket.create_server(("127.0.0.1", 0)) as before:
        port = before.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), before.accept()[0]:
            pass
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_SERVER_PORT", str(port))
        assert cli.requested_port() == port


@pytest.mark.parametrize("name", ["no-such-host.invalid", "203.0.113.7", "[2001:db8::1]"])
def test_an_address_of_another_machine(refusal, name):
    assert name in refusal(GRADIO_SERVER_NAME=name)


def test_a_folder_for_photos_that_is_a_file(refusal, tmp_path):
    file = tmp_path / "file"
    file.touch()
    for path in (file, file / "below"):
        assert str(path) in refusal(GRADIO_TEMP_DIR=str(path))


def test_a_folder_without_checkpoints(refusal, tmp_path):
    assert str(tmp_path) in refusal("--checkpoints", str(tmp_path))
    assert "nowhere" in refusal("--checkpoints", "nowhere")


def test_a_folder_without_the_data_set(tmp_path):
    """The command itself: it needs torchvision to look."""
    result = subprocess.run(
        [sys.executable, "app.py", "--data", str(tmp_path / "photos")],
        cwd=ROOT,
        env={"GRADIO_TEMP_DIR": str(tmp_path), "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert str(tmp_path / "photos") in line
    assert list(tmp_path.iterdir()) == []  # the folder for visitors' photos is gone again


def test_a_ray_cluster_without_ray(refusal, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    assert "ray-requirements.txt" in refusal(SEGDEMO_RAY="auto")


def test_ray_is_not_imported_unless_asked_for():
    code = "import sys, segdemo.inference.backends.ray_serve; print('ray' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "False", done.stderr


def test_help_answers_at_once_and_names_every_setting():
    """Without importing what takes seconds, and would say where it was not to be found."""
    blocked = "import sys; sys.modules.update(dict.fromkeys(('torch', 'gradio')));"
    result = subprocess.run(
        [sys.executable, "-c", f"{blocked} from segdemo.web.cli import main; main(['--help'])"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stderr) == (0, "")
    for setting in ("--data", "--checkpoints", "SEGDEMO_DATA", "GRADIO_SERVER_NAME"):
        assert setting in result.stdout
    for setting in ("GRADIO_SERVER_PORT", "GRADIO_TEMP_DIR", "OMP_NUM_THREADS", "SEGDEMO_RAY"):
        assert setting in result.stdout
