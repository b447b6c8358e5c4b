"""Files written on a system that does not open folders, as Windows."""

import os

import pytest
import torch

from train.storage import RunFolder, write_atomically


@pytest.fixture(autouse=True)
def closed_folders(monkeypatch):
    def refuse_folders(path, *arguments, open=os.open, **options):
        if os.path.isdir(path):
            raise PermissionError(13, "Permission denied", path)
        return open(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse_folders)


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "new" / "unet.json"
    for data in (b"first", b"second"):
        write_atomically(path, data)
        assert path.read_bytes() == data
    assert list(path.parent.iterdir()) == [path]


def test_a_run_keeps_its_state_and_the_one_before(tmp_path):
    run = RunFolder(tmp_path)
    for step in (1, 2):
        run.save({"step": torch.tensor(step)})
    assert run.load()["step"] == 2
    run.state.write_bytes(b"damaged")
    assert run.load()["step"] == 1
