"""One small app for all tests that do not change it."""

from collections.abc import Iterator

import pytest

from tests.shell.small_app import Caller, small_app


@pytest.fixture(scope="session")
def app() -> Iterator[Caller]:
    with small_app() as caller:
        yield caller
