"""The photos that cost most are taken, whatever the limits; `benchmarks.decoding` measures them."""

import pytest

from benchmarks.photos import COSTLY, SIDE
from segdemo.data.decoder import open_photo
from segdemo.data.photo_limits import MAX_BYTES, WORKING_SIDE, max_pixels


@pytest.mark.parametrize("name", COSTLY)
def test_the_costliest_photos_are_taken(name):
    data = COSTLY[name]()
    assert len(data) <= MAX_BYTES
    assert max(open_photo(data).image.size) == WORKING_SIDE


def test_they_are_as_large_as_may_be():
    assert max_pixels("PNG") == SIDE * SIDE
    assert 0.95 * max_pixels("JPEG") < 8064 * 6048 < 8192 * 6144 <= max_pixels("JPEG")
