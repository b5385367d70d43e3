"""Export limit (双公示报送时限): so many working days from the decision until the authority has the row; dated editions.

Decisions made before the first edition begins have no limit: what lies in the past raises nothing.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.calendar import Calendar
from kernel.limit import Limit, Unit
from kernel.refusal import Refusal


@dataclass(frozen=True, kw_only=True)
class ExportRule:
    """报送时限规则: one edition. ``warn``: working days before the last one on which the department is told (临期)."""

    tables: tuple[str, ...]
    limit: Limit
    warn: Limit
    effective_from: date
    source: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class Unsent:
    """未报: so many rows of a department with one date."""

    table: str
    department: str
    dated_on: date
    rows: int


@dataclass(frozen=True, kw_only=True)
class Arrears:
    """报送欠账 of a department in a table. ``earliest_due``: the last day of the row that is due first."""

    table: str
    department: str
    overdue: int
    due_soon: int
    running: int
    earliest_due: date


@dataclass(frozen=True)
class ExportRules:
    """报送时限规则 in all editions, the earliest first."""

    editions: tuple[ExportRule, ...]

    def since(self, table: str) -> date | None:
        """The first day whose decisions have a limit; None when the table has none."""
        return min((each.effective_from for each in self.editions if table in each.tables), default=None)

    def begun(self, on: date) -> bool:
        """Whether any edition has begun on a day."""
        return any(each.effective_from <= on for each in self.editions)

    def of(self, table: str, dated_on: date) -> ExportRule | None:
        """The edition for a decision of a day."""
        fitting = [each for each in self.editions if table in each.tables and each.effective_from <= dated_on]
        return fitting[-1] if fitting else None

    def due_on(self, table: str, dated_on: date, calendar: Calendar) -> date | None:
        """The last day for a decision: the day of the decision does not count; None without a limit."""
        rule = self.of(table, dated_on)
        return calendar.after(dated_on, rule.limit.n) if rule else None


def arrears(rules: ExportRules, unsent: Iterable[Unsent], calendar: Calendar, today: date) -> list[Arrears]:
    """What each department owes, the earliest due first."""
    found: dict[tuple[str, str], list[tuple[date, int, int]]] = {}
    for each in unsent:
        rule = rules.of(each.table, each.dated_on)
        if rule:
            due_on = calendar.after(each.dated_on, rule.limit.n)
            told = (due_on, each.rows, rule.warn.n)
            found.setdefault((each.table, each.department), []).append(told)
    listed = [_arrears(table, department, rows, calendar, today) for (table, department), rows in found.items()]
    return sorted(listed, key=lambda each: (each.earliest_due, each.table, each.department))


def _arrears(
    table: str, department: str, rows: list[tuple[date, int, int]], calendar: Calendar, today: date
) -> Arrears:
    overdue = sum(n for due_on, n, _ in rows if due_on < today)
    soon = sum(n for due_on, n, warn in rows if due_on >= today and calendar.count(today, due_on) <= warn)
    return Arrears(
        table=table,
        department=department,
        overdue=overdue,
        due_soon=soon,
        running=sum(n for _, n, _ in rows) - overdue - soon,
        earliest_due=min(due_on for due_on, _, _ in rows),
    )


def parse(text: str) -> ExportRules:
    """The rules from exports.toml. Refuses ``invalid-export-rules``: something missing, or a limit in another unit."""
    try:
        editions = [_rule(said) for said in tomllib.loads(text)["edition"]]
    except (KeyError, TypeError, ValueError, AttributeError, Refusal) as error:
        raise _invalid(f"{type(error).__name__}: {error}") from error
    for each in editions:
        if each.limit.unit is not Unit.WORKDAY or each.warn.unit is not Unit.WORKDAY:
            raise _invalid("limit and warn are working days, e.g. 7wd")
        if each.limit.too_long or not each.source.strip() or not each.tables:
            raise _invalid("an edition names its tables, a limit below ten years, and its source")
    return ExportRules(tuple(sorted(editions, key=lambda each: each.effective_from)))


def _rule(said: Mapping[str, Any]) -> ExportRule:
    if type(said["effective_from"]) is not date or type(said["confirmed"]) is not bool:
        raise TypeError("effective_from is a date, confirmed true or false")
    return ExportRule(
        tables=tuple(said["tables"]),
        limit=Limit.parse(said["limit"]),
        warn=Limit.parse(said["warn"]),
        effective_from=said["effective_from"],
        source=said["source"],
        confirmed=said["confirmed"],
    )


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-export-rules",
        zh=f"报送规则文件 exports.toml 有误，请改正后重新启动: {reason}",
        en=f"the rules in exports.toml are not valid; correct them and start again: {reason}",
    )
