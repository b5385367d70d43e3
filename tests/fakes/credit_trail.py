"""FakeTrail: credit's ports.TrailWork in memory. It passes the contract suite of the real one (test_credit_trail.py)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from credit.domain.trail import SubjectQuery
from kernel.clock import china_day

Line = tuple[datetime, SubjectQuery]


class FakeTrail:
    """One transaction; nothing is kept before flush."""

    def __init__(self, kept: list[Line], now: datetime) -> None:
        self.today = china_day(now)
        self._kept = kept
        self._now = now
        self._added: list[SubjectQuery] = []
        self._over: set[date] = set()

    @property
    def query_log(self) -> "FakeTrail":
        return self

    def add(self, query: SubjectQuery) -> None:
        self._added.append(query)

    def forget(self, day: date) -> None:
        self._over.add(day)

    async def load(self, messages: Sequence[Any]) -> None:
        """Nothing is read."""

    async def flush(self) -> None:
        left = [line for line in self._kept if china_day(line[0]) not in self._over]
        self._kept[:] = left + [(self._now, query) for query in self._added]
