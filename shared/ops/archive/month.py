"""A month of a log (日志的一个月): a partition of the event log or the audit log, and whether it may leave the database."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from chassis.database import Connection

LOGS = {"event_log": ("event_id", "logged_at"), "audit_entry": ("id", "at")}
"""Table → its key, by which an export is ordered; the second column is the time the months are cut by."""
LEAST_DAYS = 183
"""网络安全法第二十一条: network logs are kept six months at least; so long they stay where they are searched."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_PARTITIONS = """
SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
 WHERE i.inhparent = $1::text::regclass AND c.relname ~ ('^' || $1 || '_[0-9]{4}_[0-9]{2}$') ORDER BY 1
"""
_UNFINISHED = {
    "event_log": ("SELECT count(*) FROM outbox WHERE logged_at < $1", "事件未发布", "events are not published"),
    "audit_entry": ("SELECT count(*) FROM audit_pending WHERE at < $1", "审计记录未上链", "entries are not chained"),
}
_UNSIGNED = """
SELECT count(*) FROM audit_block
 WHERE no > (SELECT coalesce(max(block), -1) FROM audit_head) AND (SELECT min(day) FROM unnest(days) AS day) < $1
"""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """日志月份. ``month``: ``YYYY-MM``, UTC."""

    table: str
    month: str

    @classmethod
    def of(cls, table: str, partition: str) -> Self:
        """Of a partition, e.g. ``event_log_2026_05``."""
        return cls(table, partition.removeprefix(f"{table}_").replace("_", "-"))

    @property
    def partition(self) -> str:
        """The table that holds it."""
        return f"{self.table}_{self.month.replace('-', '_')}"

    @property
    def start(self) -> datetime:
        """Its first instant, UTC."""
        return first_instant(self.month)

    @property
    def end(self) -> datetime:
        """The first instant after it, UTC."""
        return (self.start + timedelta(days=32)).replace(day=1)


def first_instant(month: str) -> datetime:
    """The first instant of ``YYYY-MM``, UTC. Raises ValueError."""
    found = _MONTH.fullmatch(month)
    if found is None or found[1] == "0000":
        raise ValueError(f"{month!r}: YYYY-MM")
    return datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC)


def latest_before(now: datetime, inbox_days: int) -> str:
    """The month up to which, itself not counted, months may leave at ``now``.

    ``inbox_days``: how long inboxes remember; what is in one must be found in its sender's log.
    """
    return f"{now - timedelta(days=max(LEAST_DAYS, inbox_days)):%Y-%m}"


async def months_before(connection: Connection, before: str) -> list[Month]:
    """The months of both logs that end before ``YYYY-MM`` begins, oldest first."""
    limit = first_instant(before)
    found = [Month.of(table, row["name"]) for table in LOGS for row in await connection.fetch(_PARTITIONS, table)]
    return sorted((month for month in found if month.end <= limit), key=lambda month: (month.month, month.table))


async def unfinished(connection: Connection, month: Month) -> tuple[str, str] | None:
    """What of the month is not settled yet, in both languages; None when it may leave."""
    ask, zh, en = _UNFINISHED[month.table]
    if count := await connection.fetchval(ask, month.end):
        return f"{count} 条{zh}", f"{count} {en}"
    if count := await connection.fetchval(_UNSIGNED, month.end):
        return f"{count} 个审计块未签名", f"{count} blocks of the audit are not signed"
    return None
