"""Tampering (篡改, F19): whoever owns the database changes, deletes and inserts kept rows; verification names each.

Every attempt is made in a transaction that is rolled back after it was verified: the stack goes on unharmed.
"""

from dataclasses import dataclass
from typing import Any

import asyncpg

from chassis.audit.findings import Bad, What
from chassis.audit.verify import verify
from ops.chaos.row import Ground, Report
from ops.chaos.trial import Trial

_UNCHECKED = "SET LOCAL session_replication_role = replica"
"""The superuser's way around the triggers that keep rows."""
_COPIED = "gen_random_uuid(), logged_at, type, subject, aggregate, source_system, headers, payload"
_CHAINED = "(SELECT coalesce(min(at), 'infinity') - interval '2 s' FROM audit_pending)"
"""Rows before this moment are chained."""
_LAST = "ORDER BY {time} DESC, {key} DESC LIMIT 1"
_ANY = "ORDER BY md5({key}::text || $1) LIMIT 1"


@dataclass(frozen=True)
class _Attempt:
    """One way to tamper with a row."""

    table: str
    key: str
    time: str
    what: What
    statement: str
    """``$1`` is the row's key."""


_ATTEMPTS = (
    _Attempt(
        "event_log",
        "event_id",
        "logged_at",
        What.CHANGED,
        "UPDATE event_log SET payload = payload || '\\x20'::bytea WHERE event_id = $1",
    ),
    _Attempt("event_log", "event_id", "logged_at", What.DELETED, "DELETE FROM event_log WHERE event_id = $1"),
    _Attempt(
        "event_log",
        "event_id",
        "logged_at",
        What.INSERTED,
        f"INSERT INTO event_log SELECT {_COPIED} FROM event_log WHERE event_id = $1",  # noqa: S608 - constants
    ),
    _Attempt("audit_entry", "id", "at", What.CHANGED, "UPDATE audit_entry SET action = action || '!' WHERE id = $1"),
    _Attempt("audit_entry", "id", "at", What.DELETED, "DELETE FROM audit_entry WHERE id = $1"),
)


@dataclass(frozen=True)
class Tampering:
    """Any row and the last row of each kept table, in every service."""

    name: str = "F19"
    told: tuple[str, str] = ("以库主身份篡改只增的表", "kept tables tampered with by the owner of the database")
    own_stack: bool = False

    async def run(self, ground: Ground) -> Report:
        """A quiet story first, then the attempts."""
        trial = Trial(self.name, ground, await ground.stack(), seconds=5)
        return await trial.run(_nemesis)


async def _nemesis(trial: Trial) -> None:
    await trial.pause(5, 6)
    for service, url in trial.stack.superuser_urls.items():
        connection = await asyncpg.connect(url)
        try:
            for attempt in _ATTEMPTS:
                for order in (_ANY, _LAST):
                    await _tried(trial, connection, service, attempt, order)
        finally:
            await connection.close()


async def _tried(trial: Trial, connection: Any, service: str, attempt: _Attempt, order: str) -> None:
    transaction = connection.transaction(isolation="repeatable_read")
    await transaction.start()
    try:
        key = await _chosen(trial, connection, attempt, order)
        await connection.execute(_UNCHECKED)
        await connection.execute(attempt.statement, key)
        bad = (await verify(connection, service)).bad
    finally:
        await transaction.rollback()
    trial.fault(
        f"{service} {attempt.table} {key} {attempt.what}，核验：{bad}",
        f"{service} {attempt.table} {key} {attempt.what}, verified: {bad}",
    )
    if not _names(bad, attempt, str(key)):
        trial.findings.append(f"{service} {attempt.table} {key} {attempt.what} was not named: {bad}")


async def _chosen(trial: Trial, connection: Any, attempt: _Attempt, order: str) -> Any:
    """The key of a row that is chained already; the youngest may still wait for it."""
    ordered = order.format(key=attempt.key, time=attempt.time)
    asked = f"SELECT {attempt.key} FROM {attempt.table} WHERE {attempt.time} < {_CHAINED} {ordered}"  # noqa: S608 - constants
    return await connection.fetchval(asked, *([str(trial.random.random())] if order == _ANY else []))


def _names(bad: Bad | None, attempt: _Attempt, key: str) -> bool:
    if bad is None:
        return False
    if attempt.what is What.INSERTED:
        return bad.what is What.INSERTED and bad.table == attempt.table
    return bad.what is attempt.what and bad.table == attempt.table and key in bad.key
