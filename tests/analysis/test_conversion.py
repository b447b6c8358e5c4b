"""One photo in other domains: the row's pictures, filters against scikit-image, refusals."""

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.filters import median as median_filter
from support.helpers import refusal

from segdemo.analysis import conversion
from segdemo.analysis.conversion import TASKS, convert
from segdemo.data.preprocessing import resize_photo, to_pixels
from segdemo.inference import Predictor
from segdemo.metrics import psnr, ssim
from segdemo.models.checkpoints import MissingCheckpointError


@pytest.mark.parametrize("task", TASKS)
def test_a_row_goes_from_what_is_given_to_the_original(task, predictor, chelsea):
    first, *others, original = convert(predictor, chelsea, task)
    assert first.name == "input"
    assert [one.name for one in others] == [
        *TASKS[task].filters,
        *(key.removeprefix(f"{task}-") for key in TASKS[task].networks),
    ]
    assert torch.equal(original.pixels, to_pixels(resize_photo(chelsea)))
    for one in (first, *others):
        assert one.pixels.dtype == torch.uint8
        assert one.psnr == pytest.approx(psnr(one.pixels[None], original.pixels[None]).item())
        assert one.ssim == pytest.approx(ssim(one.pixels[None], original.pixels[None]).item())


@pytest.mark.parametrize("task", ["denoise", "super-resolve"])
def test_the_u_net_is_better_than_what_it_was_given_and_than_without_skips(
    task, predictor, chelsea
):
    found = {one.name: one.psnr for one in convert(predictor, chelsea, task)}
    assert found["unet"] > max(found["input"], found["encoder-decoder"])


def test_more_noise_is_further_from_the_original(predictor, chelsea):
    given = [convert(predictor, chelsea, "denoise", sigma)[0].psnr for sigma in (10, 25, 50)]
    assert given[0] > given[1] > given[2]


def test_the_median_is_scikit_image_s():
    noisy = torch.randint(
        0, 256, (1, 3, 20, 20), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
    )
    found = conversion.median(noisy, 25)[0]
    expected = [median_filter(one, np.ones((3, 3)), mode="reflect") for one in noisy[0].numpy()]
    inner = (slice(None), slice(1, -1), slice(1, -1))  # at the edge both have their own way
    assert np.array_equal(found.numpy()[inner], np.stack(expected)[inner])


def test_what_cannot_be_converted_is_said(predictor, chelsea):
    assert refusal(convert, predictor, chelsea, "dream").key == "domains.unknown-task"
    for strength in (9.9, 51, "strong", float("nan"), [25]):
        assert refusal(convert, predictor, chelsea, "denoise", strength).key == "domains.strength"
    assert refusal(conversion.refuse_small, (31, 500)).key == "domains.too-small"
    conversion.refuse_small((32, 32))


def test_networks_are_read_when_asked_and_a_missing_one_says_so(tmp_path, chelsea):
    predictor = Predictor(tmp_path)
    with pytest.raises(
        MissingCheckpointError, match=r"denoise-encoder-decoder\.json.*train denoise"
    ):
        convert(predictor, chelsea, "denoise")


def test_a_photo_of_any_shape_becomes_a_square(predictor):
    wide = Image.new("RGB", (400, 50), "red")
    assert all(one.pixels.shape == (3, 128, 128) for one in convert(predictor, wide, "denoise"))


def test_a_grey_photo_has_no_colour_to_find(predictor, chelsea):
    grey = chelsea.convert("L").convert("RGB")
    assert refusal(convert, predictor, grey, "colourise").key == "domains.no-colour"
    assert convert(predictor, grey, "denoise")
