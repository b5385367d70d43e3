"""Retention (保存期限): rows that only serve the road are removed when nobody can need them any more, in small batches.

Of the inbox whole months go, each in one step. Event log and audit log are never among them: their months the operator
archives (docs/upkeep.md).
What a run removed is one entry of the audit log.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from chassis.access.principal import ITSELF
from chassis.audit import entries
from chassis.audit.entries import Entry, Seal
from chassis.database import Connection
from chassis.partitions import drop_month, inbox_months_over
from chassis.reconciler import REPUBLISHED
from chassis.writes import Writes

_log = structlog.get_logger(__name__)

USUAL = Path(__file__).with_name("retention.toml")
BATCH = 2000
"""Rows of one statement: removing a year at once would hold up the service."""
_STREAM_DAYS = 30
"""How long a stream keeps a message (chassis/provision.py)."""
_HALF_A_YEAR = 183
_EXPIRED = {
    "idempotency": "created_at < $1",
    "inbox": "received_at < $1",
    "published_range": "published_at < $1",
    "notice_delivery": "at < $1 AND NOT EXISTS (SELECT 1 FROM notice_queue q WHERE q.notice_id = t.notice_id)",
    "dead_letter": "redriven_at < $1",
    "hook_delivery": "at < $1",
}
"""Table → which of its rows are settled and older than a moment."""
_ROWS_IN = {"inbox": "inbox_default"}
"""Where rows are removed one by one when the table itself goes by months."""
_AT_LEAST = {
    "inbox": REPUBLISHED.days + _STREAM_DAYS,
    "published_range": _STREAM_DAYS,
    "notice_delivery": _HALF_A_YEAR,
    "dead_letter": _HALF_A_YEAR,
    "hook_delivery": _HALF_A_YEAR,
}


@dataclass(frozen=True, kw_only=True)
class Term:
    """How long the rows of one table are kept (期限)."""

    days: int
    source: str
    confirmed: bool


def terms_of(setting: str = "") -> dict[str, Term]:
    """The terms in a file, by default this release's.

    Raises:
        ValueError: unreadable, a table is missing or unknown, or a term is shorter than what depends on it allows.
    """
    file = Path(setting) if setting else USUAL
    try:
        terms = {table: Term(**said) for table, said in tomllib.loads(file.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError) as fault:
        raise ValueError(f"{file}: 保存期限读不出 / the terms cannot be read: {fault}") from fault
    if terms.keys() != _EXPIRED.keys():
        raise ValueError(f"{file}: 应恰好写明 / must name exactly: {', '.join(sorted(_EXPIRED))}")
    for table, term in terms.items():
        if term.days < (least := _AT_LEAST.get(table, 1)):
            raise ValueError(f"{file}: {table} 至少保存 {least} 天 / must be kept {least} days at least")
    return terms


class Retention:
    """Removes what is past its term from one service's database, by a connection of its owner."""

    def __init__(self, terms: Mapping[str, Term], seal: Seal) -> None:
        self._terms = terms
        self._seal = seal

    async def run(self, connection: Connection) -> dict[str, int]:
        """Remove it all, note it in the audit log; answers rows by table."""
        removed = {table: await self._remove(connection, table) for table in await self._here(connection)}
        told = " ".join(f"{table}:{rows}" for table, rows in removed.items() if rows)
        now = datetime.now(UTC)
        entry = Entry(stack_at=now, principal=ITSELF, action="retention", object="retention", code=told)
        writes = Writes(connection)
        entries.write(writes, [entry], self._seal)
        await writes.send()
        _log.info("retention.done", removed=removed)
        return removed

    async def due(self, connection: Connection) -> dict[str, int]:
        """Rows by table that a run would remove now."""
        due = {
            table: await connection.fetchval(
                f"SELECT count(*) FROM {_ROWS_IN.get(table, table)} t WHERE {_since(table)}",  # noqa: S608 - constants
                term.days,
            )
            for table, term in (await self._here(connection)).items()
        }
        months = await inbox_months_over(connection, self._terms["inbox"].days)
        return due | {"inbox": due["inbox"] + sum(month.rows for month in months)}

    async def _here(self, connection: Connection) -> dict[str, Term]:
        """The terms of the tables this service has: not every one offers its facts (chassis/hooks)."""
        rows = await connection.fetch(
            "SELECT t FROM unnest($1::text[]) AS t WHERE to_regclass(t) IS NOT NULL", list(self._terms)
        )
        return {row["t"]: self._terms[row["t"]] for row in rows}

    async def _remove(self, connection: Connection, table: str) -> int:
        term, total = self._terms[table], 0
        if table == "inbox":
            months = await inbox_months_over(connection, term.days)
            total = sum([month.rows for month in months if await drop_month(connection, month)])
        of = _ROWS_IN.get(table, table)
        some = f"ARRAY(SELECT ctid FROM {of} t WHERE {_since(table)} LIMIT {BATCH})"  # noqa: S608 - constants
        while True:
            said = await connection.execute(f"DELETE FROM {of} WHERE ctid = ANY ({some})", term.days)  # noqa: S608
            rows = int(said.rpartition(" ")[2])
            total += rows
            if rows < BATCH:
                return total


def _since(table: str) -> str:
    """By the database's clock: the rows were dated by it. ``now()`` stands still in a statement, so an index can be used."""
    return _EXPIRED[table].replace("$1", "now() - make_interval(days => $1)")
