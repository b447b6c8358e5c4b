"""From photo to input, from logits to labels."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from segdemo.data import preprocessing
from segdemo.data.preprocessing import MEAN, STD, normalise, to_input, to_labels


def test_normalising_a_known_colour():
    pixels = torch.tensor([255, 0, 51], dtype=torch.uint8).view(3, 1, 1)
    expected = [(v - m) / s for v, m, s in zip((1.0, 0.0, 0.2), MEAN, STD)]
    assert normalise(pixels).flatten().tolist() == pytest.approx(expected, abs=1e-6)


def test_a_photo_of_any_shape_is_squashed_to_128():
    rows = np.linspace(0, 255, 400, dtype=np.uint8)[:, None, None]
    photo = Image.fromarray(np.broadcast_to(rows, (400, 90, 3)).copy())
    inputs = to_input(photo)
    assert inputs.shape == (1, 3, 128, 128)
    assert (inputs[0, 0].diff(dim=0) >= 0).all()  # still dark above, light below
    assert torch.equal(inputs[0, :, :, 0], inputs[0, :, :, -1])


def test_shrinking_averages_instead_of_skipping_pixels():
    """A fine checkerboard turns grey; without anti-aliasing it stays black and white."""
    board = (np.indices((512, 512)).sum(0) % 2 * 255).astype(np.uint8)
    inputs = to_input(Image.fromarray(board).convert("RGB"))
    grey = normalise(torch.full((3, 1, 1), 128, dtype=torch.uint8))
    assert (inputs - grey).abs().max() < 0.1


@given(
    st.integers(1, 9), st.integers(1, 9), st.integers(1, 70), st.integers(1, 70), st.integers(0, 99)
)
@settings(max_examples=60, deadline=None)
def test_labels_are_the_argmax_of_bilinear_logits(h, w, height, width, seed):
    logits = torch.randn(2, 3, h, w, generator=torch.Generator().manual_seed(seed))
    enlarged = F.interpolate(logits.double(), (height, width), mode="bilinear")
    labels = to_labels(logits, height, width).long()
    assert labels.shape == (2, height, width)
    chosen = enlarged.gather(1, labels[:, None])[:, 0]
    # Where two classes draw level, rounding may pick either.
    assert (enlarged.amax(1) - chosen).max() < 1e-5


def test_bands_do_not_show(monkeypatch):
    logits = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    whole = to_labels(logits, 100, 75)
    monkeypatch.setattr(preprocessing, "BAND_PIXELS", 300)
    assert torch.equal(to_labels(logits, 100, 75), whole)
