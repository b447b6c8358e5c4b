"""What tests over HTTP share."""

import pytest
from support.server import Caller


@pytest.fixture(scope="module")
def caller(page_url):
    return Caller(page_url)
