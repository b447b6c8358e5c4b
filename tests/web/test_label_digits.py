"""A photo's labels as digits."""

import numpy as np

from segdemo.web.components.label_digits import label_digits


def test_each_digit_is_the_label_in_the_middle_of_its_cell():
    labels = np.zeros((8, 4), dtype=np.uint8)
    labels[:, 2:] = 1
    labels[6:] = 2
    assert label_digits(labels, 4).tolist() == [[0, 1], [0, 1], [0, 1], [2, 2]]


def test_the_grid_has_the_photo_s_shape_and_never_more_cells_than_pixels():
    assert label_digits(np.zeros((100, 300), np.uint8), 24).shape == (8, 24)
    assert label_digits(np.zeros((3, 2), np.uint8), 24).shape == (3, 2)
    assert label_digits(np.zeros((1, 500), np.uint8), 24).shape == (1, 24)
