"""Networks run by a Ray cluster of this machine's own: its machines have one core each."""

import json
import shutil
import threading
from contextlib import contextmanager

import pytest
import torch
from conftest import CHECKPOINTS

from segdemo.inference import Predictor
from segdemo.inference.backends import ray_serve
from segdemo.inference.backends.ray_serve import ClusterError, RayServe, UnansweredError
from segdemo.models import checkpoints
from segdemo.models.checkpoints import DamagedCheckpointError
from segdemo.models.registry import NETWORKS

pytest.importorskip("ray", reason="Ray is not installed")
from benchmarks.cluster import MACHINE, small_cluster

KEY = "cnn-1x1"  # the quickest
PHOTO = torch.randn(1, 3, 128, 128, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def cluster():
    """A head that runs no networks, and one machine that does."""
    with small_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def machine(cluster):
    return cluster.add_node(**MACHINE)


@pytest.fixture(scope="module")
def backend(cluster, machine):
    return RayServe(cluster.address, CHECKPOINTS)


def trained_differently(folder):
    """A folder of the quickest network with other weights."""
    stage = NETWORKS[KEY]
    weights = checkpoints.load(CHECKPOINTS, stage).stored
    data, sha256 = checkpoints.serialise({name: 2 * one for name, one in weights.items()})
    card = json.loads(checkpoints.metadata_path(CHECKPOINTS, stage).read_text(encoding="utf-8"))
    folder.mkdir()
    checkpoints.weights_path(folder, stage).write_bytes(data)
    text = json.dumps(card | {"sha256": sha256})
    checkpoints.metadata_path(folder, stage).write_text(text, encoding="utf-8")
    return folder


@contextmanager
def asked_without_end(run):
    """Asks in three threads; yields the answers that came so far, an error among them."""
    answers, told = [], threading.Event()

    def ask():
        while not told.is_set():
            try:
                answers.append(run(PHOTO))
            except Exception as error:
                answers.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for one in threads:
        one.start()
    try:
        yield answers
    finally:
        told.set()
        for one in threads:
            one.join()


def test_a_cluster_that_is_not_there(monkeypatch):
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    with pytest.raises(ClusterError, match="nowhere.invalid"):
        RayServe("nowhere.invalid:6379", CHECKPOINTS)


def test_the_cluster_s_labels_are_this_machine_s(backend, predictor):
    on_cluster = Predictor(CHECKPOINTS, backend)
    for key in NETWORKS:
        found = on_cluster.predict_inputs(key, PHOTO).logits
        expected = predictor.predict_inputs(key, PHOTO).logits
        assert torch.equal(found.argmax(0), expected.argmax(0)), key


def test_new_weights_come_without_a_gap_and_old_pages_keep_theirs(backend, cluster, tmp_path):
    old = checkpoints.load(CHECKPOINTS, NETWORKS[KEY])
    folder = trained_differently(tmp_path / "new")
    new = checkpoints.load(folder, NETWORKS[KEY])
    run = backend.compile(old)
    with asked_without_end(run) as answers:
        restarted = RayServe(cluster.address, folder)  # as a page that is started anew
        found = restarted.compile(new)(PHOTO)
    here = Predictor(folder).run(KEY)(PHOTO)
    assert torch.equal(found.argmax(1), here.argmax(1))
    expected = run(PHOTO)
    assert not torch.allclose(found, expected)
    assert answers
    assert all(torch.equal(one, expected) for one in answers)


def test_weights_that_differ_between_the_machines(cluster, machine, tmp_path):
    """The page has read one file, the replica finds another: its error comes as it was raised."""
    folder = trained_differently(tmp_path / "one")
    run = RayServe(cluster.address, folder).compile(checkpoints.load(folder, NETWORKS[KEY]))
    shutil.copytree(CHECKPOINTS, folder, dirs_exist_ok=True)
    with pytest.raises(DamagedCheckpointError, match="one/cnn-1x1.*differs between the machines"):
        run(PHOTO)


def test_machines_leave_and_come_while_they_are_asked(backend, cluster, machine, monkeypatch):
    run = backend.compile(checkpoints.load(CHECKPOINTS, NETWORKS[KEY]))
    expected = run(PHOTO)
    with asked_without_end(run) as answers:
        other = cluster.add_node(**MACHINE)
        cluster.remove_node(machine, allow_graceful=False)
        run(PHOTO)
    assert answers
    assert all(torch.equal(one, expected) for one in answers)
    cluster.remove_node(other, allow_graceful=False)
    with monkeypatch.context() as patch:
        patch.setattr(ray_serve, "PATIENCE", 1)
        with pytest.raises(UnansweredError, match=f"{KEY}.*no machine answers; try again"):
            run(PHOTO)
    cluster.add_node(**MACHINE)
    assert torch.equal(run(PHOTO), expected)
