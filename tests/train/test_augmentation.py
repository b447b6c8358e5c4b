"""What training changes in its pictures, against torchvision, which changes one at a time."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from support.drawn_pets import draw as draw_pet
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as vision

from segdemo.data.preprocessing import normalise, to_pixels
from train.augmentation import DRAWS, IGNORED, augment, change_colours, draw, inverse_affine


@pytest.fixture(scope="module")
def pictures():
    """Photos (6, 3, 128, 128) and masks (6, 128, 128) of drawn pets."""
    drawn = [draw_pet(seed) for seed in range(6)]
    masks = [torch.from_numpy(np.array(trimap)) - 1 for _, trimap in drawn]
    return torch.stack([to_pixels(photo) for photo, _ in drawn]), torch.stack(masks)


def draws(count: int) -> torch.Tensor:
    return torch.stack([draw(0, 0, index) for index in range(count)])


def test_the_affine_map_is_torchvision_s(pictures):
    photos = pictures[0][:4].float()
    degrees, zoom = [0.0, 10.0, -20.0, 5.0], [1.0, 1.3, 0.8, 1.1]
    right, down = [0.1, 0.0, 0.05, -0.1], [0.0, -0.15, 0.1, 0.02]
    origin = inverse_affine(
        mirrored=torch.tensor([False, False, True, True]),
        radians=torch.deg2rad(torch.tensor(degrees)),
        zoom=torch.tensor(zoom),
        stretch=torch.ones(4),
        right=torch.tensor(right),
        down=torch.tensor(down),
    )
    grid = F.affine_grid(origin, list(photos.shape), align_corners=False)
    changed = F.grid_sample(photos, grid, align_corners=False)
    for index, photo in enumerate(photos):
        expected = vision.affine(
            vision.horizontal_flip(photo) if index >= 2 else photo,
            angle=degrees[index],
            translate=[128 * right[index], 128 * down[index]],
            scale=zoom[index],
            shear=[0.0, 0.0],
            interpolation=v2.InterpolationMode.BILINEAR,
        )
        torch.testing.assert_close(changed[index], expected, atol=0.1, rtol=0)


def test_a_stretched_picture_is_wider_and_as_large():
    """A corner that is in the middle of a quadrant moves out to the side and down to the middle."""
    one = torch.ones(1)
    origin = inverse_affine(
        mirrored=torch.tensor([False]),
        radians=0 * one,
        zoom=one,
        stretch=4 * one,
        right=0 * one,
        down=0 * one,
    )
    expected = torch.tensor([[[0.5, 0.0, 0.0], [0.0, 2.0, 0.0]]])  # twice as wide, half as high
    torch.testing.assert_close(origin, expected)


def test_colours_change_as_torchvision_s(pictures):
    photos = pictures[0]
    factors = [torch.linspace(low, high, 6) for low, high in ((0.6, 1.4), (1.4, 0.6), (0, 1.4))]
    for index, changed in enumerate(change_colours(photos, *factors)):
        photo = photos[index].float() / 255
        for change, factor in zip(
            (vision.adjust_brightness, vision.adjust_contrast, vision.adjust_saturation), factors
        ):
            photo = change(photo, float(factor[index]))
        torch.testing.assert_close(changed, photo, atol=2e-3, rtol=0)


def test_photo_and_mask_are_changed_together(pictures):
    """After any turn and zoom the mask still lies on the colours it was drawn with."""
    photos, masks = pictures
    inputs, targets = augment(photos, masks, draws(6))
    coloured = inputs.amax(1) - inputs.amin(1) > 0.5  # not one of those turned to grey
    assert coloured.any((1, 2)).sum() >= 3
    redder = inputs[:, 0] > inputs[:, 2]
    for picture in range(6):
        plain = (targets[picture] < 2) & coloured[picture]
        if plain.any():
            assert (redder[picture] == (targets[picture] == 0))[plain].float().mean() > 0.97


def test_around_a_photo_is_the_mean_colour_and_no_label(pictures):
    photos, masks = pictures
    aside = draws(6)
    aside[:, 2] = 0.0  # moved to the left as far as it goes: 0.15 sides
    aside[:, 1], aside[:, 4], aside[:, 5] = 0.5, 0.5, 0.5  # neither turned nor zoomed
    inputs, targets = augment(photos, masks, aside)
    assert (targets[:, :, -18:] == IGNORED).all()
    assert (inputs[:, :, :, -16:] == 0).all()
    assert (targets[:, 20:-20, :-20] != IGNORED).all()


def test_without_any_change_it_is_the_photo(pictures):
    photos, masks = pictures
    same = torch.full((6, DRAWS), 0.5)
    inputs, targets = augment(photos, masks, same)
    torch.testing.assert_close(inputs, normalise(photos), atol=1e-3, rtol=0)
    assert torch.equal(targets, masks.long())


def test_what_is_drawn_depends_on_seed_epoch_and_index():
    numbers = {
        tuple(draw(*key).tolist())
        for key in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0)]
    }
    assert len(numbers) == 4
    assert all(len(each) == DRAWS and min(each) >= 0 and max(each) < 1 for each in numbers)
