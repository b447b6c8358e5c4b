"""Tests of what a stage knows: a photo changed on purpose, and where its pixels are afterwards.

Everything happens on the pixels a network reads, 128x128 of them: a shift is by whole pixels of
its input, a shuffle loses none. The same test of the same photo gives the same picture.

A row 10 20 30 40, shifted right by 1, becomes 10 10 20 30. Of labels 0 1 2 2 for that row,
1 2 2 -1 comes back: the pixel that was 40 has left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image
from skimage import color, filters  # which load what is used when it is

from segdemo.data.preprocessing import resize_photo
from segdemo.errors import InputError
from segdemo.parsing import whole_between

MAX_STRENGTH = 8  # of every test but the shift
MAX_SHIFT = 48  # pixels of 128: more than a third of the photo has left
DIRECTIONS = {"right": (0, 1), "left": (0, -1), "down": (1, 0), "up": (-1, 0)}  # row, column
OUT_OF_FRAME = -1  # instead of the label of a pixel that is no longer in the photo
SEED = 0


@dataclass(frozen=True)
class Perturbation:
    """What the visitor chooses; raises InputError for what is not offered.

    Strength 0 leaves the photo as it is; of a shift it is the pixels. It means nothing to a test
    without a step, nor does the direction to any test but the shift.
    """

    test: str = "shift"
    strength: int = 4  # 0..PhotoTest.most steps
    direction: str = "right"

    def __post_init__(self):
        if self.test not in tuple(TESTS):
            raise InputError("insight-perturb.unknown-test", tests=", ".join(TESTS))
        most = TESTS[self.test].most
        strength = whole_between(self.strength, 0, most)
        if strength is None:
            raise InputError("insight-perturb.unknown-strength", most=most)
        object.__setattr__(self, "strength", strength)
        if self.direction not in tuple(DIRECTIONS):
            known = ", ".join(DIRECTIONS)
            raise InputError("insight-perturb.unknown-direction", directions=known)

    @property
    def amount(self) -> float:
        """The strength in the unit of the test's step; 0 for a test without."""
        return self.strength * (TESTS[self.test].step or 0)

    def photo(self, photo: Image.Image) -> Image.Image:
        """RGB photo of any size -> what the networks are given instead, 128x128 RGB."""
        pixels = np.asarray(resize_photo(photo))
        changed = TESTS[self.test].change(pixels, self)
        return Image.fromarray(changed.round().clip(0, 255).astype(np.uint8))

    def invert(self, labels: np.ndarray) -> np.ndarray:
        """(H, W) signed labels of the changed photo, each where its pixel was before.

        OUT_OF_FRAME where the pixel has left the photo.
        """
        return TESTS[self.test].invert(labels, self)


@dataclass(frozen=True)
class PhotoTest:
    """One way to change a photo.

    `change` takes (H, W, 3) uint8 pixels to values 0..255 of the same shape, rounded and
    clipped later; `invert` takes (H, W) labels of the result back to the photo's frame.
    `step` is what one of at most `most` steps adds, in a unit of the test's own; None where
    there is no more or less.
    """

    change: Callable[[np.ndarray, Perturbation], np.ndarray]
    invert: Callable[[np.ndarray, Perturbation], np.ndarray] = lambda labels, _: labels
    step: float | None = None
    most: int = MAX_STRENGTH


def translate(picture: np.ndarray, direction: str, pixels: int, **padding: Any) -> np.ndarray:
    """The picture (H, W, ...) as seen from some pixels further on in one of DIRECTIONS.

    Negative pixels go the other way; what comes in is np.pad's, as `padding` has it.
    """
    margin = abs(pixels)
    beside = [(0, 0)] * (picture.ndim - 2)
    padded = np.pad(picture, [(margin, margin), (margin, margin), *beside], **padding)
    row, column = (margin + pixels * axis for axis in DIRECTIONS[direction])
    height, width = picture.shape[:2]
    return padded[row : row + height, column : column + width]


def _shift(pixels: np.ndarray, perturbation: Perturbation) -> np.ndarray:
    """What comes in at an edge is the photo mirrored there."""
    return translate(pixels, perturbation.direction, -perturbation.strength, mode="symmetric")


def _shift_back(labels: np.ndarray, perturbation: Perturbation) -> np.ndarray:
    return translate(
        labels, perturbation.direction, perturbation.strength, constant_values=OUT_OF_FRAME
    )


def _order(pixels: int) -> np.ndarray:
    """For each place of the shuffled photo, the place its pixel comes from."""
    return np.random.default_rng(SEED).permutation(pixels)


def _shuffle(pixels: np.ndarray, _: Perturbation) -> np.ndarray:
    flat = pixels.reshape(-1, 3)
    return flat[_order(len(flat))].reshape(pixels.shape)


def _unshuffle(labels: np.ndarray, _: Perturbation) -> np.ndarray:
    back = np.empty_like(labels)
    back.flat[_order(labels.size)] = labels.ravel()
    return back


def _grey(pixels: np.ndarray, _: Perturbation) -> np.ndarray:
    return np.repeat(255 * color.rgb2gray(pixels)[..., None], 3, axis=-1)


def _turn_hue(pixels: np.ndarray, perturbation: Perturbation) -> np.ndarray:
    hsv = color.rgb2hsv(pixels)
    hsv[..., 0] = (hsv[..., 0] + perturbation.amount / 360) % 1
    return 255 * color.hsv2rgb(hsv)


def _blur(pixels: np.ndarray, perturbation: Perturbation) -> np.ndarray:
    return filters.gaussian(pixels, perturbation.amount, channel_axis=-1, preserve_range=True)


def _darken(pixels: np.ndarray, perturbation: Perturbation) -> np.ndarray:
    return pixels * (1 - perturbation.amount / 100)


def _add_noise(pixels: np.ndarray, perturbation: Perturbation) -> np.ndarray:
    noise = np.random.default_rng(SEED).standard_normal(pixels.shape)
    return pixels + perturbation.amount * noise


def _turn_over(picture: np.ndarray, _: Perturbation) -> np.ndarray:
    return picture[::-1]


TESTS = {
    "shift": PhotoTest(_shift, _shift_back, step=1, most=MAX_SHIFT),  # pixels
    "shuffle": PhotoTest(_shuffle, _unshuffle),
    "grey": PhotoTest(_grey),
    "hue": PhotoTest(_turn_hue, step=22.5),  # degrees: the last step is the opposite colour
    "blur": PhotoTest(_blur, step=0.5),  # standard deviation in pixels
    "dark": PhotoTest(_darken, step=10),  # percent of the light
    "noise": PhotoTest(_add_noise, step=8),  # standard deviation in grey levels of 255
    "upside-down": PhotoTest(_turn_over, _turn_over),
}
