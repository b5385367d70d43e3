"""Reports (考核表): the month that is asked for, as it was fixed or as it is counted now, and where the two differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from starlette.requests import Request

from chassis.pages import Reading
from console import queries
from console.domain.assessment import MonthFigures, ScoreRules, rules_of, totals
from console.domain.fixing import (
    Change,
    Counted,
    FixedRow,
    Fixing,
    Standing,
    by_department,
    changes,
    closes_on,
    digest_of,
    standing_of,
)
from console.web.names import Names
from console.web.services import Asking, Services
from kernel.clock import china_day
from kernel.reckoning import months_after
from kernel.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """月度考核 of a month. ``rules``: None before the first edition, then there is no score; ``calendar``: whether it is known.

    ``closes_on``: the last day late data counts. Of a fixed month ``departments`` are as they were fixed, ``changes`` what is
    another today, and ``intact`` whether the digest is that of the rows; None for who does not see them all.
    """

    month: date
    departments: dict[str, MonthFigures]
    rules: ScoreRules | None
    calendar: bool
    at: datetime
    standing: Standing
    closes_on: date | None = None
    fixing: Fixing | None = None
    changes: Sequence[Change] = ()
    intact: bool | None = None

    def score(self, figures: MonthFigures) -> float | None:
        """得分."""
        return self.rules.score(figures) if self.rules else None

    def rows(self, names: dict[str, str], together: str) -> list[tuple[str, MonthFigures, float | None]]:
        """Name, figures and score of each department, the best first, and all of them together without a score."""
        listed = [(names.get(code, code), figures, self.score(figures)) for code, figures in self.departments.items()]
        listed.sort(key=lambda row: (-(row[2] or 0), row[0]))
        return [*listed, (together, totals(self.departments), None)] if listed else []


class Reports:
    """Makes reports. ``reading``: the read model; ``editions``: the rules of the score."""

    def __init__(
        self,
        reading: Reading,
        services: Services,
        names: Names,
        now: Callable[[], datetime],
        editions: Sequence[ScoreRules],
    ) -> None:
        self._reading = reading
        self._services = services
        self.names = names
        self.now = now
        self._editions = editions

    def asking(self, request: Request) -> Asking:
        """The services, in the name of who asks."""
        return Asking(self._services, request)

    async def of(self, text: str) -> Report:
        """The report of a month, 2026-11; empty: of the month before this one. Refuses a month that has not begun."""
        today = china_day(self.now())
        month = date.fromisoformat(f"{text}-01") if text else months_after(today.replace(day=1), -1)
        if month > today:
            raise _not_begun()
        async with self._reading() as connection:
            counted = await queries.counted(connection, month)
            fixing = await queries.fixing(connection, month)
            rows = await queries.fixed_rows(connection, month) if fixing else []
        return self._as_fixed(counted, fixing, rows) if fixing else self._as_counted(counted, today)

    def _as_counted(self, counted: Counted, today: date) -> Report:
        rules = rules_of(self._editions, counted.month)
        return Report(
            month=counted.month,
            departments=by_department(counted.rows),
            rules=rules,
            calendar=_knows(counted),
            at=self.now(),
            standing=standing_of(counted.month, today, fixed=False),
            closes_on=closes_on(counted.month, rules, counted.calendar),
        )

    def _as_fixed(self, counted: Counted, fixing: Fixing, rows: Sequence[FixedRow]) -> Report:
        then, now = by_department(rows), by_department(counted.rows)
        whole = len(rows) == fixing.rows
        return Report(
            month=fixing.month,
            departments=then,
            rules=fixing.rules,
            calendar=_knows(counted),
            at=self.now(),
            standing=Standing.FIXED,
            closes_on=closes_on(fixing.month, fixing.rules, counted.calendar),
            fixing=fixing,
            changes=changes(then, now, fixing.rules),
            intact=digest_of(fixing.month, fixing.rules, fixing.cases, rows) == fixing.sha256 if whole else None,
        )


def _knows(counted: Counted) -> bool:
    return counted.calendar.year(counted.month.year).version > 0


def _not_begun() -> Refusal:
    return Refusal(
        code="month-not-begun",
        zh="这个月还没有开始，请选以前的月份",
        en="This month has not begun; choose an earlier one",
        status=422,
    )
