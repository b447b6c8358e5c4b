"""What several tests of training compare."""

import torch


def assert_same(expected, got):
    """Equal to the last bit, seconds aside."""
    if isinstance(expected, torch.Tensor):
        assert torch.equal(expected, got)
    elif isinstance(expected, dict):
        assert expected.keys() == got.keys()
        for key in expected.keys() - {"seconds"}:
            assert_same(expected[key], got[key])
    elif isinstance(expected, list | tuple):
        assert len(expected) == len(got)
        for a, b in zip(expected, got):
            assert_same(a, b)
    else:
        assert expected == got
