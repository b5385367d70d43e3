"""Commands of the integration tests are signed in as the office's system."""

import pytest

from tests.tokens import token


@pytest.fixture(autouse=True)
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENGUAN_TOKEN", token())
