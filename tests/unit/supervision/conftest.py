"""What the unit tests of supervision share: a furnished fake and handlers run one transaction each."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from contracts.event import Event
from contracts.risk import RiskClassified
from tests.fakes.supervised import NOON
from tests.fakes.supervision import FakeDatabase, FakeWork, furnished


class Office:
    """Runs handlers, each in a unit of work of its own, and remembers what was said."""

    def __init__(self, database: FakeDatabase) -> None:
        self.database = database
        self.now: datetime = NOON

    def does(self, handle: Callable[[Any, Any], Any], message: Any) -> Any:
        work = FakeWork(self.database, self.now)
        answer = handle(work, message)
        work.commit()
        return answer

    @property
    def said(self) -> list[str]:
        """Names of what was told, risk classes left out: test_risk.py is about those."""
        return [type(event).__name__ for event in self.database.said if not isinstance(event, RiskClassified)]

    @property
    def classes(self) -> list[RiskClassified]:
        """What was told of risk classes."""
        return [event for event in self.database.said if isinstance(event, RiskClassified)]

    def last(self, kind: type[Event]) -> Any:
        return [event for event in self.database.said if isinstance(event, kind)][-1]

    def states(self) -> list[str]:
        return [task.state.value for task in self.database.tasks.values()]


@pytest.fixture
def office() -> Office:
    return Office(furnished())
