"""What a replica of the Ray cluster does, asked here: it needs no Ray."""

import pickle

import pytest
import torch
from conftest import CHECKPOINTS

from segdemo.inference.backends.ray_serve import Networks
from segdemo.models.checkpoints import DamagedCheckpointError

KEY = "cnn-1x1"  # the quickest
PHOTO = torch.randn(1, 3, 128, 128, generator=torch.Generator().manual_seed(0))


def test_it_answers_as_this_machine_does(predictor):
    sha256 = predictor.metadata[KEY]["sha256"]
    found = Networks(torch.get_num_threads())(CHECKPOINTS, KEY, sha256, PHOTO.numpy())
    assert torch.equal(torch.from_numpy(found), predictor.run(KEY)(PHOTO))


def test_it_has_no_other_weights_than_those_asked_for():
    """And the error can be sent to the page, which shows its sentence."""
    networks = Networks(torch.get_num_threads())
    with pytest.raises(DamagedCheckpointError, match="differs between the machines") as caught:
        networks(CHECKPOINTS, KEY, "of other weights", PHOTO.numpy())
    arrived = pickle.loads(pickle.dumps(caught.value))
    assert type(arrived) is DamagedCheckpointError
    assert str(arrived) == str(caught.value)
