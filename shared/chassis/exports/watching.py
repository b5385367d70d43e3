"""Watching the limit (报送时限): what was not sent in time, computed from the ledger; once a day departments are told.

No row is kept per decision: what is not in the ledger is found by a query, its last day by the calendar.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chassis.calendar import CalendarCache
from chassis.database import Connection
from chassis.exports.dataset import WIDE, Exports
from chassis.sweeper import Round, acting
from chassis.transaction import Transaction
from chassis.unit_of_work import UnitOfWork
from kernel.clock import china_day
from kernel.export import ExportNotice
from kernel.export_limit import Arrears, Unsent, arrears
from kernel.notice import Notice

_WATCHED = "SELECT watched_on FROM export_watch"
_WATCH = """
INSERT INTO export_watch (watched_on) VALUES ($1) ON CONFLICT (only_row) DO UPDATE SET watched_on = excluded.watched_on
"""
_POSTS = "SELECT code, liaison, head FROM department WHERE code = ANY ($1::text[])"


@dataclass(frozen=True)
class WatchExports:
    """检查报送时限 of a day."""

    on: date


@dataclass(frozen=True, kw_only=True)
class AskArrears:
    """询问报送欠账; None = any."""

    table: str | None = None
    department: str | None = None


async def owed(connection: Connection, exports: Exports, cache: CalendarCache, today: date) -> list[Arrears]:
    """What each department has not sent yet, the earliest due first."""
    unsent: list[Unsent] = []
    for name, dataset in exports.datasets.items():
        since = exports.rules.since(name)
        if since and dataset.unsent:
            rows = await connection.fetch(dataset.unsent, since)
            unsent += [Unsent(table=name, **dict(row)) for row in rows]
    return arrears(exports.rules, unsent, await cache.current(connection), today)


class WatchWork:
    """One transaction of the daily look."""

    def __init__(self, tx: Transaction, exports: Exports, cache: CalendarCache) -> None:
        self._tx = tx
        self._cache = cache
        self.exports = exports
        self.today = tx.today
        self.notices = tx.notices
        self.arrears: list[Arrears] = []
        self.posts: Mapping[str, tuple[str, str]] = {}
        self._watched: date | None = None

    async def load(self, messages: Sequence[WatchExports | AskArrears]) -> None:
        """Lock the daily look, and read what is owed and who is told."""
        await self._tx.lock(["exports-watch" for each in messages if isinstance(each, WatchExports)])
        await self._tx.connection.execute(WIDE)
        self.arrears = await owed(self._tx.connection, self.exports, self._cache, self.today)
        codes = sorted({each.department for each in self.arrears})
        rows = await self._tx.connection.fetch(_POSTS, codes)
        self.posts = {row["code"]: (row["liaison"], row["head"]) for row in rows}

    def watched(self, on: date) -> None:
        """The day is done."""
        self._watched = on

    async def flush(self) -> None:
        """Keep which day is done."""
        if self._watched:
            await self._tx.connection.execute(_WATCH, self._watched)


def watch_exports(work: WatchWork, _command: WatchExports) -> None:
    """告知各部门: what is due soon or overdue; the head is told of what is overdue."""
    for each in work.arrears:
        if each.overdue or each.due_soon:
            for person in _persons(work, each):
                work.notices.tell(_notice(work, each, person))
    work.watched(work.today)


def arrears_of(work: WatchWork, asked: AskArrears) -> list[Arrears]:
    """报送欠账, the earliest due first. Refuses ``table-unknown``."""
    if asked.table is not None:
        work.exports.of(asked.table)
    wanted = (asked.table, asked.department)
    return [
        each
        for each in work.arrears
        if all(which is None or which == its for which, its in zip(wanted, (each.table, each.department), strict=True))
    ]


def _persons(work: WatchWork, owing: Arrears) -> list[str]:
    if not owing.department:
        return [f"LINKAGE_OFFICE:{work.exports.region}"]
    liaison, head = work.posts.get(owing.department, ("", ""))
    desk = liaison or f"LIAISON:{owing.department}"
    return [desk, head or f"HEAD:{owing.department}"] if owing.overdue else [desk]


def _notice(work: WatchWork, owing: Arrears, person: str) -> Notice:
    zh = work.exports.datasets[owing.table].table.zh
    return Notice(
        person=person,
        kind=ExportNotice.EXPORT_DUE,
        fact=f"{owing.table}:{owing.department}:{work.today}",
        zh=f"{zh}：{owing.due_soon} 件临近报送期限，{owing.overdue} 件逾期未报，最早应于 {owing.earliest_due} 前报送",
        en=f"{owing.table}: {owing.due_soon} due soon, {owing.overdue} overdue; the first was due {owing.earliest_due}",
        about=f"export:{owing.table}",
    )


def watching(unit: UnitOfWork[WatchWork], exports: Exports) -> Round:
    """The round of the sweep: once a day, when any limit has begun."""

    async def due(
        connection: Connection, now: datetime, _most: int, leaving_out: Collection[Any]
    ) -> Mapping[Any, object]:
        today = china_day(now)
        if today in leaving_out or not exports.rules.begun(today):
            return {}
        # Another day, not a later one: a clock may go back once, when a demo or a scenario first moves it.
        return {} if await connection.fetchval(_WATCHED) == today else {today: today}

    return Round(due=due, act=acting(unit, watch_exports, WatchExports))
