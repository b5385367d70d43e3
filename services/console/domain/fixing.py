"""Fixing (定格): from some workdays after its end the figures of a month stand still, whatever is corrected later.

Until then they are provisional (暂计). What is fixed is told by one digest, and is kept beside what would be counted today.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from console.domain.assessment import MonthFigures, ScoreRules, rules_of
from kernel.calendar import Calendar
from kernel.clock import CHINA
from kernel.reckoning import months_after
from kernel.refusal import Refusal, malformed
from kernel.text import prose_fault

_DAY = timedelta(days=1)
_LONGEST_CODE, _LONGEST_REASON = 64, 500


class Standing(StrEnum):
    """What the figures of a month are (数字的状态)."""

    RUNNING = "RUNNING"  # 当月：还没有结束
    PROVISIONAL = "PROVISIONAL"  # 暂计
    FIXED = "FIXED"  # 定格


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedRow:
    """One department in one region (一行). ``progress``: what the trend of the board counts of it, by stage."""

    region: str
    department: str
    figures: MonthFigures
    progress: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A month as it was counted just now (计数). ``cases``: what the trend counts of cases, of all departments together.

    ``rebuild``: the rebuilding of the read model that was the latest then, 0 before the first; None while one is under way.
    """

    month: date
    rows: Sequence[FixedRow]
    cases: Mapping[str, int]
    rebuild: int | None
    calendar: Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixing:
    """定格 of a month, ``month`` its first day. ``by``: who fixed it; empty: the system, when it was due.

    ``rules``: the edition the score is by, as it was; None where there is no score. ``sha256``: of what was fixed, hex.
    """

    fixing_id: str
    month: date
    at: datetime
    by: str
    reason: str
    rules: ScoreRules | None
    cases: Mapping[str, int]
    rows: int
    sha256: str

    def document(self) -> dict[str, Any]:
        """When, by whom and with which digest, for JSON; ``by`` null: the system, when it was due."""
        return {
            "at": self.at.isoformat(),
            "by": self.by or None,
            "reason": self.reason,
            "rows": self.rows,
            "sha256": self.sha256,
        }


@dataclass(frozen=True, kw_only=True)
class FixMonth:
    """Command: fix a month (定格). ``by`` is empty where nobody did but the time had come."""

    counted: Counted
    rules: ScoreRules | None
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """更正: a figure of a department that is another today than when it was fixed."""

    department: str
    name: str
    fixed: float | None
    today: float | None


def last_day_of(month: date) -> date:
    """The last day of a month."""
    return months_after(month, 1) - _DAY


def closes_on(month: date, rules: ScoreRules | None, calendar: Calendar) -> date | None:
    """补报截止日: the last day on which late data still counts; None where nothing says so."""
    if rules is None or rules.late_workdays is None:
        return None
    return calendar.after(last_day_of(month), rules.late_workdays) if rules.late_workdays else last_day_of(month)


def due_months(
    begun: date, today: date, editions: Sequence[ScoreRules], calendar: Calendar, done: Collection[date]
) -> Iterator[tuple[date, date]]:
    """到期未定格的月份, the earliest first, each with the last day late data counted on; those ``done`` are left out.

    From the month of the day it all ``begun`` on, or of the first edition; none of a year without a calendar.
    """
    month = max(begun, editions[0].effective_from).replace(day=1) if editions else today
    while month < today.replace(day=1):
        closes = closes_on(month, rules_of(editions, month), calendar)
        if closes and closes < today and month not in done and calendar.year(month.year).version:
            yield month, closes
        month = months_after(month, 1)


def standing_of(month: date, today: date, *, fixed: bool) -> Standing:
    """What the figures of a month are on a day."""
    if fixed:
        return Standing.FIXED
    return Standing.PROVISIONAL if today > last_day_of(month) else Standing.RUNNING


