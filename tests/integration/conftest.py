"""Commands of the integration tests are signed in as the office's system."""

from collections.abc import Iterator

import pytest

from tests.tokens import token


@pytest.fixture(scope="module", autouse=True)
def signed_in() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHENGUAN_TOKEN", token())
        yield
