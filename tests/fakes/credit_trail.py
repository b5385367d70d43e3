"""FakeQueryLog: credit's ports.QueryLog in memory."""

from datetime import date, datetime

from credit.domain.trail import SubjectQuery
from kernel.clock import china_day

Line = tuple[datetime, SubjectQuery]


class FakeQueryLog:
    """Lines of one transaction; nothing is kept before flush."""

    def __init__(self, kept: list[Line], now: datetime) -> None:
        self._kept = kept
        self._now = now
        self._added: list[SubjectQuery] = []
        self._over: set[date] = set()

    def add(self, query: SubjectQuery) -> None:
        self._added.append(query)

    def forget(self, day: date) -> None:
        self._over.add(day)

    def flush(self) -> None:
        left = [line for line in self._kept if china_day(line[0]) not in self._over]
        self._kept[:] = left + [(self._now, query) for query in self._added]
