"""The code the page offers to copy, run, gives what the page shows."""

import numpy as np
from hypothesis import given
from support.helpers import unhurried
from support.upsamplings import upsamplings

from segdemo.lecture.upsampling.axis_weights import ALIGNABLE
from segdemo.lecture.upsampling.code import pytorch_code
from segdemo.lecture.upsampling.interpolation import upsample


@unhurried
@given(upsamplings())
def test_the_code_gives_what_is_shown(case):
    matrix, mode, size, _ = case
    names: dict = {"print": lambda tensor: None}
    exec(pytorch_code(matrix, mode, size), names)
    conventions = {"half_pixel": False, "aligned": True} if mode in ALIGNABLE else {"y": False}
    for name, align_corners in conventions.items():
        shown = upsample(matrix, mode, size, align_corners)
        np.testing.assert_allclose(names[name].numpy(), shown, rtol=0, atol=1e-9)
