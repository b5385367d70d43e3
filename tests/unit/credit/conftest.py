"""What the unit tests of credit share: the rules as shipped."""

import pytest

from credit.domain.rulebook import Rulebook
from credit.domain.scorecard import Scorecard
from credit.settings import CreditSettings


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return CreditSettings().rulebook()


@pytest.fixture(scope="session")
def scorecard(rulebook: Rulebook) -> Scorecard:
    return rulebook.scorecards[0]
