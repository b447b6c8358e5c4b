"""What goes into the networks of other domains: colours against scikit-image, noise, sizes."""

import numpy as np
import pytest
import torch
from skimage.color import lab2rgb, rgb2lab

from segdemo.data import domains
from segdemo.data.lab import to_lab, to_rgb
from segdemo.data.preprocessing import normalise

EVERY_COLOUR = torch.from_numpy(
    np.stack(np.meshgrid(*[np.linspace(0, 1, 12)] * 3), -1).reshape(1, 36, 48, 3)
).movedim(-1, 1)


def test_lab_is_scikit_image_s_both_ways():
    expected = rgb2lab(EVERY_COLOUR.movedim(1, -1).numpy())
    lab = to_lab(EVERY_COLOUR)
    np.testing.assert_allclose(lab.movedim(1, -1).numpy(), expected, atol=1e-3)
    lab[:, 1:] *= 2  # colours that no screen has
    beyond = lab2rgb(lab.movedim(1, -1).numpy())
    np.testing.assert_allclose(to_rgb(lab).movedim(1, -1).numpy(), beyond, atol=1e-3)
    torch.testing.assert_close(to_rgb(to_lab(EVERY_COLOUR)), EVERY_COLOUR)


@pytest.fixture(scope="module")
def photo():
    return torch.randint(
        0, 256, (2, 3, 32, 48), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
    )


def test_lightness_and_colour_together_are_the_photo(photo):
    grey = domains.to_grey(photo)
    assert (grey == grey[:, :1]).all()
    again = domains.colour_in(grey, domains.ab_of(photo))
    assert (again.int() - photo.int()).abs().max() <= 4  # the grey is rounded to 256 levels


def test_noise_is_cut_off_and_as_strong_as_asked():
    grey = torch.full((1, 3, 64, 64), 128, dtype=torch.uint8)
    noise = torch.randn(grey.shape, generator=torch.Generator().manual_seed(0))
    assert domains.add_noise(grey, noise, 25).double().std().item() == pytest.approx(25, rel=0.02)
    assert domains.add_noise(grey, noise, 1e6).unique().tolist() == [0, 255]
    assert torch.equal(domains.add_noise(grey, noise, 0), grey)


def test_shrinking_does_not_alias_and_flat_stays_flat():
    stripes = torch.zeros(1, 3, 32, 32, dtype=torch.uint8)
    stripes[..., ::2] = 200
    assert (domains.shrink(stripes)[..., 2:-2].int() - 100).abs().max() <= 2
    flat = torch.full((1, 3, 32, 32), 77, dtype=torch.uint8)
    assert domains.shrink(flat).shape == (1, 3, 8, 8)
    for mode in ("nearest", "bilinear", "bicubic"):
        assert torch.equal(domains.enlarge(domains.shrink(flat), mode), flat)


def test_a_picture_is_what_was_normalised(photo):
    assert torch.equal(domains.denormalise(normalise(photo)), photo)


def test_bins_are_all_different_and_hold_grey():
    centres = domains.bin_centres()
    assert centres.shape == (domains.BINS, 2)
    assert len(centres.unique(dim=0)) == domains.BINS
    assert [0, 0] in centres.tolist()


def test_every_colour_falls_into_its_nearest_bin(photo):
    ab = domains.ab_of(photo)
    bins = domains.to_bins(ab)
    distances = (ab[:, None] - domains.bin_centres()[None, :, :, None, None]).norm(dim=2)
    assert torch.equal(bins, distances.argmin(1))


def test_temperature_goes_from_the_likeliest_bin_to_the_mean_of_all():
    logits = torch.zeros(1, domains.BINS, 1, 1)
    logits[0, 7] = 1.0
    coldest = domains.mix_bins(logits, 0.001)[0, :, 0, 0]
    torch.testing.assert_close(coldest, domains.bin_centres()[7])
    hottest = domains.mix_bins(logits, 1e6)[0, :, 0, 0]
    torch.testing.assert_close(hottest, domains.bin_centres().mean(0), atol=1e-5, rtol=0)
