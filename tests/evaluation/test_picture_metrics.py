"""PSNR and SSIM against scikit-image, and against cases solved by hand."""

import numpy as np
import pytest
import torch
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from segdemo.metrics import psnr, ssim


def pictures(seed: int, noise: float) -> tuple[torch.Tensor, torch.Tensor]:
    """(3, 3, 24, 40) uint8 originals and what noise makes of them."""
    rng = np.random.default_rng(seed)
    originals = rng.integers(0, 256, (3, 3, 24, 40))
    noisy = np.clip(originals + rng.normal(0, noise, originals.shape), 0, 255)
    return tuple(torch.from_numpy(values.astype(np.uint8)) for values in (noisy, originals))


@pytest.mark.parametrize("noise", [2, 40, 400])
def test_psnr_and_ssim_are_scikit_image_s(noise):
    noisy, originals = pictures(noise, noise)
    for index in range(3):
        a, b = (batch[index].movedim(0, -1).numpy() for batch in (noisy, originals))
        expected = structural_similarity(
            a,
            b,
            channel_axis=-1,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            data_range=255,
        )
        assert ssim(noisy, originals)[index].item() == pytest.approx(expected)
        assert psnr(noisy, originals)[index].item() == pytest.approx(peak_signal_noise_ratio(b, a))


def test_by_hand():
    black, white = torch.zeros(1, 3, 12, 12, dtype=torch.uint8), torch.full((1, 3, 12, 12), 255)
    assert psnr(black, white).item() == 0
    assert psnr(black, black).item() == np.inf
    assert ssim(black, black).item() == pytest.approx(1)
    halved = black + 1
    assert psnr(black, halved).item() == pytest.approx(20 * np.log10(255))
