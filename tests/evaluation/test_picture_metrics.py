"""PSNR against scikit-image, SSIM against its paper's formulas, both by hand."""

import numpy as np
import pytest
import torch
from scipy.signal import convolve2d
from skimage.metrics import peak_signal_noise_ratio

from segdemo.metrics import psnr, ssim


def pictures(seed: int, noise: float) -> tuple[torch.Tensor, torch.Tensor]:
    """(3, 3, 24, 40) uint8 originals and what noise makes of them."""
    rng = np.random.default_rng(seed)
    originals = rng.integers(0, 256, (3, 3, 24, 40))
    noisy = np.clip(originals + rng.normal(0, noise, originals.shape), 0, 255)
    return tuple(torch.from_numpy(values.astype(np.uint8)) for values in (noisy, originals))


def ssim_by_the_paper(x: np.ndarray, y: np.ndarray) -> float:
    """Its formulas, in one channel: (H, W) each, a Gaussian window of 11 pixels and sigma 1.5."""
    steps = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    window = np.outer(steps, steps) / steps.sum() ** 2

    def mean(values):
        return convolve2d(values, window, "valid")

    x, y = x.astype(float), y.astype(float)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    covariance = mean(x * y) - mean(x) * mean(y)
    variances = mean(x * x) - mean(x) ** 2 + mean(y * y) - mean(y) ** 2
    luminance = (2 * mean(x) * mean(y) + c1) / (mean(x) ** 2 + mean(y) ** 2 + c1)
    return (luminance * (2 * covariance + c2) / (variances + c2)).mean()


@pytest.mark.parametrize("noise", [2, 40, 400])
def test_psnr_is_scikit_image_s_and_ssim_the_paper_s(noise):
    noisy, originals = pictures(noise, noise)
    for index, (a, b) in enumerate(zip(noisy.numpy(), originals.numpy())):
        expected = np.mean([ssim_by_the_paper(x, y) for x, y in zip(a, b)])
        assert ssim(noisy, originals)[index].item() == pytest.approx(expected)
        assert psnr(noisy, originals)[index].item() == pytest.approx(peak_signal_noise_ratio(b, a))


def test_by_hand():
    black, white = torch.zeros(1, 3, 12, 12, dtype=torch.uint8), torch.full((1, 3, 12, 12), 255)
    assert psnr(black, white).item() == 0
    assert psnr(black, black).item() == np.inf
    assert ssim(black, black).item() == pytest.approx(1)
    halved = black + 1
    assert psnr(black, halved).item() == pytest.approx(20 * np.log10(255))
