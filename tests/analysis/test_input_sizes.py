"""One photo at several sizes: who can read it, and what section *Size* says of it."""

import pytest
import torch

from segdemo.analysis.input_sizes import SIZES, answers_at_sizes
from segdemo.data.preprocessing import to_input
from segdemo.web.examples import shipped_photos
from segdemo.web.tabs.explain.sizes import Sizes


@pytest.mark.parametrize("key", ["cnn-1x1", "upsample-only", "encoder-decoder", "unet"])
def test_convolutions_read_every_size(predictor, chelsea, key):
    network = predictor.network(key)
    answers = list(answers_at_sizes(network, chelsea))
    assert [answer.size for answer in answers] == list(SIZES)
    for answer in answers:
        assert answer.logits.shape == (3, answer.size, answer.size)
    with torch.inference_mode():
        expected = network(to_input(chelsea, SIZES[1]))[0]
    torch.testing.assert_close(answers[1].logits, expected, atol=1e-4, rtol=1e-4)


def test_the_reshape_head_reads_one_size_and_says_why(predictor, chelsea):
    answers = list(answers_at_sizes(predictor.network("fcn-reshape"), chelsea))
    assert answers[0].logits.shape == (3, 128, 128)
    for answer in answers[1:]:
        assert answer.logits is None
        assert str(512 * (answer.size // 64) ** 2) in answer.problem  # what arrives at the head


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_section_grows_size_by_size(predictor, language):
    photo = str(shipped_photos()[0])
    steps = list(Sizes(predictor, None).show(photo, "fcn-reshape", language))
    assert [step.count('role="img"') for step in steps] == [1, 1, 1, 1]
    assert all(step.count("<figure>") == len(SIZES) for step in steps)
    assert "alert" in next(Sizes(predictor, None).show(None, "unet", language))
