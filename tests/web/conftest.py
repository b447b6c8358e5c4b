"""What tests of the page in a browser share."""

import pytest
from PIL import Image


@pytest.fixture
def photo(tmp_path, chelsea):
    """A photo that is not one of the examples: the cat mirrored."""
    path = tmp_path / "mirrored.jpg"
    chelsea.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(path)
    return path


@pytest.fixture
def narrower(tmp_path, chelsea):
    """The cat without a strip at its side: of another size, so that no mask stays what it was."""
    path = tmp_path / "narrower.jpg"
    chelsea.crop((0, 0, chelsea.width - 40, chelsea.height)).save(path)
    return path


@pytest.fixture
def open_page(window, page_url):
    """A function that opens the page with these parameters in its address."""

    def opened(parameters: str):
        window.goto(f"{page_url}?{parameters}")
        return window

    return opened


@pytest.fixture
def all_answered(page):
    """All stages have answered to the opening photo."""
    from support.compare_tab import expect_answers

    expect_answers(page)
