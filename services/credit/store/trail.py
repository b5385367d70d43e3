"""Query log in PostgreSQL (查询日志): a line for each answer, and days past their term.

A line is committed before the answer goes out, in one statement, without waiting for the disk: it outlives this process,
and an answer stays quick.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from chassis import setwise
from chassis.database import Connection
from chassis.transaction import Transaction
from credit.domain.publicity import Retention
from credit.domain.trail import SubjectQuery
from kernel.clock import CHINA, china_day

_ADD = """
INSERT INTO subject_query (at, channel, id_type, id_no, asked_by, found)
SELECT $6, q.* FROM set_config('synchronous_commit', 'off', true),
       unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[]) AS q
"""
_FORGET = "DELETE FROM subject_query WHERE at >= $1 AND at < $2"
_DAYS = """
SELECT DISTINCT (at AT TIME ZONE 'Asia/Shanghai')::date::text AS day FROM subject_query
 WHERE at < $1 AND (at AT TIME ZONE 'Asia/Shanghai')::date::text <> ALL($3::text[]) ORDER BY day LIMIT $2
"""


class SqlTrail:
    """``ports.TrailWork`` on a connection; noting needs no transaction: one statement writes."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.today = tx.today
        self._added: list[SubjectQuery] = []
        self._over: list[date] = []

    @property
    def query_log(self) -> "SqlTrail":
        """查询日志."""
        return self

    def add(self, query: SubjectQuery) -> None:
        """Keep one line."""
        self._added.append(query)

    def forget(self, day: date) -> None:
        """Drop the lines of a day in China."""
        self._over.append(day)

    async def load(self, messages: Sequence[Any]) -> None:
        """Nothing is read."""

    async def flush(self) -> None:
        """Write what was added and drop what is over."""
        if self._added:
            lines = [(q.channel, q.subject.id_type, q.subject.id_no, q.asked_by, q.found) for q in self._added]
            await self._tx.connection.execute(_ADD, *setwise.transposed(lines), self._tx.now)
        for day in self._over:
            await self._tx.connection.execute(_FORGET, _begin(day), _begin(day + timedelta(days=1)))


def days_over(
    retention: Retention,
) -> Callable[[Connection, datetime, int, Collection[str]], Awaitable[dict[str, str]]]:
    """Days whose lines are past their term at an instant, the earliest first, as ISO dates."""

    async def days(connection: Connection, now: datetime, limit: int, leaving_out: Collection[str]) -> dict[str, str]:
        rows = await connection.fetch(_DAYS, _end(retention, now), limit, list(leaving_out))
        return {row["day"]: "forget" for row in rows}

    return days


def _end(retention: Retention, now: datetime) -> datetime:
    return _begin(retention.first_kept_on(china_day(now)))


def _begin(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), CHINA)