def fixed(command: FixMonth, fixing_id: str, at: datetime, today: date) -> Fixing:
    """The month as it is fixed on a day.

    Refusals: ``invalid-content`` for a text; ``month-not-over``; ``calendar-unknown`` and ``read-model-incomplete``, which pass.
    """
    counted = command.counted
    said = (("/by", command.by, _LONGEST_CODE), ("/reason", command.reason, _LONGEST_REASON))
    if faults := [fault for pointer, text, most in said if (fault := prose_fault(pointer, text, longest=most))]:
        raise malformed(faults)
    if today <= last_day_of(counted.month):
        raise _not_over()
    if not counted.calendar.year(counted.month.year).version:
        raise _calendar_unknown(counted.month.year)
    if counted.rebuild is None:
        raise incomplete()
    return Fixing(
        fixing_id=fixing_id,
        month=counted.month,
        at=at,
        by=command.by,
        reason=command.reason,
        rules=command.rules,
        cases=counted.cases,
        rows=len(counted.rows),
        sha256=digest_of(counted.month, command.rules, counted.cases, counted.rows),
    )


def digest_of(month: date, rules: ScoreRules | None, cases: Mapping[str, int], rows: Iterable[FixedRow]) -> str:
    """SHA-256, hex, of a line of JSON for the month and one for each row in the order of region and department."""
    head: Any = {"month": month.isoformat(), "rules": rules.document() if rules else None, "cases": dict(cases)}
    lines = [head, *(asdict(row) for row in sorted(rows, key=lambda row: (row.region, row.department)))]
    said = (json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for line in lines)
    return sha256("\n".join(said).encode()).hexdigest()


def by_department(rows: Iterable[FixedRow]) -> dict[str, MonthFigures]:
    """Department → its figures in all regions together."""
    found: dict[str, MonthFigures] = {}
    for row in rows:
        found[row.department] = found.get(row.department, MonthFigures()) + row.figures
    return dict(sorted((name, figures) for name, figures in found.items() if figures != MonthFigures()))


def changes(
    then: Mapping[str, MonthFigures], now: Mapping[str, MonthFigures], rules: ScoreRules | None
) -> list[Change]:
    """What is another today, by department, its figures in their order and the score last."""
    found = []
    for department in sorted({*then, *now}):
        before, today = (each.get(department, MonthFigures()) for each in (then, now))
        found += [
            Change(department, name, was, today.document()[name])
            for name, was in before.document().items()
            if was != today.document()[name]
        ]
        if rules and rules.score(before) != rules.score(today):
            found.append(Change(department, "score", rules.score(before), rules.score(today)))
    return found


def already_fixed(known: Fixing) -> Refusal:
    """The month is fixed (已定格)."""
    at = known.at.astimezone(CHINA)
    return Refusal(
        code="month-fixed",
        zh=f"{known.month:%Y-%m} 已于 {at:%Y-%m-%d %H:%M} 定格（{known.by or '系统按期'}），不能再次定格；以后的更正另列在考核表下",
        en=f"{known.month:%Y-%m} was fixed at {at:%Y-%m-%d %H:%M} by {known.by or 'the system, when due'} and cannot be fixed"
        " again; later corrections stand below the table",
        status=409,
    )


def incomplete() -> Refusal:
    """The read model is being rebuilt (读模型不全)."""
    return Refusal(
        code="read-model-incomplete",
        zh="读模型正在重建或没有重建完，数字不全，不能定格；请等 shenguan console rebuild 执行完再试",
        en="The read model is being rebuilt or was not rebuilt to its end, so its figures are not whole; wait for"
        " `shenguan console rebuild` to finish and try again",
        status=409,
        retryable=True,
    )


def _not_over() -> Refusal:
    return Refusal(
        code="month-not-over",
        zh="这个月还没有结束，不能定格；请选已经过去的月份",
        en="This month is not over and cannot be fixed; choose one that is",
        status=422,
    )


def _calendar_unknown(year: int) -> Refusal:
    return Refusal(
        code="calendar-unknown",
        zh=f"控制台还没有 {year} 年的工作日历，不能定格；请先登记该年的放假安排，或稍候再试",
        en=f"The console has no working-day calendar of {year} yet, so the month cannot be fixed; have the notice of that"
        " year registered, or try again shortly",
        status=409,
        retryable=True,
    )
