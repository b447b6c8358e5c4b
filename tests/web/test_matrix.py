"""Ink on coloured cells: readable, by the luminance that scikit-image computes."""

import numpy as np
from skimage.color import rgb2xyz

from segdemo.web.components.matrix import BALANCED, inks


def test_ink_follows_the_luminance_of_the_background():
    colours = np.random.default_rng(0).integers(0, 256, (500, 3))
    colours[0], colours[1] = 0, 255
    dark = rgb2xyz(colours / 255)[..., 1] < BALANCED
    assert inks(colours).tolist() == np.where(dark, "#fff", "#000").tolist()
