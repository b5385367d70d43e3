"""Fixed months (定格) on asyncpg: one transaction holds them all, so that a month is fixed once and never mid-rebuild."""

import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime
from itertools import islice
from typing import Any

from chassis import setwise
from chassis.audit.leaf import row_leaf
from chassis.calendar import CalendarCache
from chassis.database import Connection
from chassis.transaction import Transaction
from console.domain.assessment import ScoreRules
from console.domain.fixing import FixedRow, Fixing, FixMonth, due_months
from console.queries import fixing_of, rebuild_of
from contracts.proved import FIXED_MONTH
from kernel.clock import china_day

LOCK = "read-model"
"""Held while a month is fixed, and while the read model is emptied."""
_FIXED = "SELECT * FROM fixed_month WHERE month = ANY($1::date[])"
_REBUILD = "SELECT no, done_at FROM rebuild ORDER BY no DESC LIMIT 1"
_KEEP = """INSERT INTO fixed_month (fixing_id, month, at, by, reason, rules, cases, rows, sha256)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
_KEEP_ROWS = setwise.insert(
    "fixed_figures",
    {"month": "date", "region": "text", "department": "text", "figures": "jsonb", "progress": "jsonb"},
)
_BEGUN = """SELECT min(created_at) AS first, (SELECT array_agg(month) FROM fixed_month) AS fixed,
    (SELECT done_at IS NULL FROM rebuild ORDER BY no DESC LIMIT 1) AS rebuilding FROM task_line WHERE NOT ad_hoc"""


class SqlFixings:
    """ports.FixingWork on one PostgreSQL transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._fixed: dict[date, Fixing] = {}
        self._new: list[tuple[Fixing, Sequence[FixedRow]]] = []
        self.now, self.today = tx.now, tx.today
        self.rebuild: int | None = None

    async def load(self, messages: Sequence[FixMonth]) -> None:
        """Wait for whoever fixes a month or empties the read model, then read what is fixed."""
        await self._tx.lock([LOCK])
        months = [message.counted.month for message in messages]
        self._fixed = {row["month"]: fixing_of(row) for row in await self._tx.connection.fetch(_FIXED, months)}
        self.rebuild = rebuild_of(await self._tx.connection.fetchrow(_REBUILD))

    def fixing(self, month: date) -> Fixing | None:
        """How a month was fixed; None: it is not."""
        return self._fixed.get(month)

    def keep(self, fixing: Fixing, rows: Sequence[FixedRow]) -> None:
        """Fix a month; the audit entry vouches for it."""
        self._fixed[fixing.month] = fixing
        self._new.append((fixing, rows))

    async def flush(self) -> None:
        """Write the months, each with its rows."""
        for fixing, rows in self._new:
            said = _row(fixing)
            self._tx.leaves.append(row_leaf(FIXED_MONTH, said))
            self._tx.writes.put(_KEEP, *said)
            listed = [
                (fixing.month, row.region, row.department, _spelled(asdict(row.figures)), _spelled(row.progress))
                for row in rows
            ]
            self._tx.writes.put_rows(_KEEP_ROWS, listed)


class DueMonths:
    """Months whose period for late data is over and that are not fixed (到期未定格).

    ``editions``: the rules; ``heard``: whether everything that was told has been heard; before that no month is due.
    """

    def __init__(self, editions: Sequence[ScoreRules], heard: Callable[[], Awaitable[bool]]) -> None:
        self._editions = editions
        self._heard = heard
        self._calendar = CalendarCache()

    async def __call__(
        self, connection: Connection, now: datetime, limit: int, leaving_out: Collection[Any]
    ) -> dict[date, date]:
        """Month → the last day late data counted on, the earliest first; none before the first task or rules, or mid-rebuild."""
        begun = await connection.fetchrow(_BEGUN)
        if begun is None or begun["first"] is None or begun["rebuilding"]:
            return {}
        calendar, done = await self._calendar.current(connection), {*(begun["fixed"] or ()), *leaving_out}
        due = due_months(china_day(begun["first"]), china_day(now), self._editions, calendar, done)
        found = dict(islice(due, limit))
        return found if found and await self._heard() else {}


def _row(fixing: Fixing) -> list[Any]:
    said: dict[str, Any] = {name: getattr(fixing, name) for name in FIXED_MONTH.columns}
    said["rules"] = _spelled(fixing.rules.document()) if fixing.rules else None
    said["cases"] = _spelled(fixing.cases)
    return [said[name] for name in FIXED_MONTH.columns]


def _spelled(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False)
