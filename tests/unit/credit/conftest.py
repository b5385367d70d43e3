"""What the unit tests of credit share: the rules as shipped."""

import pytest

from credit.domain.rulebook import Rulebook
from credit.settings import CreditSettings


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return CreditSettings().rulebook()
